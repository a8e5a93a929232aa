package structure

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

func checkMissingTransition(c *checker) {
	presumed, behindEnd := c.presumedEnd(), c.behindEnd()
	for n := range c.g.All() {
		if n.Step.Next != nil || len(n.Step.Stray) > 0 || n == presumed || c.isEnd(n) || n.Step.End || n.Name == "end" || behindEnd[n.Name] {
			continue
		}
		c.report(n.Step.NameRange, "Make self.next(self.NAME) its last statement.", "step %q does not say which step comes next", n.Name)
	}
}

func checkInvalidTransition(c *checker) { c.flaws(graph.FlawForm) }
func checkNoCondition(c *checker)       { c.flaws(graph.FlawCondition) }
func checkNoCases(c *checker)           { c.flaws(graph.FlawCases) }
func checkForeachName(c *checker)       { c.flaws(graph.FlawForeach) }

var flawHints = map[graph.Flaw]string{
	graph.FlawForm: "The forms are self.next(self.a), self.next(self.a, self.b), self.next(self.a, foreach=\"items\"), " +
		"self.next(self.a, num_parallel=4) and self.next({\"x\": self.a, \"y\": self.b}, condition=\"choice\").",
	graph.FlawCondition: "Write self.next({\"x\": self.a, \"y\": self.b}, condition=\"choice\"), where self.choice holds a case.",
	graph.FlawCases:     "Write self.next({\"x\": self.a, \"y\": self.b}, condition=\"choice\"), where self.choice holds a case.",
	graph.FlawForeach:   "Write self.next(self.a, foreach=\"items\"), where self.items is the list to walk.",
}

// flaws reports the transitions that the reader found invalid in one way.
func (c *checker) flaws(flaw graph.Flaw) {
	for _, n := range c.certain() {
		if next := n.Step.Next; next != nil && next.Kind == graph.Invalid && next.Flaw == flaw && !c.isEnd(n) {
			c.report(next.ProblemRange, flawHints[flaw], "the transition of step %q is not valid: %s", n.Name, next.Problem)
		}
	}
}

// checkMisplacedTransition reports calls of self.next before the last statement. Beside a last one they are only a warning: they may
// run in its place.
func checkMisplacedTransition(c *checker) {
	for _, n := range c.certain() {
		stray := n.Step.Stray
		if len(stray) == 0 {
			continue
		}
		var d *lint.Diagnostic
		switch {
		case c.isEnd(n):
			d = c.report(stray[0].Range, "Remove the call: the end step leads nowhere.", "the end step %q calls self.next", n.Name)
		case n.Step.Next == nil:
			d = c.report(stray[0].Range, "Call it once, as the last statement of the step. To choose between steps when it runs, use a switch: "+
				"self.next({\"x\": self.a, \"y\": self.b}, condition=\"choice\").", "self.next is not the last statement of step %q", n.Name)
		default:
			d = c.report(stray[0].Range, "The graph has only what the last statement says. To choose between steps when it runs, use a switch.",
				"step %q calls self.next before its last statement", n.Name)
		}
		if n.Step.Next != nil || c.isEnd(n) {
			d.Severity = lint.Warning
		}
		for _, t := range stray[1:] {
			d.Relate(t.Range, "and here")
		}
	}
}
