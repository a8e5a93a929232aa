package golang_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

func TestReadEvery(t *testing.T) {
	t.Parallel()
	r, err := golang.Read(context.Background(), golang.Options{Dir: "testdata/every"})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Faults) > 0 || r.Flow == nil {
		t.Fatalf("faults: %+v", r.Faults)
	}
	f := r.Flow
	if f.Name != "Every" || f.File != "testdata/every/main.go" || f.NameRange.Start.Line != 20 || f.Doc != "Every shows all there is.\n\nIn two paragraphs." {
		t.Errorf("got %q in %s, line %d, %q", f.Name, f.File, f.NameRange.Start.Line, f.Doc)
	}
	want := `start: foreach grid fit
fit: linear pick_best
pick_best(join): linear choose
choose: switch kind split=branch again=choose
branch: split low high
low: linear meet
high: linear meet
meet(join): linear launch
launch: parallel 4 work
work: linear gather
gather(join): linear end
end: -
`
	if diff := cmp.Diff(want, outline(f)); diff != "" {
		t.Errorf("the graph differs (-want +got):\n%s", diff)
	}
	g := graph.New(f)
	if g.Start != "start" || g.End != "end" || g.Node("start").MatchingJoin != "pick_best" || len(g.Order) != 12 {
		t.Errorf("start %q, end %q, order %v", g.Start, g.End, g.Order)
	}
	params := ""
	for _, p := range f.Parameters {
		params += fmt.Sprintf("%s %s %s %s %q %v %q\n", p.Name, p.Attr, p.Class, p.Type, p.Default, p.Required, p.Help)
	}
	wantParams := `alpha alpha Parameter float "0.1" false "learning rate"
rounds rounds Parameter int "3" true ""
wait wait Parameter str "5m" false ""
tags tags Parameter str "" false ""
text text IncludeFile path "a.txt" false ""
cfg cfg Config  "" false ""
`
	if diff := cmp.Diff(wantParams, params); diff != "" {
		t.Errorf("the parameters differ (-want +got):\n%s", diff)
	}
}

// outline is a flow's graph as text.
func outline(f *graph.Flow) string {
	var b strings.Builder
	for _, s := range f.Steps {
		b.WriteString(s.Name)
		if s.Positional() > 1 {
			b.WriteString("(join)")
		}
		fmt.Fprintf(&b, ": %s\n", transition(s.Next))
		for _, stray := range s.Stray {
			fmt.Fprintf(&b, "  stray: %s\n", transition(stray))
		}
	}
	return b.String()
}

func transition(t *graph.Transition) string {
	if t == nil {
		return "-"
	}
	words := []string{string(t.Kind)}
	for _, w := range []string{t.Foreach, t.Condition} {
		if w != "" {
			words = append(words, w)
		}
	}
	if t.NumParallel != nil {
		words = append(words, fmt.Sprint(*t.NumParallel))
	}
	for _, target := range t.Targets {
		if target.Case != "" {
			words = append(words, target.Case+"="+target.Step)
		} else {
			words = append(words, target.Step)
		}
	}
	if t.Problem != "" {
		words = append(words, "("+t.Problem+")")
	}
	return strings.Join(words, " ")
}
