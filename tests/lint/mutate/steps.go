package mutate

import (
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// steps are the breakers of steps and their heads.
func steps() []Breaker {
	return []Breaker{
		{"drop a step", dropStep}, {"drop the start", dropStart}, {"drop the end", dropEnd}, {"rename a step", renameStep}, {"name that is reserved", reserve},
		{"name in capitals", capitals}, {"drop inputs", dropInputs}, {"add inputs", addInputs}, {"an argument too many", extraArgument}, {"drop self", dropSelf},
		{"second start", secondStart}, {"second end", secondEnd}, {"end goes on", endGoesOn}, {"drop the decorator", dropMark}, {"join that splits", joinThatSplits},
	}
}

func (f *Flow) without(n *graph.Node) string { return f.with(change{n.Step.Body, ""}) }

func dropStep(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(f.inner))
	if !ok {
		return nil
	}
	var want []graph.Target
	for _, t := range f.targets(n.Name) {
		if !within(t.Range, n.Step.Body) {
			want = append(want, t)
		}
	}
	broken := &Broken{Source: f.without(n), Want: places("SP118", want)}
	if isJoin(n) { // its split stays open, and is in the way of the joins below
		broken.Allow = []string{"SP124"}
	}
	return broken
}

func within(r, outer graph.Range) bool {
	return r.Start.Line >= outer.Start.Line && r.End.Line <= outer.End.Line
}

func (f *Flow) start() *graph.Node { return f.Graph.Node(f.Graph.Start) }
func (f *Flow) end() *graph.Node   { return f.Graph.Node(f.Graph.End) }

func dropStart(_ *rand.Rand, f *Flow) *Broken {
	if f.Graph.Len() < 3 {
		return nil // what is left is a flow of one step
	}
	return &Broken{Source: f.without(f.start()), Want: []Place{at(f.Graph.Flow.NameRange, "SP103")}}
}

func dropEnd(_ *rand.Rand, f *Flow) *Broken {
	if f.Graph.Len() < 3 {
		return nil
	}
	want := append(places("SP118", f.targets(f.Graph.End)), at(f.Graph.Flow.NameRange, "SP106"))
	return &Broken{Source: f.without(f.end()), Want: want}
}

// dropMark makes a method of a step.
func dropMark(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return f.inner(n) && len(n.Step.Decorators) == 0 && !n.Recursive }))
	if !ok {
		return nil
	}
	return &Broken{Source: f.with(change{n.Step.Mark, ""}), Want: places("SP118", f.targets(n.Name))}
}

func renameStep(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return f.inner(n) && !n.Recursive }))
	if !ok {
		return nil
	}
	name := mistype(r, n.Name)
	if f.Graph.Node(name) != nil {
		return nil
	}
	return &Broken{Source: f.with(change{n.Step.NameRange, name}), Want: places("SP118", f.targets(n.Name))}
}

// everywhere renames a step with all that leads to it, nil where the name is used for more.
func (f *Flow) everywhere(n *graph.Node, name, code string) *Broken {
	targets := f.targets(n.Name)
	if all := regexp.MustCompile(`\b`+n.Name+`\b`).FindAllString(f.Source, -1); len(all) != len(targets)+1 {
		return nil
	}
	changes := []change{{n.Step.NameRange, name}}
	for _, t := range targets {
		changes = append(changes, change{t.Range, name})
	}
	return &Broken{Source: f.with(changes...), Want: []Place{at(n.Step.NameRange, code)}}
}

func reserve(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(f.inner))
	if !ok {
		return nil
	}
	word, _ := one(r, []string{"input", "index", "cmd", "name", "next"})
	return f.everywhere(n, word, "SP101")
}

func capitals(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(f.inner))
	if !ok {
		return nil
	}
	return f.everywhere(n, strings.ToUpper(n.Name[:1])+n.Name[1:], "SP102")
}

