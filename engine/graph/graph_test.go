package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
)

// flow builds a flow from lines such as "start -> a b", "a -> b each items", "b(inputs) -> c", "c -> x=d y=c by kind", "end".
func flow(lines ...string) *graph.Flow {
	f := &graph.Flow{Name: "F", File: "dir/flow.py"}
	for i, line := range lines {
		head, targets, goes := strings.Cut(line, " -> ")
		name, _, join := strings.Cut(head, "(")
		s := &graph.Step{Name: name, Args: []graph.Arg{{Name: "self"}}}
		s.NameRange.Start.Line = i + 1
		if join {
			s.Args = append(s.Args, graph.Arg{Name: "inputs"})
		}
		if goes {
			s.Next = transition(strings.Fields(targets))
		}
		f.Steps = append(f.Steps, s)
	}
	return f
}

func transition(words []string) *graph.Transition {
	t := &graph.Transition{Kind: graph.Linear}
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "each":
			t.Kind, t.Foreach = graph.Foreach, words[i+1]
			i++
		case "nodes":
			n := len(words[i+1])
			t.Kind, t.NumParallel = graph.Parallel, &n
			i++
		case "by":
			t.Kind, t.Condition = graph.Switch, words[i+1]
			i++
		default:
			key, step, isCase := strings.Cut(words[i], "=")
			if !isCase {
				step, key = key, ""
			}
			t.Targets = append(t.Targets, graph.Target{Step: step, Case: key, CaseType: "str"})
		}
	}
	if t.Kind == graph.Linear && len(t.Targets) > 1 {
		t.Kind = graph.Split
	}
	return t
}

