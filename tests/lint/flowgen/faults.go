package flowgen

import "slices"

// Fault is a read of an artifact that is not there.
type Fault struct {
	Step *Step
	Stmt *Stmt // nil for the transition
	Name string
	Kind Use
	// Never is true where the artifact is set on no way that leads there, otherwise it is set on some.
	Never bool
}

// Use is what an artifact is read for.
type Use int

// The uses of artifacts.
const (
	UseSelf Use = iota
	UseInput
	UseInclude
	UseForeach
	UseCondition
)

// Follow says which reads are faults.
type Follow int

// The ways to follow artifacts: all reads of what is not there, or only the first on a way.
const (
	All Follow = iota
	First
)

// state is what a step leaves behind.
type state struct {
	surely, maybe names
	told          names // that a step before has read in vain
}

// Faults follows the artifacts along the ways of the program, as Metaflow does: a join starts with nothing, and a loop of one step, the only sort
// that [New] makes, with what it has when it is entered. It goes by what the statements say of themselves, not by their text. With First, a
// read is left out that may come after another one that lacks the same artifact.
func (p *Program) Faults(first Follow) []Fault {
	w := &walk{p: p, first: first == First, ends: map[string]state{}, in: map[string][]string{}}
	for _, s := range p.Steps {
		if s.Next == nil {
			continue
		}
		for _, t := range s.Next.Targets {
			if t != s.Name && !slices.Contains(w.in[t], s.Name) {
				w.in[t] = append(w.in[t], s.Name)
			}
		}
	}
	w.step(p.Start)
	return w.faults
}

type walk struct {
	p      *Program
	first  bool
	ends   map[string]state
	in     map[string][]string
	faults []Fault
}

// step follows one step once all that lead to it are known, and then those it leads to.
func (w *walk) step(s *Step) {
	if _, done := w.ends[s.Name]; done {
		return
	}
	for _, from := range w.in[s.Name] {
		if _, known := w.ends[from]; !known {
			return
		}
	}
	now := w.arrive(s)
	for _, x := range s.Body {
		w.stmt(s, x, &now)
	}
	w.ends[s.Name] = now
	if s.Next == nil {
		return
	}
	w.need(s, nil, UseForeach, &now, s.Next.Foreach)
	w.need(s, nil, UseCondition, &now, s.Next.Condition)
	for _, t := range s.Next.Targets {
		if next := w.p.Step(t); next != nil {
			w.step(next)
		}
	}
}

// arrive is what a step finds on self.
func (w *walk) arrive(s *Step) state {
	var now state
	for i, from := range w.in[s.Name] {
		end := w.ends[from]
		now.told = now.told.with(end.told...)
		if s.Inputs != "" {
			continue
		}
		if i == 0 {
			now.surely = end.surely
		}
		now.surely, now.maybe = now.surely.in(end.surely), now.maybe.with(end.maybe...)
	}
	return now
}

func (w *walk) stmt(s *Step, x *Stmt, now *state) {
	for _, name := range x.Reads {
		w.need(s, x, UseSelf, now, name)
	}
	for _, name := range x.Inputs {
		w.input(s, x, now, name)
	}
	if x.Merge != nil {
		w.merge(s, x, now)
		return
	}
	now.surely, now.maybe = now.surely.with(x.Sets...), now.maybe.with(x.Sets...)
}

func (w *walk) need(s *Step, x *Stmt, kind Use, now *state, name string) {
	if name == "" || slices.Contains(w.p.Parameters, name) || slices.Contains(now.surely, name) {
		return
	}
	if w.first && slices.Contains(now.told, name) {
		return
	}
	now.told = now.told.with(name)
	w.faults = append(w.faults, Fault{Step: s, Stmt: x, Name: name, Kind: kind, Never: !slices.Contains(now.maybe, name)})
}

// inputs is what all of the inputs of a join have, and what one has.
func (w *walk) inputs(s *Step) (all, anySurely, anyMaybe names) {
	for i, from := range w.in[s.Name] {
		end := w.ends[from]
		if i == 0 {
			all = end.surely
		}
		all, anySurely, anyMaybe = all.in(end.surely), anySurely.with(end.surely...), anyMaybe.with(end.maybe...)
	}
	return all, anySurely, anyMaybe
}

func (w *walk) input(s *Step, x *Stmt, now *state, name string) {
	all, _, maybe := w.inputs(s)
	if x.From != "" {
		all, maybe = w.ends[x.From].surely, w.ends[x.From].maybe
	}
	at := state{all, maybe, now.told}
	w.need(s, x, UseInput, &at, name)
	now.told = at.told
}

func (w *walk) merge(s *Step, x *Stmt, now *state) {
	_, surely, maybe := w.inputs(s)
	at := state{surely, maybe, now.told}
	for _, name := range x.Merge.Include {
		w.need(s, x, UseInclude, &at, name)
	}
	now.told = at.told
	if x.Merge.Include != nil {
		surely, maybe = surely.in(x.Merge.Include), maybe.in(x.Merge.Include)
	}
	now.surely = now.surely.with(surely.without(x.Merge.Exclude)...)
	now.maybe = now.maybe.with(maybe.without(x.Merge.Exclude)...)
}

// With is the program with one statement of a step replaced.
func (p *Program) With(s *Step, old, repl *Stmt) *Program {
	c := *s
	c.Body = slices.Clone(s.Body)
	c.Body[slices.Index(c.Body, old)] = repl
	return p.Replace(s, &c)
}

// Replace is the program with a step replaced.
func (p *Program) Replace(old, repl *Step) *Program {
	out := *p
	out.Steps = slices.Clone(p.Steps)
	out.Steps[slices.Index(out.Steps, old)] = repl
	if p.Start == old {
		out.Start = repl
	}
	if p.End == old {
		out.End = repl
	}
	return &out
}