func isJoin(n *graph.Node) bool { return n.Step.Positional() == 2 }

// arguments is the range between the brackets of a step's head.
func arguments(n *graph.Node) graph.Range {
	args := n.Step.Args
	return graph.Range{File: File, Start: args[0].Range.Start, End: args[len(args)-1].Range.End}
}

func dropInputs(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return isJoin(n) && len(n.SplitParents) > 0 }))
	if !ok {
		return nil
	}
	want := Place{Codes: []string{"SP121", "SP122", "SP124", "SP132"}} // of the splits that are open here, any may be the one that lacks its join
	for _, name := range n.SplitParents {
		split := f.Graph.Node(name)
		want = want.or(split.Step.Next.Range, f.Graph.Node(split.MatchingJoin).Step.NameRange)
	}
	for _, name := range n.In {
		want = want.or(f.Graph.Node(name).Step.Next.Range) // a gang
	}
	return &Broken{Source: f.with(change{arguments(n), "self"}), Want: []Place{want}}
}

func addInputs(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool {
		return linear(n) && n.Name != f.Graph.Start && len(n.SplitParents) == 0 && len(n.Step.Args) == 1 && n.Step.Parallel == graph.No
	}))
	if !ok {
		return nil
	}
	return &Broken{Source: f.with(change{arguments(n), f.text(arguments(n)) + ", inputs"}), Want: []Place{at(n.Step.NameRange, "SP123", "SP128")}}
}

func extraArgument(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return len(n.Step.Args) > 0 }))
	if !ok {
		return nil
	}
	more := ", inputs, more"
	if isJoin(n) {
		more = ", more"
	}
	return &Broken{Source: f.with(change{arguments(n), f.text(arguments(n)) + more}), Want: []Place{at(n.Step.NameRange, "SP113")}}
}

func dropSelf(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return len(n.Step.Args) == 1 }))
	if !ok {
		return nil
	}
	return &Broken{Source: f.with(change{arguments(n), ""}), Want: []Place{at(n.Step.NameRange, "SP112")}}
}

func secondStart(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return f.inner(n) && len(n.Step.MarkArgs) == 0 }))
	if !ok {
		return nil
	}
	source := f.with(change{n.Step.Mark, f.text(n.Step.Mark) + "(start=True)"})
	if f.start().Step.Start {
		return &Broken{Source: source, Want: []Place{at(f.start().Step.Mark, "SP104").or(n.Step.Mark)}}
	}
	return &Broken{Source: source, Want: []Place{at(f.start().Step.NameRange, "SP105")}}
}

func secondEnd(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return f.inner(n) && len(n.Step.MarkArgs) == 0 }))
	if !ok {
		return nil
	}
	source := f.with(change{n.Step.Mark, f.text(n.Step.Mark) + "(end=True)"})
	if f.end().Step.End {
		return &Broken{Source: source, Want: []Place{at(f.end().Step.Mark, "SP107").or(n.Step.Mark)}}
	}
	return &Broken{Source: source, Want: []Place{at(f.end().Step.NameRange, "SP108")}}
}

func endGoesOn(r *rand.Rand, f *Flow) *Broken {
	if f.Program == nil || f.Graph.Len() < 2 {
		return nil // the last statement of a written step may be inside of a block
	}
	to, _ := one(r, f.Graph.Nodes())
	last := f.end().Step.Body
	last.Start = last.End
	return &Broken{Source: f.with(change{last, "; self.next(self." + to.Name + ")"}), Want: []Place{at(last, "SP110")}}
}

func joinThatSplits(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return n.Type == graph.TypeJoin }))
	if !ok {
		return nil
	}
	t := n.Step.Next.Targets[0]
	return &Broken{Source: f.with(change{t.Range, f.text(t.Range) + `, foreach="xs"`}), Want: []Place{at(n.Step.NameRange, "SP114").or(t.Range)}, Allow: []string{"SP129"}}
}