func TestNodeTypes(t *testing.T) {
	t.Parallel()
	g := graph.New(flow("start -> a b", "a -> w nodes ..", "w -> k", "k(inputs) -> j", "b -> c each xs", "c -> x=d y=c by kind", "d -> m",
		"m(inputs) -> j", "j(inputs) -> last", "last -> end", "end", "stray"))
	got := map[string]graph.Type{}
	for _, n := range g.Nodes() {
		got[n.Name] = n.Type
	}
	want := map[string]graph.Type{
		"start": graph.TypeSplit, "a": graph.TypeParallel, "w": graph.TypeLinear, "k": graph.TypeJoin, "b": graph.TypeForeach,
		"c": graph.TypeSwitch, "d": graph.TypeLinear, "m": graph.TypeJoin, "j": graph.TypeJoin, "last": graph.TypeLinear,
		"end": graph.TypeEnd, "stray": graph.TypeUnknown,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	if !g.Node("c").Recursive || g.Node("stray").Reachable {
		t.Error("c must be recursive and stray out of reach")
	}
	if diff := cmp.Diff([]string{"b"}, g.Node("c").In); diff != "" {
		t.Errorf("a switch's own loop counts as incoming (-want +got):\n%s", diff)
	}
}

func TestSplits(t *testing.T) {
	t.Parallel()
	g := graph.New(flow("start -> a b", "a -> c each xs", "c -> k", "k(inputs) -> j", "b -> j", "j(inputs) -> end", "end"))
	type splits struct {
		Parents, Branches []string
		Join              string
		Inside            bool
	}
	got := map[string]splits{}
	for _, n := range g.Nodes() {
		got[n.Name] = splits{n.SplitParents, n.SplitBranches, n.MatchingJoin, n.InsideForeach}
	}
	want := map[string]splits{
		"start": {Join: "j"},
		"a":     {Parents: []string{"start"}, Branches: []string{"a"}, Join: "k"},
		"b":     {Parents: []string{"start"}, Branches: []string{"b"}},
		"c":     {Parents: []string{"start", "a"}, Branches: []string{"a", "c"}, Inside: true},
		"k":     {Parents: []string{"start", "a"}, Branches: []string{"a"}},
		"j":     {Parents: []string{"start"}, Branches: []string{}},
		"end":   {},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("splits (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"start", "a", "c", "k", "b", "j", "end"}, g.Order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

// TestStacksOfAlternatives holds that a join knows all the splits it may close, when a switch chooses between two of them.
func TestStacksOfAlternatives(t *testing.T) {
	t.Parallel()
	g := graph.New(flow("start -> x=s y=t by kind", "s -> a b", "t -> a b", "a -> j", "b -> j", "j(inputs) -> end", "end"))
	var got []string
	for _, f := range g.Stacks("j") {
		got = append(got, f.Split+"/"+f.Branch)
	}
	if diff := cmp.Diff([]string{"t/b", "t/a", "s/b", "s/a"}, got); diff != "" {
		t.Errorf("stacks (-want +got):\n%s", diff)
	}
	if g.Node("s").MatchingJoin != "j" || g.Node("t").MatchingJoin != "j" {
		t.Error("both splits are closed by j")
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	annotate := func(f *graph.Flow, start, end string) *graph.Flow {
		for _, s := range f.Steps {
			s.Start, s.End = strings.Contains(start, s.Name), strings.Contains(end, s.Name)
		}
		return f
	}
	tests := []struct {
		name       string
		flow       *graph.Flow
		start, end string
	}{
		{"by name", flow("start -> end", "end"), "start", "end"},
		{"annotated", annotate(flow("a -> b", "b"), "a", "b"), "a", "b"},
		{"annotation beats name", annotate(flow("start -> end", "a -> end", "end"), "a", ""), "a", "end"},
		{"two annotated", annotate(flow("start -> a", "a -> end", "end"), "start a", ""), "", "end"},
		{"only step", flow("x"), "x", "x"},
		{"none", flow("a -> b", "b"), "", ""},
		{"empty", flow(), "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := graph.New(tt.flow)
			if g.Start != tt.start || g.End != tt.end {
				t.Errorf("got %q to %q, want %q to %q", g.Start, g.End, tt.start, tt.end)
			}
		})
	}
}

// TestFaultyGraphs holds that graphs with loops, unknown steps and joins of nothing are made and outlined all the same.
func TestFaultyGraphs(t *testing.T) {
	t.Parallel()
	for _, lines := range [][]string{
		{"start -> a", "a -> b", "b -> a", "end"},
		{"start -> start", "end"},
		{"start -> x=start y=end by k", "end"},
		{"start -> nowhere", "end"},
		{"start -> j", "j(inputs) -> end", "end"},
		{"start -> a b", "a -> start", "b -> b", "end -> start"},
		{"start -> a a", "a -> j", "j(inputs) -> end", "end"},
		{"end -> start", "start -> end"},
	} {
		g := graph.New(flow(lines...))
		if _, err := json.Marshal(graph.GraphInfo(g, graph.Extra{})); err != nil {
			t.Errorf("%v: %v", lines, err)
		}
	}
}

// TestManyWays holds that a graph with more ways through it than can be told apart is still made, and outlined, quickly.
func TestManyWays(t *testing.T) {
	t.Parallel()
	var lines []string
	at := "start"
	for i := range 40 { // each switch doubles the open splits a step can be reached with
		a, b, c, d := fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i), fmt.Sprintf("c%d", i), fmt.Sprintf("d%d", i)
		lines = append(lines, at+" -> x="+a+" y="+b+" by k", a+" -> "+c+" "+d, b+" -> "+c+" "+d, d+" -> end")
		at = c
	}
	g := graph.New(flow(append(lines, at+" -> end", "end")...))
	if !g.Truncated {
		t.Error("want the ways to be cut off")
	}
	if len(g.Order) != g.Len() {
		t.Errorf("%d of %d steps are ordered", len(g.Order), g.Len())
	}
	steps, _ := graph.Outline(g, graph.Extra{})
	if len(steps) != g.Len() {
		t.Errorf("%d of %d steps are described", len(steps), g.Len())
	}
}

func TestGraphInfo(t *testing.T) {
	t.Parallel()
	g := graph.New(flow("start -> a b", "a -> body each xs", "body -> fj", "fj(inputs) -> j", "b -> x=c1 y=c2 by k", "c1 -> cj", "c2 -> cj", "cj -> j",
		"j(inputs) -> end", "end"))
	info := graph.GraphInfo(g, graph.Extra{
		Parameters: []graph.Named{{Name: "p", Type: "Parameter"}},
		Steps: map[string]graph.StepExtra{"a": {Decorators: []graph.Attached{
			{Name: "retry", Attributes: json.RawMessage(`{"times":3}`), StaticallyDefined: true},
			{Name: "_internal"},
		}}},
	})
	data, err := json.Marshal(info)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	structure, _ := json.Marshal(got["graph_structure"])
	// A switch runs on to the end of the block it is in, as in the real metaflow.
	want := `["start",[["a",[["body"]],"fj"],["b",[["c1","cj"],["c2","cj"]]]],"j","end"]`
	if diff := cmp.Diff(want, string(structure)); diff != "" {
		t.Errorf("graph_structure (-want +got):\n%s", diff)
	}
	a := got["steps"].(map[string]any)["a"].(map[string]any)
	wantStep := map[string]any{
		"name": "a", "type": "split-foreach", "line": 2.0, "source_file": "", "doc": "", "next": []any{"body"}, "node_info": map[string]any{},
		"foreach_artifact": "xs", "matching_join": "fj",
		"decorators": []any{map[string]any{"name": "retry", "attributes": map[string]any{"times": 3.0}, "statically_defined": true, "inserted_by": nil}},
	}
	if diff := cmp.Diff(wantStep, a); diff != "" {
		t.Errorf("step (-want +got):\n%s", diff)
	}
	if got["file"] != "flow.py" || got["start_step"] != "start" || got["end_step"] != "end" {
		t.Errorf("file, start or end: %v %v %v", got["file"], got["start_step"], got["end_step"])
	}
	for _, key := range []string{"parameters", "constants", "doc", "decorators", "extensions"} {
		if _, ok := got[key]; !ok {
			t.Errorf("no %q", key)
		}
	}
}

func TestCasePairs(t *testing.T) {
	t.Parallel()
	f := flow("start -> a=a b=b by k", "a -> end", "b -> end", "end")
	cases := []graph.Target{
		{Case: "1", CaseType: "int"}, {Case: "0.5", CaseType: "float"}, {Case: "True", CaseType: "bool"}, {Case: "False", CaseType: "bool"},
		{Case: "1", CaseType: "str"}, {Case: `b"x"`, CaseType: "bytes"}, {Case: "config:c.k", CaseType: "config"},
	}
	for i := range cases {
		cases[i].Step = "a"
	}
	f.Steps[0].Next.Targets = cases
	info := graph.GraphInfo(graph.New(f), graph.Extra{CasePairs: true})
	data, err := json.Marshal(info.Value("steps").(graph.Object).Value("start").(graph.Object).Value("switch_cases"))
	want := `[[1,"a"],[0.5,"a"],[true,"a"],[false,"a"],["1","a"],["b\"x\"","a"],["config:c.k","a"]]`
	if err != nil || string(data) != want {
		t.Errorf("%v\n got %s\nwant %s", err, data, want)
	}
}

func TestSingleStepInfo(t *testing.T) {
	t.Parallel()
	_, structure := graph.Outline(graph.New(flow("only")), graph.Extra{})
	if diff := cmp.Diff([]any{"only"}, structure); diff != "" {
		t.Errorf("structure (-want +got):\n%s", diff)
	}
}

func TestCleanDoc(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		"":                                "",
		"one":                             "one",
		"one ":                            "one ",
		"one\n    two\n      three\n    ": "one\ntwo\n  three",
		"\n    one\n    two\n    ":        "one\ntwo",
		"    one\n    two":                "one\ntwo",
		"one\n\n\ttwo":                    "one\n\ntwo",
		"one\ntwo\n  three":               "one\ntwo\n  three",
	} {
		if got := graph.CleanDoc(doc); got != want {
			t.Errorf("CleanDoc(%q) = %q, want %q", doc, got, want)
		}
	}
}
