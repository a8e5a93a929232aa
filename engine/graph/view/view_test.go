package view_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/graph/view"
	"github.com/spindle-flow/spindle/engine/source/python"
)

func decorated(t *testing.T) *graph.Graph {
	t.Helper()
	r, err := python.Read(context.Background(), python.Options{File: "testdata/decorated.py"})
	if err != nil {
		t.Fatal(err)
	}
	return graph.New(r.Flow)
}

func TestShow(t *testing.T) {
	t.Parallel()
	l := view.Show(decorated(t), graph.Extra{})
	if want := "A flow with documentation,\n\ndecorators of several kinds\n  and every kind of step."; l.Doc != want {
		t.Errorf("doc %q, want %q", l.Doc, want)
	}
	if diff := cmp.Diff("@environment\n@catch\n@retry\nStep start\n    Chooses.\n    => choose", l.Steps[0]); diff != "" {
		t.Errorf("first step (-want +got):\n%s", diff)
	}
	if last := l.Steps[len(l.Steps)-1]; last != "Step end\n    ?" {
		t.Errorf("last step %q", last)
	}
}

func TestDotEscapes(t *testing.T) {
	t.Parallel()
	f := &graph.Flow{Name: "F", Steps: []*graph.Step{{Name: "start", Next: &graph.Transition{Kind: graph.Switch, Condition: "a<b",
		Targets: []graph.Target{{Step: "end", Case: `say "hi"`}}}}, {Name: "end"}}}
	dot := view.Dot(graph.New(f))
	for _, want := range []string{`label="say \"hi\""`, "switch: a&lt;b<"} {
		if !strings.Contains(dot, want) {
			t.Errorf("no %s in\n%s", want, dot)
		}
	}
}

func TestRawDecorators(t *testing.T) {
	t.Parallel()
	x := graph.Extra{Steps: map[string]graph.StepExtra{"start": {Decorators: []graph.Attached{
		{Name: "a", Attributes: json.RawMessage(`{"n":2,"s":"x y","l":[1,"it's",null],"d":{"k":true},"f":1.50,"none":null}`), StaticallyDefined: true},
		{Name: "b", InsertedBy: json.RawMessage(`["x","y"]`)},
	}}}}
	raw := view.Raw(decorated(t), x)
	want := `decorators=a<static n=2 s=x y l=[1, "it's", None] d={'k': True} f=1.50 none=None> | b<dynamic (inserted by x from y)>`
	if !strings.Contains(raw, want) {
		t.Errorf("no %s in\n%s", want, raw)
	}
}

func TestRawJSONKeepsWhatIsWritten(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(view.RawJSON(decorated(t), graph.Extra{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"switch_cases":{"each":"each","3":"gang","true":"each","1.5":"gang"}`, `"num_parallel":2`, `"name":"retry"`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %s in %s", want, data)
		}
	}
}
