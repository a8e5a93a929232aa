package decorators_test

import (
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/decorators"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
)

func judge(t testing.TB, c *cases.Case) []lint.Diagnostic {
	r := c.Read(t)
	if r.Flow == nil {
		t.Fatalf("no flow: %+v", r.Faults)
	}
	return decorators.Check(r.Flow, graph.New(r.Flow))
}

func TestCases(t *testing.T) {
	t.Parallel()
	cases.Suite{
		Judge: judge, Rules: decorators.Rules(),
		Fixable: []string{"SP301", "SP303", "SP305", "SP306", "SP307", "SP310", "SP318", "SP319", "SP320", "SP326"},
	}.Run(t)
}
