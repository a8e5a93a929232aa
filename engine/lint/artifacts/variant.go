package artifacts

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/dataflow"
)

// variant is what one input may bring of an artifact.
type variant struct {
	from    string
	branch  string
	sources []dataflow.Source
	sure    bool // it has one of these values and no other
}

// variant is what a step that leads to a join brings of an artifact.
func (c *checker) variant(from string, id int) variant {
	v := variant{from: from, branch: c.branch(from)}
	v.sources, v.sure = c.sourcesAtEnd(from, id)
	if taken := c.origins(v.sources, map[origin]bool{}); !slices.Equal(taken, v.sources) {
		v.sources, v.sure = taken, false
	}
	return v
}

// origin is an artifact at the end of a step.
type origin struct {
	step string
	id   int
}

// origins replaces the assignments that only take over what an input has by those that the input has it from: to hand a value on makes no other
// one of it.
func (c *checker) origins(list []dataflow.Source, seen map[origin]bool) []dataflow.Source {
	var out []dataflow.Source
	add := func(s dataflow.Source) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, s := range list {
		if !c.takes(s) {
			add(s)
			continue
		}
		for _, o := range c.taken(s, seen) {
			add(o)
		}
	}
	return out
}

// takes reports whether a join takes a value over from an input.
func (c *checker) takes(s dataflow.Source) bool {
	n := c.g.Node(s.Step)
	return s.Write.Taken != nil && n != nil && n.Step.Positional() > 1
}

// taken lists where a value comes from that a join takes over from its inputs, but for what was seen before. An input that may have it from out of
// sight, or that has it not, tells nothing.
func (c *checker) taken(s dataflow.Source, seen map[origin]bool) (out []dataflow.Source) {
	t := s.Write.Taken
	for _, from := range c.g.Node(s.Step).In {
		at := origin{from, t.ID}
		if t.Step != "" && t.Step != from || seen[at] || c.a.End(from).Open {
			continue
		}
		seen[at] = true
		sources, _ := c.sourcesAtEnd(from, t.ID)
		out = append(out, c.origins(sources, seen)...)
	}
	return out
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
