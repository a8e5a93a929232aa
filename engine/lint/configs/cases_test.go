package configs_test

import (
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
	"github.com/spindle-flow/spindle/engine/lint/structure"
)

func TestCases(t *testing.T) {
	t.Parallel()
	cases.Suite{
		Judge:   judge,
		Rules:   configs.Rules(),
		Untold:  map[string]string{"SP409": "package config reads spindle.yaml"},
		Fixable: []string{"SP405", "SP407"},
	}.Run(t)
}

// judge applies the rules of structure too: a case is a right flow but for its config, and says SP001 where it is dynamic.
func judge(t testing.TB, c *cases.Case) []lint.Diagnostic {
	r := c.Read(t)
	found := structure.Source(r.Faults)
	if r.Flow == nil {
		return found
	}
	found = append(found, structure.Check(r.Flow, graph.New(r.Flow))...)
	found = append(found, configs.Check(r.Flow, configs.Options{ReadFile: c.ReadFile, Dir: c.Option("dir")})...)
	lint.Sort(found)
	return found
}
