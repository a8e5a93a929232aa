package names

import (
	"cmp"
	"slices"
	"sort"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Index holds all spots of a flow. It does not change.
type Index struct {
	files   map[string][]Spot // by their places
	symbols map[Symbol][]*Spot
}

// New makes the index of a flow.
func New(f *graph.Flow) *Index {
	b := builder{seen: map[spotKey]int{}}
	b.add(Spot{Symbol: Symbol{Flow, f.Name}, Range: f.NameRange, Role: Defines})
	b.steps(f)
	b.artifacts(f)
	b.configs(f)
	b.decorators(f.Decorators, nil)
	for _, s := range f.Steps {
		b.decorators(s.Decorators, s)
	}
	return b.index(f.Files)
}

type spotKey struct {
	at   graph.Range
	kind Kind
}

type builder struct {
	spots []Spot
	seen  map[spotKey]int
}

// add adds a spot; a place that is passed on several ways counts once.
func (b *builder) add(s Spot) {
	if s.Range.File == "" || s.Range.Start == s.Range.End {
		return
	}
	key := spotKey{s.Range, s.Kind}
	if _, twice := b.seen[key]; twice {
		return
	}
	b.seen[key] = len(b.spots)
	b.spots = append(b.spots, s)
}

func (b *builder) steps(f *graph.Flow) {
	for _, s := range f.Steps {
		b.add(Spot{Symbol: Symbol{Step, s.Name}, Range: s.NameRange, Role: Defines, Step: s})
		if s.Next != nil {
			b.targets(s, s.Next)
		}
		for _, t := range s.Stray {
			b.targets(s, t)
		}
	}
	if f.Data == nil {
		return
	}
	for _, body := range f.Data.Bodies {
		for _, p := range body.Places {
			if p.Kind == graph.PlaceInput {
				b.add(Spot{Symbol: Symbol{Step, p.Name}, Range: p.Range, Role: Reads})
			}
		}
	}
}

func (b *builder) targets(s *graph.Step, t *graph.Transition) {
	for i := range t.Targets {
		target := &t.Targets[i]
		b.add(Spot{Symbol: Symbol{Step, target.Step}, Range: target.Range, Role: Reads, Step: s, Target: target})
	}
}

func (b *builder) artifacts(f *graph.Flow) {
	if f.Data == nil {
		return
	}
	for _, m := range f.Data.Mentions {
		role := Reads
		switch {
		case m.Kind == graph.Declare:
			role = Defines
		case m.Kind.Sets():
			role = Sets
		}
		b.add(Spot{Symbol: Symbol{Artifact, m.Name}, Range: m.Range, Role: role, Text: m.Text, Odd: m.Odd, Mention: m})
	}
}

func (b *builder) configs(f *graph.Flow) {
	for i := range f.Configs.Uses {
		u := &f.Configs.Uses[i]
		expr := u.When == graph.AtExpr
		b.add(Spot{Symbol: Symbol{Artifact, u.Attr}, Range: u.Root, Role: Reads, Text: expr, ByName: expr})
		for k := range u.Path {
			b.add(Spot{Symbol: SymbolOfKey(u, k), Range: u.Path[k].Range, Role: Reads, Use: u, Key: k})
		}
	}
}

func (b *builder) decorators(list []*graph.Decorator, s *graph.Step) {
	for _, d := range list {
		b.add(Spot{Symbol: Symbol{Decorator, d.Name}, Range: d.NameRange, Role: Reads, Decorator: d, Step: s})
		for i := range d.Args {
			if a := &d.Args[i]; a.Name != "" {
				b.add(Spot{Symbol: Symbol{Argument, d.Name + Separator + a.Name}, Range: a.NameRange, Role: Reads, Decorator: d, Argument: a, Step: s})
			}
		}
	}
}

func (b *builder) index(files []string) *Index {
	x := &Index{files: map[string][]Spot{}, symbols: map[Symbol][]*Spot{}}
	for _, s := range b.spots {
		x.files[s.Range.File] = append(x.files[s.Range.File], s)
	}
	order := slices.Clone(files)
	for file, list := range x.files {
		slices.SortStableFunc(list, func(a, b Spot) int { return comparePos(a.Range.Start, b.Range.Start) })
		if !slices.Contains(order, file) {
			order = append(order, file)
		}
	}
	for _, file := range order {
		list := x.files[file]
		for i := range list {
			x.symbols[list[i].Symbol] = append(x.symbols[list[i].Symbol], &list[i])
		}
	}
	return x
}

func comparePos(a, b graph.Pos) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// At returns the spot that covers a place, nil if there is none. The end of a name counts as part of it.
func (x *Index) At(file string, at graph.Pos) *Spot {
	list := x.files[file]
	i := sort.Search(len(list), func(i int) bool { return comparePos(list[i].Range.Start, at) > 0 })
	for i--; i >= 0 && list[i].Range.Start.Line == at.Line; i-- {
		if comparePos(at, list[i].Range.End) <= 0 {
			return &list[i]
		}
	}
	return nil
}

// In lists the spots of a file in the order of their places.
func (x *Index) In(file string) []Spot { return x.files[file] }

// Of lists the spots of a symbol in the order of the flow's files and their places.
func (x *Index) Of(s Symbol) []*Spot { return x.symbols[s] }

// Symbols lists what is named, in no order.
func (x *Index) Symbols() []Symbol {
	out := make([]Symbol, 0, len(x.symbols))
	for s := range x.symbols {
		out = append(out, s)
	}
	return out
}
