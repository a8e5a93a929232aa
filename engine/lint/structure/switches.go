package structure

import "github.com/spindle-flow/spindle/engine/graph"

func checkFewCases(c *checker) {
	for _, n := range c.certain() {
		if next := n.Step.Next; next != nil && next.Kind == graph.Switch && len(next.Targets) == 1 && !c.isEnd(n) {
			c.report(next.Range, "Add a second case, or write "+c.say.To(next.Targets[0].Step)+".", "the switch in step %q has only one case", n.Name)
		}
	}
}

// checkAmbiguousJoin reports switches with a case that is a join: the number of its inputs would depend on the choice.
func checkAmbiguousJoin(c *checker) {
	c.judgeJoins()
	for n := range c.g.All() {
		if n.Type != graph.TypeSwitch {
			continue
		}
		told := map[string]bool{}
		for _, t := range n.Step.Next.Targets {
			join := c.g.Node(t.Step)
			if join == nil || join.Type != graph.TypeJoin || join.Step.Positional() > 2 || told[t.Step] || c.faulty[t.Step] {
				continue
			}
			told[t.Step] = true
			c.report(t.Range, "Add a step between them that leads to the join unconditionally.", "the switch in step %q leads straight to the join %q", n.Name, t.Step).
				Relate(join.Step.NameRange, "the join")
		}
	}
}
