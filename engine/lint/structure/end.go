package structure

import "github.com/spindle-flow/spindle/engine/graph"

func endMark(s *graph.Step) bool { return s.End }

func checkNoEnd(c *checker) {
	if c.g.End != "" || len(c.annotated(endMark)) > 1 || c.g.Len() == 0 {
		return
	}
	d := c.report(c.flow.NameRange, c.say.End(), "flow %q has no end step", c.flow.Name)
	if last := c.presumedEnd(); last != nil {
		d.Relate(last.Step.NameRange, "%q leads to no other step", last.Name)
	}
}

// presumedEnd is the one step without a transition in a flow that has no end.
func (c *checker) presumedEnd() *graph.Node {
	if c.g.End != "" {
		return nil
	}
	return c.only(func(n *graph.Node) bool { return n.Step.Next == nil && len(n.Step.Stray) == 0 })
}

func checkSeveralEnds(c *checker) { c.several("end", c.annotated(endMark)) }

func checkAmbiguousEnd(c *checker) { c.ambiguous("end", endMark) }

func checkEndGoesOn(c *checker) {
	n := c.g.Node(c.g.End)
	if n == nil || n.Step.Next == nil || !c.isEnd(n) {
		return
	}
	d := c.report(n.Step.Next.Range, c.say.NoNext(), "the end step %q "+c.leads(), n.Name)
	if len(c.behindEnd()) == 0 { // else a step would be left without a way to it
		d.Replace(n.Step.Next.Range, "pass", "Replace the call by pass")
	}
}

func checkEndIsJoin(c *checker) {
	n := c.g.Node(c.g.End)
	if n == nil || !c.isEnd(n) || n.Step.Positional() != 2 {
		return
	}
	c.report(n.Step.Args[1].Range, "Add a step before it that joins the branches and leads to it.", "the end step %q can't be a join", n.Name)
}
