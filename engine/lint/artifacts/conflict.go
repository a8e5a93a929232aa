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

// variant is what one input may bring of an artifact.
type variant struct {
	from    string
	branch  string
	sources []dataflow.Source
	sure    bool // it has one of these values and no other
}

func (c *checker) conflict(s step, m *graph.Merge, id int) {
	var list []variant
	for _, from := range s.In {
		end := c.a.End(from)
		if !end.Maybe.Has(id) || end.Open {
			continue
		}
		v := variant{from: from, branch: c.branch(from)}
		v.sources, v.sure = c.sourcesAtEnd(from, id)
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
			d := c.warn(m.At, "Set self."+name+" before the merge, or leave it out with exclude=["+quoted(name)+"].",
				"step %q merges %q, which every item of the foreach sets for itself", s.Name, name)
			c.relateSources(d, name, a.sources)
			return
		}
	}
}

func (c *checker) tellConflict(s step, m *graph.Merge, name string, a, b variant) {
	sure := a.sure && b.sure && differ(a.sources, b.sources) && !m.Conditional
	d := c.warn(m.At, "Set self."+name+" before the merge, or leave it out with exclude=["+quoted(name)+"].",
		"step %q merges %q, which %q and %q may bring with different values", s.Name, name, a.from, b.from)
	if sure {
		d.Severity = lint.Error
		d.Message = "step " + quoted(s.Name) + " merges " + quoted(name) + ", which " + quoted(a.from) + " and " + quoted(b.from) + " bring with different values"
	}
	c.relateSources(d, name, append(append([]dataflow.Source(nil), a.sources...), b.sources...))
}

// sourcesAtEnd lists the assignments whose value an artifact may have at the end of a step.
func (c *checker) sourcesAtEnd(name string, id int) (out []dataflow.Source, sure bool) {
	b := c.a.Body(name)
	if b == nil {
		return nil, false
	}
	sure = !b.Catch
	for _, i := range b.Exit.Writes {
		if w := &b.Writes[i]; w.ID == id {
			out = append(out, dataflow.Source{Step: name, Write: w})
		}
	}
	if !b.Exit.Always.Has(id) {
		out = append(out, c.a.Sources(name, id)...)
	}
	return out, sure
}

// sameSources reports whether two inputs have an artifact from the same places, so that it was set before they parted.
func sameSources(a, b variant) bool {
	has := func(list []dataflow.Source, s dataflow.Source) bool {
		for _, o := range list {
			if o.Step == s.Step && o.Write == s.Write {
				return true
			}
		}
		return false
	}
	for _, s := range a.sources {
		if !has(b.sources, s) {
			return false
		}
	}
	for _, s := range b.sources {
		if !has(a.sources, s) {
			return false
		}
	}
	return true
}

// equalContents reports whether all the assignments plainly give the same value.
func equalContents(a, b []dataflow.Source) bool {
	first := a[0].Write.Content
	if first.Kind == graph.ContentUnknown || first.Text == "" && first.Kind != graph.ContentString {
		return false
	}
	for _, list := range [][]dataflow.Source{a, b} {
		for _, s := range list {
			same := s.Write.Content == first || first.Kind.Scalar() && stored(first) != "" && stored(s.Write.Content) == stored(first)
			if !same || s.Write.Kind != graph.Assign {
				return false
			}
		}
	}
	return true
}

// differ reports whether no value of one list can be equal to one of the other.
func differ(a, b []dataflow.Source) bool {
	for _, x := range a {
		for _, y := range b {
			v, w := x.Write.Content, y.Write.Content
			if !v.Kind.Scalar() || !w.Kind.Scalar() || stored(v) == "" || stored(w) == "" || stored(v) == stored(w) {
				return false
			}
		}
	}
	return true
}

// varies reports whether an artifact is set inside of the foreach that the join closes, to something that may differ from item to item.
func (c *checker) varies(s step, v variant) bool {
	split := c.closes(v.from)
	if split == nil {
		return false
	}
	if split.Type != graph.TypeForeach && split.Type != graph.TypeParallel || equalContents(v.sources, v.sources) {
		return false
	}
	for _, src := range v.sources {
		from := c.g.Node(src.Step)
		if src.Step != split.Name && contains(from.SplitParents, split.Name) {
			return true
		}
	}
	return false
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
