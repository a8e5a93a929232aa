package structure_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/source/python"
)

func findings(t testing.TB, c *cases.Case) []lint.Diagnostic {
	r := c.Read(t)
	found := structure.Source(r.Faults)
	if r.Flow != nil {
		found = append(found, structure.Check(r.Flow, graph.New(r.Flow))...)
	}
	return found
}

func TestCases(t *testing.T) {
	cases.Suite{
		Judge: findings,
		Rules: structure.Rules(),
		Untold: map[string]string{
			"SP142": "it is about the class a user asks for",
			"SP143": "a text case can't hold what is no text",
		},
		Fixable: []string{"SP110", "SP118", "SP121"},
	}.Run(t)
}

func TestSourceFaults(t *testing.T) {
	t.Parallel()
	c := cases.Parse("none", "-- flow.py --\nfrom metaflow import FlowSpec\nclass A(FlowSpec): pass\n")
	r, err := python.Read(context.Background(), python.Options{File: "flow.py", Class: "B", ReadFile: c.ReadFile})
	if err != nil {
		t.Fatal(err)
	}
	found := structure.Source(r.Faults)
	if len(found) != 1 || found[0].Code != "SP142" || len(found[0].Related) != 1 {
		t.Errorf("want one SP142 that names the flow there is, got %+v", found)
	}
	_, err = python.Read(context.Background(), python.Options{File: "none.py", ReadFile: c.ReadFile})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: got %v", err)
	}
}
