package dataflow

import (
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Body returns what a step that a run can reach does, nil where that is not known.
func (a *Analysis) Body(step string) *graph.Body {
	if p := a.steps[step]; p != nil && p.start.Reached {
		return p.body
	}
	return nil
}

// Start is what is alive where a step begins. For a join that is nothing.
func (a *Analysis) Start(step string) Alive {
	return a.at(step, func(p *point) Alive { return p.start })
}

// First is what is alive where a switch that turns back to itself is first entered; for any other step the same as Start.
func (a *Analysis) First(step string) Alive {
	return a.at(step, func(p *point) Alive {
		if p.node.Recursive {
			return p.first
		}
		return p.start
	})
}

// End is what is alive where a step hands over.
func (a *Analysis) End(step string) Alive { return a.at(step, func(p *point) Alive { return p.end }) }

// Inputs is what a join's inputs have: surely what all of them have, maybe what some have.
func (a *Analysis) Inputs(step string) Alive {
	return a.at(step, func(p *point) Alive { return p.inputs })
}

func (a *Analysis) at(step string, get func(*point) Alive) Alive {
	if p := a.steps[step]; p != nil {
		return get(p)
	}
	return Alive{}
}

// Brought is what a join's merges bring, given the bits of those that have run surely and of those that may have.
func (a *Analysis) Brought(step string, merged, maybeMerged uint64) Alive {
	p := a.steps[step]
	if p == nil || p.body == nil {
		return Alive{}
	}
	surely, maybe, open := a.brought(p, merged, maybeMerged)
	return Alive{Surely: surely, Maybe: maybe, Open: open, Reached: p.start.Reached}
}

// IsJoin reports whether a step takes inputs.
func (a *Analysis) IsJoin(step string) bool { p := a.steps[step]; return p != nil && p.join }

// Artifact is a name that an editor can offer at a point.
type Artifact struct {
	Name   string
	Surely bool
	Member graph.MemberKind // for what the class binds; empty for an artifact
}

// Offer lists what self has at a place of a step, by name: what the class binds, what is alive at the step's start, what the step
// itself assigns above the place, and in a join what its merges above the place bring.
func (a *Analysis) Offer(step string, at graph.Pos) []Artifact {
	var out []Artifact
	for _, m := range a.Data.Members {
		switch m.Kind {
		case graph.MemberParameter, graph.MemberConstant, graph.MemberMethod:
			out = append(out, Artifact{m.Name, true, m.Kind})
		}
	}
	if p := a.steps[step]; p != nil && p.start.Reached {
		alive := a.above(p, at)
		for id := range alive.Maybe.All() {
			out = append(out, Artifact{Name: a.Data.Names[id], Surely: alive.Surely.Has(id)})
		}
	}
	return sorted(out)
}

// OfferInputs lists what the input that comes from a step has, by name; of any input for an empty name.
func (a *Analysis) OfferInputs(join, from string) []Artifact {
	alive := a.Inputs(join)
	if from != "" {
		alive = a.End(from)
	}
	var out []Artifact
	for id := range alive.Maybe.All() {
		out = append(out, Artifact{Name: a.Data.Names[id], Surely: alive.Surely.Has(id)})
	}
	return sorted(out)
}

func sorted(list []Artifact) []Artifact {
	slices.SortFunc(list, func(x, y Artifact) int { return strings.Compare(x.Name, y.Name) })
	return slices.CompactFunc(list, func(x, y Artifact) bool { return x.Name == y.Name })
}

// above is what is alive at a place of a step, going by what stands above it.
func (a *Analysis) above(p *point, at graph.Pos) Alive {
	out := Alive{Surely: p.start.Surely.Clone(), Maybe: p.start.Maybe.Clone(), Open: p.start.Open, Reached: true}
	if p.body == nil {
		return out
	}
	for i := range p.body.Merges {
		if m := &p.body.Merges[i]; before(m.At.Start, at) {
			s, maybe, _ := a.brings(p, m)
			out.Surely.Union(s)
			out.Maybe.Union(maybe)
		}
	}
	for i := range p.body.Writes {
		if w := &p.body.Writes[i]; w.Kind != graph.Delete && before(w.At.End, at) {
			out.Maybe.Add(w.ID)
			if !w.Conditional {
				out.Surely.Add(w.ID)
			}
		}
	}
	return out
}

func before(p, q graph.Pos) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Column < q.Column
}

// Mentions lists the places that name an artifact and are of some kind, in the order of the files.
func (a *Analysis) Mentions(name string, is func(graph.MentionKind) bool) []*graph.Mention {
	id := a.Data.ID(name)
	var out []*graph.Mention
	for _, m := range a.Data.Mentions {
		if m.ID == id && id >= 0 && is(m.Kind) {
			out = append(out, m)
		}
	}
	return out
}

// Writers lists the places that set an artifact or change it.
func (a *Analysis) Writers(name string) []*graph.Mention {
	return a.Mentions(name, func(k graph.MentionKind) bool { return k.Sets() || k == graph.Declare })
}

// Readers lists the places that use an artifact's value.
func (a *Analysis) Readers(name string) []*graph.Mention {
	return a.Mentions(name, graph.MentionKind.Reads)
}

// Source is an assignment whose value may still be there at some point.
type Source struct {
	Step  string
	Write *graph.Assignment
}

// Sources lists the assignments whose value an artifact may have at a step's start; for a join, in one of its inputs.
func (a *Analysis) Sources(step string, id int) []Source {
	p := a.steps[step]
	if p == nil {
		return nil
	}
	var out []Source
	a.upward(p, func(q *point) bool {
		if q.body == nil {
			return false
		}
		for _, i := range q.body.Exit.Writes {
			if w := &q.body.Writes[i]; w.ID == id {
				out = append(out, Source{q.node.Name, w})
			}
		}
		if q.body.Exit.Always.Has(id) {
			return false
		}
		if q.join {
			return a.mayBring(q, id)
		}
		return true
	})
	return out
}

// Lost lists the joins that drop an artifact on the ways to a step, or the step itself, which must be a join then: some input has
// it, and no merge brings it.
func (a *Analysis) Lost(step string, id int) []string {
	p := a.steps[step]
	if p == nil {
		return nil
	}
	var out []string
	drops := func(q *point) bool {
		if q.join && q.inputs.Maybe.Has(id) {
			out = append(out, q.node.Name)
			return true
		}
		return false
	}
	if drops(p) || p.join {
		return out
	}
	a.upward(p, func(q *point) bool { return !drops(q) && !q.join })
	return out
}

// Between lists the artifacts that the steps between a split and the join that closes it may set or change. Without a split it
// is all that may have been before the join.
func (a *Analysis) Between(split, join string) graph.IDs {
	p := a.steps[join]
	if p == nil {
		return nil
	}
	var out graph.IDs
	a.upward(p, func(q *point) bool {
		if q.node.Name == split {
			return false
		}
		if q.body != nil {
			for _, i := range q.body.Exit.Writes {
				out.Add(q.body.Writes[i].ID)
			}
		}
		return true
	})
	return out
}

// upward visits the steps that lead to a step, each once, for as long as visit says to go on.
func (a *Analysis) upward(p *point, visit func(*point) bool) {
	var seen graph.IDs
	next := slices.Clone(p.in)
	for i := 0; i < len(next); i++ {
		q := next[i]
		if seen.Has(q.index) || !q.end.Reached {
			continue
		}
		seen.Add(q.index)
		if visit(q) {
			next = append(next, q.in...)
		}
	}
}
