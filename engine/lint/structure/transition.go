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
		c.report(n.Step.NameRange, c.say.Last(), "step %q does not say which step comes next", n.Name)
	}
}

func checkInvalidTransition(c *checker) { c.flaws(graph.FlawForm) }
func checkNoCondition(c *checker)       { c.flaws(graph.FlawCondition) }
func checkNoCases(c *checker)           { c.flaws(graph.FlawCases) }
func checkForeachName(c *checker)       { c.flaws(graph.FlawForeach) }

func (c *checker) flawHint(flaw graph.Flaw) string {
	switch flaw {
	case graph.FlawForeach:
		return c.say.Foreach()
	case graph.FlawCondition, graph.FlawCases:
		return "Write " + c.say.Switch() + ", where " + c.say.SwitchField() + " holds a case."
	}
	return c.say.Forms()
}

// leads says that a step leads on.
func (c *checker) leads() string {
	if c.flow.IsGo() {
		return "leads on to another step"
	}
	return "calls self.next"
}

// flaws reports the transitions that the reader found invalid in one way.
func (c *checker) flaws(flaw graph.Flaw) {
	for _, n := range c.certain() {
		if next := n.Step.Next; next != nil && next.Kind == graph.Invalid && next.Flaw == flaw && !c.isEnd(n) {
			c.report(next.ProblemRange, c.flawHint(flaw), "the transition of step %q is not valid: %s", n.Name, next.Problem)
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
			d = c.report(stray[0].Range, c.say.NoNext(), "the end step %q "+c.leads(), n.Name)
		case c.flow.IsGo():
			d = c.report(stray[0].Range, c.say.Once(), "step %q returns different transitions", n.Name)
			if n.Step.Next != nil {
				d.Relate(n.Step.Next.Range, "the last one is what the graph has")
			}
		case n.Step.Next == nil:
			d = c.report(stray[0].Range, c.say.Once(), "self.next is not the last statement of step %q", n.Name)
		default:
			d = c.report(stray[0].Range, "The graph has only what the last statement says. To choose between steps when it runs, use a switch.",
				"step %q calls self.next before its last statement", n.Name)
		}
		if n.Step.Next != nil && !c.flow.IsGo() || c.isEnd(n) {
			d.Severity = lint.Warning
		}
		for _, t := range stray[1:] {
			d.Relate(t.Range, "and here")
		}
	}
}
