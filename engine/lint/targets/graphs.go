package targets

import (
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// checkSwitch reports switches on targets that have no way to choose.
func checkSwitch(c *checker) {
	for _, n := range c.nodes() {
		if n.Type == graph.TypeSwitch {
			c.report(n.Step.Next.Range, "Choose inside a step, or deploy to Step Functions or Argo Workflows.", "%s can't run the switch of step %q", c.who(), n.Name)
		}
	}
}

// checkOneWay reports the first step of those that are reached from several splits: from one behind a switch, or from another. A state machine has each step inside of
// what has split, once.
func checkOneWay(c *checker) {
	if len(c.flow.Dynamic) > 0 {
		return
	}
	for _, name := range c.g.Order {
		var around []string // the splits around, as text, of each way to the step
		var splits []string
		for _, s := range c.g.Stacks(name) {
			if way := strings.Join(s.Splits(), "/"); !slices.Contains(around, way) {
				around = append(around, way)
			}
			if s != nil && !slices.Contains(splits, s.Split) {
				splits = append(splits, s.Split)
			}
		}
		if len(around) < 2 {
			continue
		}
		slices.Sort(splits)
		n := c.g.Node(name)
		d := c.report(n.Step.NameRange, "Give each of them a step of its own, which may call the same function.",
			"%s can't run step %q, to which the branches of several steps lead", c.who(), name)
		for _, split := range splits {
			if from := c.g.Node(split); from != nil && from.Step.Next != nil {
				d.Relate(from.Step.Next.Range, "%q splits", split)
			}
		}
		return
	}
}

// checkParallel reports gangs of tasks.
func checkParallel(c *checker) {
	for _, n := range c.nodes() {
		if n.Type == graph.TypeParallel {
			c.report(n.Step.Next.Range, "Use a foreach if the tasks need not talk to one another, or deploy to Argo Workflows.",
				"%s can't run the parallel step that %q starts", c.who(), n.Name)
		}
	}
}

// checkNestedForeach reports foreach steps inside a foreach.
func checkNestedForeach(c *checker) {
	for _, n := range c.nodes() {
		if n.Type == graph.TypeForeach && n.InsideForeach {
			d := c.report(n.Step.Next.Range, "Make one foreach of the two: over pairs of items.", "%s can't run the foreach of step %q inside another one", c.who(), n.Name)
			if outer := c.foreachAround(n); outer != nil {
				d.Relate(outer.Step.Next.Range, "the outer foreach")
			}
		}
	}
}

// foreachAround is the innermost foreach that is open when a step runs.
func (c *checker) foreachAround(n *graph.Node) *graph.Node {
	for _, name := range slices.Backward(n.SplitParents) {
		if outer := c.g.Node(name); outer != nil && outer != n && outer.Type == graph.TypeForeach {
			return outer
		}
	}
	return nil
}

// checkForeachBody reports a foreach whose body is more than one step. It walks as the peer does: from the start, and into every
// branch of a split, counting the plain steps since the last foreach. A nested foreach is told by its own rule.
func checkForeachBody(c *checker) {
	if len(c.flow.Dynamic) > 0 || c.g.Node(c.g.Start) == nil {
		return
	}
	w := &bodyWalk{c: c, seen: map[string]bool{}}
	w.visit(c.g.Start)
}

type bodyWalk struct {
	c    *checker
	seen map[string]bool
}

func (w *bodyWalk) visit(name string) {
	n := w.c.g.Node(name)
	if n == nil || w.seen[name] {
		return
	}
	w.seen[name] = true
	if n.Type == graph.TypeForeach && !n.InsideForeach && len(n.Out) == 1 {
		w.body(n)
	}
	for _, next := range n.Out {
		w.visit(next)
	}
}

// body reports the step behind the first one of a foreach, unless it is the join.
func (w *bodyWalk) body(n *graph.Node) {
	first := w.c.g.Node(n.Out[0])
	if first == nil || first.Step.Next == nil || n.MatchingJoin == "" {
		return
	}
	switch first.Type {
	case graph.TypeForeach, graph.TypeSwitch, graph.TypeParallel:
		return // told by other rules
	}
	if slices.Contains(first.Out, n.MatchingJoin) {
		return
	}
	w.c.report(first.Step.Next.Range, "Do all of it in one step, which leads to the join.", "%s runs a foreach over one step only, and %q does not lead to the join", w.c.who(), first.Name).
		Relate(n.Step.Next.Range, "the foreach")
}

// checkConditionalJoin reports a join of a foreach to which several branches of a switch lead.
func checkConditionalJoin(c *checker) {
	for _, n := range c.nodes() {
		if n.Type != graph.TypeForeach || c.g.Node(n.MatchingJoin) == nil {
			continue
		}
		join := c.g.Node(n.MatchingJoin)
		if len(join.In) < 2 {
			continue
		}
		d := c.report(join.Step.NameRange, "Let the branches meet in a step before the join.",
			"%s can't run the join %q of a foreach, to which several branches of a switch lead", c.who(), join.Name)
		for _, in := range join.In {
			if from := c.g.Node(in); from != nil && from.Step.Next != nil {
				d.Relate(from.Step.Next.Range, "%q leads to it", in)
			}
		}
	}
}
