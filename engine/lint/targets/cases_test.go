package targets_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
	"github.com/spindle-flow/spindle/engine/lint/targets"
)

func judge(t testing.TB, c *cases.Case) []lint.Diagnostic {
	r := c.Read(t)
	if r.Flow == nil {
		t.Fatalf("no flow: %+v", r.Faults)
	}
	return targets.Check(r.Flow, graph.New(r.Flow), asked(t, c))
}

// asked lists the targets of a case: `# options: target=argo kubernetes`.
func asked(t testing.TB, c *cases.Case) []string {
	names := strings.Fields(c.Option("target"))
	for _, name := range names {
		if err := targets.Known(name); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

func TestCases(t *testing.T) {
	t.Parallel()
	cases.Suite{Judge: judge, Rules: targets.Rules()}.Run(t)
}

// TestUnasked holds that no case has findings when no target is named.
func TestUnasked(t *testing.T) {
	t.Parallel()
	cases.Each(t, func(t *testing.T, c *cases.Case) {
		r := c.Read(t)
		if found := targets.Check(r.Flow, graph.New(r.Flow), nil); len(found) > 0 {
			t.Errorf("got %+v", found)
		}
		if found := targets.Check(r.Flow, graph.New(r.Flow), []string{"nosuch"}); len(found) > 0 {
			t.Errorf("got %+v for a target that does not exist", found)
		}
	})
}

func TestKnown(t *testing.T) {
	t.Parallel()
	for _, name := range targets.Names() {
		if err := targets.Known(name); err != nil {
			t.Error(err)
		}
	}
	for name, alike := range map[string]string{
		"argo-workflows": "argo", "sfn": "step-functions", "step_functions": "step-functions", "k8s": "kubernetes", "airfow": "airflow", "lambda": "", "": "",
	} {
		var unknown *targets.UnknownError
		if err := targets.Known(name); !errors.As(err, &unknown) || unknown.Alike != alike || !strings.Contains(err.Error(), "airflow") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
