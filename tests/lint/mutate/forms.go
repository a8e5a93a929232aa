package mutate

import (
	"math/rand/v2"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// forms are the breakers of the forms of transitions, and of syntax.
func forms() []Breaker {
	return []Breaker{
		{"foreach without a name", emptyForeach}, {"mistype foreach", mistypeForeach}, {"drop foreach", dropForeach}, {"drop the condition", dropCondition},
		{"condition as a value", conditionValue}, {"empty switch", emptySwitch}, {"switch of one case", oneCase}, {"switch into the join", switchIntoJoin},
		{"variable as case", variableCase}, {"drop parallel", dropParallel}, {"drop num_parallel", dropNumParallel}, {"open bracket", openBracket},
		{"drop a colon", dropColon},
	}
}

func ofType(types ...graph.Type) func(n *graph.Node) bool {
	return func(n *graph.Node) bool {
		for _, t := range types {
			if n.Type == t {
				return true
			}
		}
		return false
	}
}

func emptyForeach(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(ofType(graph.TypeForeach)))
	if !ok {
		return nil
	}
	at0 := n.Step.Next.ForeachRange
	return &Broken{Source: f.with(change{at0, `""`}), Want: []Place{at(at0, "SP130")}}
}

// rewrite replaces a word of a transition.
func (f *Flow) rewrite(n *graph.Node, old, text string) (string, bool) {
	next := f.text(n.Step.Next.Range)
	if strings.Count(next, old) != 1 {
		return "", false
	}
	return f.with(change{n.Step.Next.Range, strings.Replace(next, old, text, 1)}), true
}

// inNext is a finding at a word of a transition.
func inNext(n *graph.Node, word string, f *Flow, codes ...string) Place {
	before, _, _ := strings.Cut(f.text(n.Step.Next.Range), word)
	return Place{codes, []int{n.Step.Next.Range.Start.Line + strings.Count(before, "\n")}}
}

func mistypeForeach(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(ofType(graph.TypeForeach)))
	if !ok {
		return nil
	}
	word, _ := one(r, []string{"for_each", "foreac", "over"})
	source, ok := f.rewrite(n, "foreach=", word+"=")
	if !ok {
		return nil
	}
	return &Broken{Source: source, Want: []Place{inNext(n, "foreach=", f, "SP116")}}
}

// dropForeach makes a plain transition of a foreach, so that its join has nothing to join.
func dropForeach(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(ofType(graph.TypeForeach)))
	if !ok {
		return nil
	}
	join, next := f.Graph.Node(n.MatchingJoin), n.Step.Next
	if join == nil {
		return nil
	}
	cut := graph.Range{File: File, Start: next.Range.Start, End: next.Range.End}
	source := f.with(change{cut, "self.next(self." + next.Targets[0].Step + ")"})
	want := at(join.Step.NameRange, "SP122", "SP123", "SP124") // or the join of a split around it, which now gets what this one should have
	for _, name := range n.SplitParents {
		want = want.or(f.Graph.Node(f.Graph.Node(name).MatchingJoin).Step.NameRange)
	}
	return &Broken{Source: source, Want: []Place{want}, Allow: []string{"SP122", "SP123", "SP124"}}
}

// cases is the range of the dictionary of a switch.
func (f *Flow) cases(n *graph.Node) (graph.Range, bool) {
	text := f.text(n.Step.Next.Range)
	open, end := strings.IndexByte(text, '{'), strings.LastIndexByte(text, '}')
	if open < 0 || end < open {
		return graph.Range{}, false
	}
	return graph.Range{File: File, Start: f.after(n.Step.Next.Range.Start, text[:open]), End: f.after(n.Step.Next.Range.Start, text[:end+1])}, true
}

// after is the place behind a text that begins at a place.
func (f *Flow) after(p graph.Pos, text string) graph.Pos {
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		return graph.Pos{Line: p.Line + strings.Count(text, "\n"), Column: 1 + len([]rune(text[i+1:]))}
	}
	return graph.Pos{Line: p.Line, Column: p.Column + len([]rune(text))}
}

func (f *Flow) anySwitch(r *rand.Rand) (*graph.Node, graph.Range, bool) {
	n, ok := one(r, f.nodes(ofType(graph.TypeSwitch)))
	if !ok {
		return nil, graph.Range{}, false
	}
	dict, ok := f.cases(n)
	return n, dict, ok
}

func dropCondition(r *rand.Rand, f *Flow) *Broken {
	n, dict, ok := f.anySwitch(r)
	if !ok {
		return nil
	}
	source := f.with(change{n.Step.Next.Range, "self.next(" + f.text(dict) + ")"})
	return &Broken{Source: source, Want: []Place{at(n.Step.Next.Range, "SP126")}}
}

