package artifacts

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

func checkMerge(c *checker) {
	for _, s := range c.steps() {
		for i := range s.body.Merges {
			m := &s.body.Merges[i]
			if m.Guarded {
				continue
			}
			switch {
			case !s.isJoin():
				d := c.report(m.At, "Only a join has artifacts to merge.", "step %q calls %s%s and is not a join", s.Name, c.say.MergeName(), called(m.At, m.Range))
				relatePlace(d, m.At, m.Range)
			case m.HasInclude && m.HasExclude && !m.Computed:
				d := c.report(m.At, "With include, nothing else is merged; exclude is not needed.", "step %q gives %s both include and exclude", s.Name, c.say.MergeName())
				relatePlace(d, m.At, m.Range)
			default:
				c.mergedNames(s, m)
			}
		}
	}
}

// mergedNames looks at the names a merge is given.
func (c *checker) mergedNames(s step, m *graph.Merge) {
	in := c.a.Inputs(s.Name)
	if in.Open || !in.Reached || m.Open {
		return
	}
	for _, n := range m.Include {
		if in.Maybe.Has(n.ID) || m.MaybeAssigned.Has(n.ID) || c.data.Member(n.Name) != nil {
			continue
		}
		meant := alike(n.Name, c.names(in.Maybe))
		d := c.report(n.Range, hint(c.say.Name(meant), "Name only what a branch sets."), "step %q merges %q, which none of its inputs has", s.Name, n.Name)
		if meant != "" && !n.Odd {
			d.Replace(n.Range, meant, "Merge "+meant)
		}
	}
	for _, n := range m.Exclude {
		if in.Maybe.Has(n.ID) || m.MaybeAssigned.Has(n.ID) || c.data.Member(n.Name) != nil || strings.HasPrefix(n.Name, "_") {
			continue
		}
		if meant := alike(n.Name, c.names(in.Maybe)); meant != "" {
			d := c.warn(n.Range, hint(c.say.Name(meant), ""), "step %q keeps %q out of the merge, which none of its inputs has", s.Name, n.Name)
			if !n.Odd {
				d.Replace(n.Range, meant, "Keep "+meant+" out")
			}
		}
	}
}

func (c *checker) names(ids graph.IDs) []string {
	var out []string
	for id := range ids.All() {
		out = append(out, c.data.Names[id])
	}
	return out
}

func hint(meant, otherwise string) string {
	if meant != "" {
		return "Did you mean " + meant + "?"
	}
	return otherwise
}
