package structure

import "github.com/spindle-flow/spindle/engine/graph"

func checkParallelTarget(c *checker) {
	for n := range c.g.All() {
		if n.Type != graph.TypeParallel {
			continue
		}
		for _, t := range n.Step.Next.Targets {
			to := c.g.Node(t.Step)
			if to == nil || to.Step.Parallel != graph.No || c.flow.OpenDecorators || to.Type == graph.TypeJoin {
				continue
			}
			c.report(t.Range, "Decorate "+t.Step+" with @parallel.", "step %q starts %q with num_parallel, but it is not a parallel step", n.Name, t.Step).
				Relate(to.Step.NameRange, "not decorated with @parallel")
		}
	}
}

func checkParallelJoin(c *checker) {
	for n := range c.g.All() {
		if n.Step.Parallel != graph.Yes {
			continue
		}
		if c.isEnd(n) {
			if !c.contested("end", endMark) {
				c.report(n.Step.NameRange, "Let a join follow it.", "the parallel step %q can't be the end", n.Name)
			}
			continue
		}
		if n.Step.Next == nil || n.Type == graph.TypeUnknown || len(n.Out) == 0 {
			continue
		}
		to := c.g.Node(n.Out[0])
		if to == nil || to.Step.Positional() > 1 { // a join, whatever else may be wrong with it
			continue
		}
		c.report(targetRange(n, to.Name), "Give "+to.Name+" the arguments "+c.say.JoinArgs()+" and let it lead to one step.",
			"the parallel step %q must be followed by a join, but %q is none", n.Name, to.Name).
			Relate(to.Step.NameRange, "not a join")
	}
}

func checkParallelCall(c *checker) {
	for n := range c.g.All() {
		if n.Step.Parallel != graph.Yes {
			continue
		}
		for _, name := range n.In {
			from := c.g.Node(name)
			if from.Type == graph.TypeParallel || from.Type == graph.TypeUnknown || from.Type == graph.TypeEnd {
				continue
			}
			c.report(targetRange(from, n.Name), "Write "+c.say.Gang(n.Name)+".",
				"step %q leads to the parallel step %q without %s", name, n.Name, c.say.GangName()).
				Relate(n.Step.NameRange, "the parallel step")
		}
	}
}
