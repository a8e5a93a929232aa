package mutate

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// edges are the breakers of transitions.
func edges() []Breaker {
	return []Breaker{
		{"drop an edge", dropEdge}, {"rename a target", renameTarget}, {"target as text", targetAsText}, {"lead nowhere", leadNowhere},
		{"transition in an if", inIf}, {"statement after the transition", afterTransition}, {"go back", goBack}, {"go back to the start", backToStart},
		{"name a target twice", targetTwice}, {"swap branches of two splits", swapBranches}, {"skip the join", skipJoin}, {"split into the join", splitIntoJoin},
	}
}

func goesOn(n *graph.Node) bool { return n.Step.Next != nil }

func dropEdge(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(goesOn))
	if !ok {
		return nil
	}
	return &Broken{Source: f.with(change{n.Step.Next.Range, "pass"}), Want: []Place{at(n.Step.NameRange, "SP115")}}
}

// anyTarget picks a step that goes on and one of its targets.
func anyTarget(r *rand.Rand, f *Flow) (*graph.Node, graph.Target, bool) {
	n, ok := one(r, f.nodes(goesOn))
	if !ok {
		return nil, graph.Target{}, false
	}
	t, ok := one(r, n.Step.Next.Targets)
	return n, t, ok
}

func renameTarget(r *rand.Rand, f *Flow) *Broken {
	_, t, ok := anyTarget(r, f)
	if !ok {
		return nil
	}
	name := mistype(r, t.Step)
	if f.Graph.Node(name) != nil {
		return nil
	}
	return &Broken{Source: f.with(change{t.Range, name}), Want: []Place{at(t.Range, "SP118")}}
}

// mistype changes a name as a finger does, or altogether.
func mistype(r *rand.Rand, name string) string {
	i := r.IntN(len(name))
	switch r.IntN(4) {
	case 0:
		return name[:i] + "q" + name[i:]
	case 1:
		return name + "_x"
	case 2:
		return "somewhere_else"
	}
	if len(name) < 3 || i == 0 {
		return name + "s"
	}
	return name[:i] + name[i+1:]
}

func targetAsText(r *rand.Rand, f *Flow) *Broken {
	_, t, ok := anyTarget(r, f)
	if !ok {
		return nil
	}
	whole, ok := f.whole(t)
	if !ok {
		return nil
	}
	broken := &Broken{Source: f.with(change{whole, `"` + t.Step + `"`}), Want: []Place{at(t.Range, "SP116")}}
	broken.Allow = []string{"SP120"} // a text leads nowhere
	return broken
}

func leadNowhere(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(goesOn))
	if !ok {
		return nil
	}
	return &Broken{Source: f.with(change{n.Step.Next.Range, "self.next()"}), Want: []Place{at(n.Step.Next.Range, "SP116")}}
}

func inIf(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(goesOn))
	if !ok {
		return nil
	}
	next := n.Step.Next.Range
	before := f.Source[:f.offset(next.Start)]
	if line := before[strings.LastIndexByte(before, '\n')+1:]; strings.TrimSpace(line) != "" {
		return nil // behind another statement no if can stand
	}
	return &Broken{Source: f.with(change{next, "if True: " + f.text(next)}), Want: []Place{at(next, "SP117")}}
}

func afterTransition(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(goesOn))
	if !ok {
		return nil
	}
	next := n.Step.Next.Range
	return &Broken{Source: f.with(change{next, f.text(next) + "; print()"}), Want: []Place{at(next, "SP117")}}
}

// linear reports whether a step leads to one other and is no join and no gang.
func linear(n *graph.Node) bool {
	return goesOn(n) && n.Step.Next.Kind == graph.Linear && n.Step.Positional() == 1 && n.Step.Parallel == graph.No
}

// retarget is the flow with the only target of a step replaced.
func (f *Flow) retarget(n *graph.Node, to string) string {
	return f.with(change{n.Step.Next.Targets[0].Range, to})
}

