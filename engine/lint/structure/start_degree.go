package structure

import "slices"

func checkStartDegree(c *checker) {
	if c.g.Start == "" || c.g.Start == c.g.End {
		return
	}
	for n := range c.g.All() {
		if n.Name == c.g.End || !slices.Contains(n.Out, c.g.Start) {
			continue
		}
		d := c.report(targetRange(n, c.g.Start), "The start runs once, before all others. Lead to another step.",
			"step %q leads back to the start step %q", n.Name, c.g.Start)
		d.Relate(c.g.Node(c.g.Start).Step.NameRange, "the start step")
	}
}
