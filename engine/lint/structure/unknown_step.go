package structure

func checkUnknownStep(c *checker) {
	for _, n := range c.g.Nodes() {
		if n.Step.Next == nil || c.isEnd(n) {
			continue
		}
		told := map[string]bool{}
		for _, t := range n.Step.Next.Targets {
			if c.g.Node(t.Step) != nil || told[t.Step] {
				continue
			}
			told[t.Step] = true
			alike := suggestion(n.Name, t.Step, c.g)
			if alike == "" {
				c.report(t.Range, "Define it as a method with @step, or lead to a step that exists.", "step %q leads to %q, which is not a step", n.Name, t.Step)
				continue
			}
			d := c.report(t.Range, "Did you mean "+alike+"?", "step %q leads to %q, which is not a step", n.Name, t.Step)
			d.Relate(c.g.Node(alike).Step.NameRange, "%q is a step", alike)
			d.Replace(t.Range, alike, "Lead to "+alike)
		}
	}
}