func goBack(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(linear))
	if !ok {
		return nil
	}
	to, ok := one(r, f.nodes(func(m *graph.Node) bool {
		return f.inner(m) && f.reaches(m, n) && slices.Equal(m.SplitParents, n.SplitParents) && m.Step.Positional() == 1
	}))
	if !ok {
		return nil
	}
	want := at(n.Step.Next.Targets[0].Range, "SP119")
	for _, m := range f.nodes(goesOn) { // any part of the loop can be meant as its last
		for _, t := range m.Step.Next.Targets {
			if child := f.Graph.Node(t.Step); f.reaches(to, m) && f.reaches(child, n) {
				want = want.or(t.Range)
			}
		}
	}
	return &Broken{Source: f.retarget(n, to.Name), Want: []Place{want}, Allow: []string{"SP119"}}
}

// reaches reports whether a way leads from one step to another; every step reaches itself.
func (f *Flow) reaches(from, to *graph.Node) bool {
	seen := map[string]bool{}
	var visit func(name string) bool
	visit = func(name string) bool {
		if name == to.Name {
			return true
		}
		if seen[name] || f.Graph.Node(name) == nil {
			return false
		}
		seen[name] = true
		return slices.ContainsFunc(f.Graph.Node(name).Out, visit)
	}
	return visit(from.Name)
}

func backToStart(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(linear))
	if !ok {
		return nil
	}
	return &Broken{Source: f.retarget(n, f.Graph.Start), Want: []Place{at(n.Step.Next.Targets[0].Range, "SP109")}}
}

func targetTwice(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return n.Type == graph.TypeSplit }))
	if !ok {
		return nil
	}
	t, _ := one(r, n.Step.Next.Targets)
	return &Broken{Source: f.with(change{t.Range, t.Step + ", self." + t.Step}), Want: []Place{at(t.Range, "SP134")}}
}

// swapBranches lets two splits of which none is inside of the other trade a branch, so that joins get branches of splits that aren't theirs.
func swapBranches(r *rand.Rand, f *Flow) *Broken {
	splits := f.nodes(func(n *graph.Node) bool { return n.Type == graph.TypeSplit && len(n.Step.Next.Targets) > 1 })
	a, ok := one(r, splits)
	if !ok {
		return nil
	}
	b, ok := one(r, slices.DeleteFunc(splits, func(n *graph.Node) bool { return n == a || f.reaches(a, n) || f.reaches(n, a) }))
	if !ok {
		return nil
	}
	ta, tb := a.Step.Next.Targets[0], b.Step.Next.Targets[0]
	want := at(f.Graph.Node(a.MatchingJoin).Step.NameRange, "SP122", "SP124").or(f.Graph.Node(b.MatchingJoin).Step.NameRange) // once is enough
	return &Broken{
		Source: f.with(change{ta.Range, f.text(tb.Range)}, change{tb.Range, f.text(ta.Range)}),
		Want:   []Place{want}, Allow: []string{"SP122", "SP124", "SP121", "SP123"},
	}
}

// skipJoin leads a branch past its join to the join of the split around it.
func skipJoin(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool {
		return linear(n) && len(n.SplitParents) > 1 && f.Graph.Node(n.Step.Next.Targets[0].Step).Step.Positional() == 2
	}))
	if !ok {
		return nil
	}
	inner := f.Graph.Node(n.SplitParents[len(n.SplitParents)-1])
	outer := f.Graph.Node(f.Graph.Node(n.SplitParents[len(n.SplitParents)-2]).MatchingJoin)
	if inner.MatchingJoin != n.Step.Next.Targets[0].Step || outer == nil {
		return nil
	}
	want := at(outer.Step.NameRange, "SP121", "SP122", "SP124").or(f.Graph.Node(inner.MatchingJoin).Step.NameRange)
	for _, split := range n.SplitParents { // where nothing else leads to the inner join, a split further out stays open
		want = want.or(f.Graph.Node(split).Step.Next.Range)
	}
	return &Broken{Source: f.retarget(n, outer.Name), Want: []Place{want}, Allow: []string{"SP120", "SP122", "SP124"}}
}

func splitIntoJoin(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return n.Type.Opens() && n.MatchingJoin != "" }))
	if !ok {
		return nil
	}
	t, _ := one(r, n.Step.Next.Targets)
	return &Broken{Source: f.with(change{t.Range, n.MatchingJoin}), Want: []Place{at(t.Range, "SP129")}, Allow: []string{"SP120"}}
}
