package structure

import "github.com/spindle-flow/spindle/engine/graph"

func startMark(s *graph.Step) bool { return s.Start }

func checkNoStart(c *checker) {
	if c.g.Start != "" || len(c.annotated(startMark)) > 1 {
		return
	}
	if c.g.Len() == 0 {
		c.report(c.flow.NameRange, c.say.Steps(), "flow %q has no steps", c.flow.Name)
		return
	}
	d := c.report(c.flow.NameRange, c.say.First(), "flow %q has no start step", c.flow.Name)
	if first := c.only(func(n *graph.Node) bool { return len(n.In) == 0 }); first != nil {
		d.Relate(first.Step.NameRange, "no step leads to %q", first.Name)
	}
}

func checkSeveralStarts(c *checker) { c.several("start", c.annotated(startMark)) }

func checkAmbiguousStart(c *checker) { c.ambiguous("start", startMark) }

// annotated lists the steps with an annotation.
func (c *checker) annotated(is func(*graph.Step) bool) []*graph.Node {
	var out []*graph.Node
	for n := range c.g.All() {
		if is(n.Step) && !n.Step.Uncertain {
			out = append(out, n)
		}
	}
	return out
}

// only returns the one reachable or unreachable node for which something holds, nil if there are none or several.
func (c *checker) only(is func(*graph.Node) bool) *graph.Node {
	var found *graph.Node
	for n := range c.g.All() {
		if is(n) {
			if found != nil {
				return nil
			}
			found = n
		}
	}
	return found
}

// several reports annotations on more than one step.
func (c *checker) several(what string, marked []*graph.Node) {
	if len(marked) < 2 {
		return
	}
	var list []string
	for _, n := range marked {
		list = append(list, n.Name)
	}
	second := marked[1]
	d := c.report(markRange(second), "A flow has exactly one. Keep the annotation at one of them.",
		"steps %s are all annotated as the %s", names(list), what)
	for _, n := range marked {
		if n != second {
			d.Relate(markRange(n), "%q is annotated here", n.Name)
		}
	}
}

// contested reports whether a step has the name of the start or end while another one is annotated as it.
func (c *checker) contested(what string, is func(*graph.Step) bool) bool {
	marked, named := c.annotated(is), c.g.Node(what)
	return len(marked) == 1 && named != nil && named != marked[0] && !named.Step.Uncertain && c.g.Len() > 1
}

func (c *checker) ambiguous(what string, is func(*graph.Step) bool) {
	if !c.contested(what, is) {
		return
	}
	marked, named := c.annotated(is), c.g.Node(what)
	c.report(named.Step.NameRange, "Rename this step, or drop the annotation of the other one.",
		"a step is named %q while %q is annotated as the %s", what, marked[0].Name, what).
		Relate(markRange(marked[0]), "%q is annotated here", marked[0].Name)
}

func markRange(n *graph.Node) graph.Range {
	if n.Step.Mark.File != "" {
		return n.Step.Mark
	}
	return n.Step.NameRange
}
