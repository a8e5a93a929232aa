package names

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/dataflow"
)

// Origin is a place where an artifact may get the value that it has somewhere else.
type Origin struct {
	Step  string // the step in whose course it is set, empty in the class body
	Range graph.Range
}

// Origins lists where the artifact of a spot may have been set, in the order of the source. A spot that sets it is its own
// origin. Where no way leads from an assignment to the spot there are none.
func Origins(a *dataflow.Analysis, s *Spot) []Origin {
	if s.Role == Defines {
		return []Origin{{"", s.Range}}
	}
	if m := a.Data.Member(s.Name); m != nil {
		return []Origin{{"", m.Range}}
	}
	if s.Mention == nil {
		return nil
	}
	o := origins{a: a, seen: map[graph.Range]bool{}}
	if s.Mention.Kind == graph.Assign {
		o.add(o.stepOf(s), s.Range)
		return o.list
	}
	for _, b := range a.Data.Bodies {
		if b.Step {
			o.body(b, s)
		}
	}
	slices.SortStableFunc(o.list, func(x, y Origin) int { return comparePos(x.Range.Start, y.Range.Start) })
	return o.list
}

type origins struct {
	a    *dataflow.Analysis
	seen map[graph.Range]bool
	list []Origin
}

func (o *origins) add(step string, at graph.Range) {
	if !o.seen[at] {
		o.seen[at] = true
		o.list = append(o.list, Origin{step, at})
	}
}

// stepOf is the step whose function a spot is in, empty for another function.
func (o *origins) stepOf(s *Spot) string {
	if i := s.Mention.Body; i >= 0 && o.a.Data.Bodies[i].Step {
		return o.a.Data.Bodies[i].Name
	}
	return ""
}

// body adds the origins of what a step reads at a spot, in its own function or in one it calls.
func (o *origins) body(b *graph.Body, s *Spot) {
	used := false
	for i := range b.Uses {
		if u := &b.Uses[i]; u.Mention == s.Mention {
			o.use(b, u)
			used = true
		}
	}
	if used {
		return
	}
	for i := range b.Merges {
		if m := &b.Merges[i]; slices.Contains(m.Include, s.Mention) || slices.Contains(m.Exclude, s.Mention) {
			o.sources(b.Name, s.Mention.ID)
		}
	}
	if s.Mention.Kind == graph.Guard && o.stepOf(s) == b.Name {
		o.sources(b.Name, s.Mention.ID)
	}
}

func (o *origins) use(b *graph.Body, u *graph.Use) {
	if u.Via == graph.ViaInput {
		if u.Step != "" {
			o.at(u.Step, u.ID)
		} else {
			o.sources(b.Name, u.ID)
		}
		return
	}
	if u.Assigned != graph.No {
		o.above(b, u)
	}
	if u.Assigned != graph.Yes {
		o.sources(b.Name, u.ID)
	}
}

// at adds what an artifact may be where a step hands over.
func (o *origins) at(step string, id int) {
	b := o.a.Body(step)
	if b == nil {
		return
	}
	for _, i := range b.Exit.Writes {
		if w := &b.Writes[i]; w.ID == id {
			o.write(step, w)
		}
	}
	if !b.Exit.Always.Has(id) {
		o.sources(step, id)
	}
}

// sources adds what an artifact may be where a step begins.
func (o *origins) sources(step string, id int) {
	for _, s := range o.a.Sources(step, id) {
		o.write(s.Step, s.Write)
	}
}

// write adds an assignment: the place in the function that makes it, which the step may have called.
func (o *origins) write(step string, w *graph.Assignment) {
	if w.Kind == graph.Delete {
		return
	}
	if w.Mention != nil {
		o.add(step, w.Mention.Range)
		return
	}
	o.add(step, w.At)
}

// above adds what a step has assigned above a place: the last that is sure, and what comes after it.
func (o *origins) above(b *graph.Body, u *graph.Use) {
	var last []*graph.Assignment
	for i := range b.Writes {
		w := &b.Writes[i]
		if w.ID != u.ID || w.Mention == u.Mention || comparePos(w.At.Start, u.At.Start) > 0 && !w.Looped {
			continue
		}
		if w.Kind == graph.Assign && !w.Conditional && !w.Looped {
			last = last[:0]
		}
		last = append(last, w)
	}
	for _, w := range last {
		o.write(b.Name, w)
	}
}
