package scheduled

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/worker"
)

func TestRounds(t *testing.T) {
	ids := []string{"t", "t.1", "t.10", "t.2", "t-1", "t-1.3", "t-1-0", "t-12", "t-12.1"}
	for path, want := range map[string][]string{"": {"t.10", "t.2", "t.1", "t"}, "1": {"t-1.3", "t-1"}, "12": {"t-12.1", "t-12"}, "1-0": {"t-1-0"}, "3": nil} {
		if diff := cmp.Diff(want, rounds(ids, path)); diff != "" {
			t.Errorf("at %q:\n%s", path, diff)
		}
	}
}

// steps are a deployment with these edges.
func steps(edges map[string][]string) *Deployment {
	d := &Deployment{Flow: "F", Start: "start", End: "end", Root: "s3://bucket", RunPrefix: "sfn-"}
	for name, next := range edges {
		d.Steps = append(d.Steps, Step{Name: name, Node: worker.Node{Next: next}})
	}
	return d
}

func TestLoops(t *testing.T) {
	for name, tc := range map[string]struct {
		edges map[string][]string
		want  bool
	}{
		"linear":         {map[string][]string{"start": {"end"}, "end": nil}, false},
		"diamond":        {map[string][]string{"start": {"a", "b"}, "a": {"join"}, "b": {"join"}, "join": {"end"}, "end": nil}, false},
		"back to itself": {map[string][]string{"start": {"a"}, "a": {"a", "end"}, "end": nil}, true},
		"back over two":  {map[string][]string{"start": {"a"}, "a": {"b"}, "b": {"a", "end"}, "end": nil}, true},
	} {
		if got := loops(steps(tc.edges)); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestGiven(t *testing.T) {
	d := steps(map[string][]string{"start": nil})
	d.Parameters = []Parameter{{Name: "alpha"}, {Name: "dash-ed", Default: []string{"4"}}, {Name: "many", Multiple: true, Default: []string{"1"}}}
	for input, want := range map[string]any{
		"":                                       map[string][]string{"dash-ed": {"4"}, "many": {"1"}},
		`{"ALPHA": 2.50, "dash_ed": null}`:       map[string][]string{"alpha": {"2.50"}, "dash-ed": {"4"}, "many": {"1"}},
		`{"many": [3, 4], "alpha": {"x": true}}`: map[string][]string{"alpha": {`{"x":true}`}, "dash-ed": {"4"}, "many": {"3", "4"}},
		`{"beta": 1, "gamma": 2}`:                `flow F does not have: "beta", "gamma"; it has alpha, dash-ed, many`,
		`[1]`:                                    "are not a JSON object: [1]",
		`{"alpha"`:                               "are no JSON",
	} {
		o := &one{Config: Config{Deployment: d, At: Coordinates{Parameters: input}}}
		got, err := o.given()
		if says, fails := want.(string); fails {
			if failed := (*failedError)(nil); !errors.As(err, &failed) || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v, want %q", input, err, says)
			}
			continue
		}
		if diff := cmp.Diff(want, any(got)); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", input, err, diff)
		}
	}
}

// What the scheduler says must fit the flow, and what it says is done must be in the store.
func TestRefused(t *testing.T) {
	d := steps(map[string][]string{"start": {"fan"}, "fan": {"body"}, "body": {"join"}, "join": {"end"}, "end": nil, "gang": nil})
	d.Step("fan").Node.Foreach, d.Step("gang").Node.Parallel = "items", true
	body, join := d.Step("body"), d.Step("join")
	body.Foreach, join.Join, join.Split, join.Branches = []string{"fan"}, true, "fan", [][]string{{"body"}}
	for says, at := range map[string]Coordinates{
		`flow F has no such step`:                           {Step: "nothing"},
		`SPINDLE_PATH="1" has 1 indexes`:                    {Step: "end", Path: "1"},
		`step "gang" starts a parallel step`:                {Step: "gang"},
		`SPINDLE_FROM="nobody": flow F has no such step`:    {Step: "body", Path: "0", From: "nobody"},
		`SPINDLE_FROM="body" is in more foreaches`:          {Step: "end", From: "body"},
		`the step before "body": task "F/sfn-x/fan/t"`:      {Step: "body", Path: "0", From: "fan"},
		`the step before "join": task "F/sfn-x/fan/t"`:      {Step: "join"},
		`the step before "end": task "F/sfn-x/join/t.2"`:    {Step: "end", From: "join.2"},
		`SPINDLE_FROM="join.x": "x" is not a count`:         {Step: "end", From: "join.x"},
		`the step before "start": task "F/sfn-x/_parameter`: {Step: "start"},
	} {
		at.Execution = "x"
		o, err := newOne(Config{Deployment: d, At: at, Store: artifact.Open(t.TempDir()+"/.metaflow", artifact.Options{})})
		if err == nil {
			_, err = o.lineage(context.Background())
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", at, err, says)
		}
	}
}
