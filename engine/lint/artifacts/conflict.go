package artifacts

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/dataflow"
)

// checkConflict looks at the artifacts that a merge has to choose a value for, which it refuses.
func checkConflict(c *checker) {
	for _, s := range c.reached() {
		if !s.isJoin() || len(s.In) == 0 {
			continue
		}
		for i := range s.body.Merges {
			if m := &s.body.Merges[i]; !m.Open && !m.Computed && !m.Guarded {
				c.conflicts(s, m)
			}
		}
	}
}

func (c *checker) conflicts(s step, m *graph.Merge) {
	in := c.a.Inputs(s.Name)
	skip := m.MaybeAssigned.Clone()
	for _, n := range m.Exclude {
		skip.Add(n.ID)
	}
	var only graph.IDs
	for _, n := range m.Include {
		only.Add(n.ID)
	}
	closes := ""
	if split := c.closes(s.In[0]); split != nil {
		closes = split.Name
	}
	// What is not set in between is the same in all inputs.
	set := c.a.Between(closes, s.Name)
	for id := range set.All() {
		if !in.Maybe.Has(id) || skip.Has(id) || m.HasInclude && !only.Has(id) {
			continue
		}
		c.conflict(s, m, id)
	}
}

func (c *checker) conflict(s step, m *graph.Merge, id int) {
	var list []variant
	for _, from := range s.In {
		end := c.a.End(from)
		if !end.Maybe.Has(id) || end.Open {
			continue
		}
		v := c.variant(from, id)
		v.sure = v.sure && end.Surely.Has(id)
		if len(v.sources) > 0 {
			list = append(list, v)
		}
	}
	name := c.data.Names[id]
	for i, a := range list {
		for _, b := range list[i+1:] {
			if a.branch == b.branch && a.branch != "" || sameSources(a, b) || equalContents(a.sources, b.sources) {
				continue
			}
			c.tellConflict(s, m, name, a, b)
			return
		}
	}
	for _, a := range list {
		if c.varies(s, a) {
			d := c.warn(m.At, "Set "+c.say.Field(name)+" before the merge, or leave it out with "+c.say.Exclude(name)+".",
				"step %q merges %q, which every item of the foreach sets for itself", s.Name, name)
			c.relateSources(d, name, a.sources)
			return
		}
	}
}

func (c *checker) tellConflict(s step, m *graph.Merge, name string, a, b variant) {
	sure := a.sure && b.sure && differ(a.sources, b.sources) && !m.Conditional
	d := c.warn(m.At, "Set "+c.say.Field(name)+" before the merge, or leave it out with "+c.say.Exclude(name)+".",
		"step %q merges %q, which %q and %q may bring with different values", s.Name, name, a.from, b.from)
	if sure {
		d.Severity = lint.Error
		d.Message = "step " + quoted(s.Name) + " merges " + quoted(name) + ", which " + quoted(a.from) + " and " + quoted(b.from) + " bring with different values"
	}
	c.relateSources(d, name, append(append([]dataflow.Source(nil), a.sources...), b.sources...))
}

// closes is the split that a join closes which the step leads to, nil where that is not known.
func (c *checker) closes(input string) *graph.Node {
	n := c.g.Node(input)
	if n == nil {
		return nil
	}
	inner := n.SplitParents
	if len(inner) > 0 && (n.Type == graph.TypeJoin || n.Step.Positional() > 1) {
		inner = inner[:len(inner)-1] // a join still counts the split it closes
	}
	if len(inner) == 0 {
		return nil
	}
	return c.g.Node(inner[len(inner)-1])
}
