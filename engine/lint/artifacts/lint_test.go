package artifacts_test

import (
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/artifacts"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
)

func findings(t testing.TB, c *cases.Case) []lint.Diagnostic {
	r := c.Read(t)
	if r.Flow == nil {
		t.Fatalf("no flow: %+v", r.Faults)
	}
	if len(r.Faults) > 0 {
		t.Fatalf("the source is faulty: %+v", r.Faults)
	}
	return artifacts.Check(r.Flow, graph.New(r.Flow), true)
}

func TestCases(t *testing.T) {
	cases.Suite{
		Judge:   findings,
		Rules:   artifacts.Rules(),
		Fixable: []string{"SP201", "SP206", "SP208", "SP213", "SP214"},
	}.Run(t)
}
