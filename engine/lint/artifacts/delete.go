package artifacts

import "github.com/spindle-flow/spindle/engine/graph"

func checkDelete(c *checker) {
	for _, s := range c.reached() {
		for _, p := range s.body.Places {
			if p.Kind != graph.PlaceDelete || p.Guarded {
				continue
			}
			id := c.data.ID(p.Name)
			start := c.a.Start(s.Name)
			if start.Open || id < 0 || p.Merged {
				continue
			}
			if start.Maybe.Has(id) {
				d := c.report(p.At, "An artifact of an earlier step can't be taken away: set it to None, or leave it out at a join.",
					"step %q deletes %q, which it has not set", s.Name, p.Name)
				c.relateSources(d, p.Name, c.a.Sources(s.Name, id))
				continue
			}
			c.report(p.At, "Delete what the step itself has set.", "step %q deletes %q, which nothing has set", s.Name, p.Name)
		}
	}
}
