package artifacts

import "github.com/spindle-flow/spindle/engine/graph"

func checkReadOnly(c *checker) {
	for _, s := range c.steps() {
		for _, p := range s.body.Places {
			if p.Kind != graph.PlaceMember || p.Guarded {
				continue
			}
			m := c.data.Member(p.Name)
			if m == nil {
				continue
			}
			what := "parameter"
			switch {
			case m.Kind == graph.MemberConstant && m.Content.Kind != graph.ContentUnknown:
				what = "constant"
			case m.Kind != graph.MemberParameter:
				continue
			}
			d := c.report(p.At, "It is the same in all steps. Keep the new value under another name.",
				"step %q sets the %s %q%s, which can't be changed", s.Name, what, p.Name, called(p.At, p.Range))
			relatePlace(d, p.At, p.Range)
			d.Relate(m.Range, "%q is declared here", p.Name)
		}
	}
}
