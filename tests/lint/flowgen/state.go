package flowgen

import "slices"

// names is a set of artifacts in the order in which they came.
type names []string

func (n names) with(more ...string) names {
	out := slices.Clone(n)
	for _, name := range more {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func (n names) without(drop []string) names {
	return slices.DeleteFunc(slices.Clone(n), func(name string) bool { return slices.Contains(drop, name) })
}

// in is what both sets have.
func (n names) in(other names) names {
	return slices.DeleteFunc(slices.Clone(n), func(name string) bool { return !slices.Contains(other, name) })
}

// way is a stretch of the flow that is being written: its last step, which has no transition yet, and the artifacts there.
type way struct {
	last  *Step
	alive names // assigned on every way that leads here
	some  names // assigned on some way that leads here, those of alive included
}

func (w *way) set(names ...string) {
	w.alive = w.alive.with(names...)
	w.some = w.some.with(names...)
}
