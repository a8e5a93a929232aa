package structure

import "github.com/spindle-flow/spindle/engine/graph"

func checkMissingSelf(c *checker) {
	for _, n := range c.certain() {
		if n.Step.Positional() == 0 {
			c.report(n.Step.NameRange, "A step is a method: write def "+n.Name+"(self).", "step %q has no argument self", n.Name)
		}
	}
}

func checkTooManyArguments(c *checker) {
	for _, n := range c.certain() {
		if n.Step.Positional() <= 2 {
			continue
		}
		third := positional(n.Step)[2]
		c.report(third.Range, "A step takes self, a join takes self and inputs. Values travel on self.", "step %q takes too many arguments", n.Name)
	}
}

func positional(s *graph.Step) []graph.Arg {
	var out []graph.Arg
	for _, a := range s.Args {
		if a.Kind == graph.Positional {
			out = append(out, a)
		}
	}
	return out
}

func checkJoinAndSplit(c *checker) {
	for _, n := range c.certain() {
		next := n.Step.Next
		if n.Step.Positional() != 2 || next == nil || next.Kind == graph.Linear || next.Kind == graph.Invalid || c.isEnd(n) {
			continue
		}
		c.report(next.Range, "Let the join lead to a new step, and let that one branch.",
			"step %q is a join and starts branches too", n.Name).
			Relate(positional(n.Step)[1].Range, "this argument makes it a join")
	}
}
