package structure

import "github.com/spindle-flow/spindle/engine/graph"

// checkEmptyBranch reports splits that lead straight to a join.
func checkEmptyBranch(c *checker) {
	for n := range c.g.All() {
		if !n.Type.Opens() {
			continue
		}
		told := map[string]bool{}
		for _, t := range n.Step.Next.Targets {
			join := c.g.Node(t.Step)
			if join == nil || join.Type != graph.TypeJoin || join.Step.Positional() > 2 || told[t.Step] {
				continue
			}
			told[t.Step] = true
			c.report(t.Range, "Put at least one step between the split and its join.", "step %q splits straight into the join %q", n.Name, t.Step).
				Relate(join.Step.NameRange, "the join")
		}
	}
}

func checkRepeatedTarget(c *checker) {
	for _, n := range c.certain() {
		if n.Step.Next == nil || n.Step.Next.Kind != graph.Split || c.isEnd(n) {
			continue
		}
		first := map[string]graph.Range{}
		for _, t := range n.Step.Next.Targets {
			if at, twice := first[t.Step]; twice {
				c.report(t.Range, "Each branch starts with a step of its own. To run one step several times, use a foreach.",
					"step %q splits into %q twice", n.Name, t.Step).Relate(at, "first here")
				break
			}
			first[t.Step] = t.Range
		}
	}
}
