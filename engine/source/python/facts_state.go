package python

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// state is what is known at one point of a function.
type state struct {
	dead bool // the point can't be reached
	open bool // code out of sight may have set any artifact
	// must are assigned on all paths to here, counting loops as entered; always even if no loop was entered.
	must, always, may   graph.IDs
	merged, maybeMerged uint64
	defs                []int // indexes of the writes whose values may be there
	vars                []variable
}

type variable struct {
	name string
	v    *value
}

func (s *state) clone() *state {
	c := *s
	c.sets(len(s.may))
	copy(c.must, s.must)
	copy(c.always, s.always)
	copy(c.may, s.may)
	c.defs, c.vars = slices.Clone(s.defs), slices.Clone(s.vars)
	return &c
}

// sets makes room for the three sets at once; must and always are never longer than may.
func (s *state) sets(words int) {
	all := make(graph.IDs, 3*words)
	s.must, s.always, s.may = all[:words:words], all[words:2*words:2*words], all[2*words:]
}

// set makes the state that of another point.
func (s *state) set(o *state) { *s = *o }

// bind gives a local name a value.
func (s *state) bind(name string, v *value) {
	for i := range s.vars {
		if s.vars[i].name == name {
			s.vars[i].v = v
			return
		}
	}
	s.vars = append(s.vars, variable{name, v})
}

func (s *state) lookup(name string) (v *value, bound bool) {
	for i := range s.vars {
		if s.vars[i].name == name {
			return s.vars[i].v, true
		}
	}
	return nil, false
}

// join returns the state where two ways meet. It may reuse either; a nil one is no way.
func join(a, b *state) *state {
	switch {
	case a == nil || a.dead && b != nil:
		return b
	case b == nil || b.dead:
		return a
	}
	a.open = a.open || b.open
	a.must.Intersect(b.must)
	a.always.Intersect(b.always)
	a.may.Union(b.may)
	a.merged &= b.merged
	a.maybeMerged |= b.maybeMerged
	a.defs = unite(a.defs, b.defs)
	for _, v := range b.vars {
		if old, bound := a.lookup(v.name); !bound {
			a.vars = append(a.vars, v)
		} else if old != v.v {
			a.bind(v.name, either(old, v.v))
		}
	}
	return a
}

// unite merges two sorted lists.
func unite(a, b []int) []int {
	if len(b) == 0 || slices.Equal(a, b) {
		return a
	}
	out := make([]int, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			out, a = append(out, a[0]), a[1:]
		case a[0] > b[0]:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// leaveLoop returns the state behind a loop: around is the way past it, back the way through its body. Artifacts count as
// assigned by a body that assigns them, since a loop is hardly written to be skipped.
func leaveLoop(around, back *state) *state {
	if back == nil || back.dead {
		return around
	}
	if around == nil || around.dead {
		return around
	}
	must, merged := back.must.Clone(), back.merged
	out := join(around, back)
	out.must, out.merged = must, merged
	return out
}