func conditionValue(r *rand.Rand, f *Flow) *Broken {
	n, _, ok := f.anySwitch(r)
	if !ok {
		return nil
	}
	c := n.Step.Next.ConditionRange
	return &Broken{Source: f.with(change{c, "self." + n.Step.Next.Condition}), Want: []Place{at(c, "SP126")}}
}

func emptySwitch(r *rand.Rand, f *Flow) *Broken {
	_, dict, ok := f.anySwitch(r)
	if !ok {
		return nil
	}
	return &Broken{Source: f.with(change{dict, "{}"}), Want: []Place{at(dict, "SP127")}}
}

func oneCase(r *rand.Rand, f *Flow) *Broken {
	n, dict, ok := f.anySwitch(r)
	if !ok || n.Recursive {
		return nil
	}
	t := n.Step.Next.Targets[0]
	return &Broken{
		Source: f.with(change{dict, `{"x": self.` + t.Step + "}"}), Want: []Place{at(n.Step.Next.Range, "SP125")}, Allow: []string{"SP120"},
	}
}

func variableCase(r *rand.Rand, f *Flow) *Broken {
	n, _, ok := f.anySwitch(r)
	if !ok {
		return nil
	}
	t, _ := one(r, n.Step.Next.Targets)
	return &Broken{Source: f.with(change{t.CaseRange, "variable"}), Want: []Place{at(t.CaseRange, "SP116")}}
}

// switchIntoJoin leads one case of a switch straight to the join around it.
func switchIntoJoin(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return n.Type == graph.TypeSwitch && len(n.SplitParents) > 0 }))
	if !ok {
		return nil
	}
	join := f.Graph.Node(f.Graph.Node(n.SplitParents[len(n.SplitParents)-1]).MatchingJoin)
	t, _ := one(r, n.Step.Next.Targets)
	if join == nil || t.Step == n.Name {
		return nil
	}
	return &Broken{Source: f.with(change{t.Range, join.Name}), Want: []Place{at(t.Range, "SP128")}, Allow: []string{"SP120"}}
}

func (f *Flow) gang(r *rand.Rand) (split, body *graph.Node, ok bool) {
	split, ok = one(r, f.nodes(ofType(graph.TypeParallel)))
	if !ok {
		return nil, nil, false
	}
	body = f.Graph.Node(split.Step.Next.Targets[0].Step)
	return split, body, body != nil
}

func dropParallel(r *rand.Rand, f *Flow) *Broken {
	split, body, ok := f.gang(r)
	if !ok {
		return nil
	}
	for _, d := range body.Step.Decorators {
		if d.Name == "parallel" {
			start := d.Range
			start.Start.Column-- // the @
			if f.text(start)[0] != '@' {
				start = d.Range
			}
			return &Broken{Source: f.with(change{start, ""}), Want: []Place{at(split.Step.Next.Targets[0].Range, "SP131")}}
		}
	}
	return nil
}

func dropNumParallel(r *rand.Rand, f *Flow) *Broken {
	split, body, ok := f.gang(r)
	if !ok {
		return nil
	}
	next := split.Step.Next
	return &Broken{
		Source: f.with(change{next.Range, "self.next(self." + body.Name + ")"}), Want: []Place{at(next.Range, "SP133")},
		Allow: []string{"SP122", "SP123", "SP124"},
	}
}

func openBracket(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(goesOn))
	if !ok {
		return nil
	}
	text := f.text(n.Step.Next.Range)
	if !strings.HasSuffix(text, ")") {
		return nil
	}
	open := strings.IndexByte(text, '(')
	return &Broken{
		Source: f.with(change{n.Step.Next.Range, strings.TrimSuffix(text, ")")}),
		Want:   []Place{inNext(n, text[open:], f, "SP100")},
	}
}

func dropColon(r *rand.Rand, f *Flow) *Broken {
	n, ok := one(r, f.nodes(func(n *graph.Node) bool { return len(n.Step.Args) > 0 }))
	if !ok {
		return nil
	}
	end := arguments(n).End
	rest := f.Source[f.offset(end):]
	if !strings.HasPrefix(rest, "):\n") {
		return nil
	}
	colon := graph.Range{File: File, Start: graph.Pos{Line: end.Line, Column: end.Column + 1}, End: graph.Pos{Line: end.Line, Column: end.Column + 2}}
	return &Broken{Source: f.with(change{colon, ""}), Want: []Place{at(colon, "SP100")}}
}
