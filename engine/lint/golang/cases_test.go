package golang_test

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/golang"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	source "github.com/spindle-flow/spindle/engine/source/golang"
)

// session reads all cases, so that the go tool is asked once.
var session = sync.OnceValue(source.NewSession)

const place = "testdata/blank/"

// judge applies all rules to a case: those for Go flows, and what those for all flows say of one in Go.
func judge(t testing.TB, c *cases.Case) []lint.Diagnostic {
	t.Helper()
	file, err := filepath.Abs(place + "flow.go")
	if err != nil {
		t.Fatal(err)
	}
	r, err := session().Read(context.Background(), source.Options{Dir: place, Overlay: map[string][]byte{file: []byte(c.File("flow.go"))}})
	if err != nil {
		t.Fatal(err)
	}
	found := structure.Source(r.Faults)
	if r.Flow != nil {
		found = append(found, rules.Check(r.Flow, graph.New(r.Flow), rules.Options{})...)
	}
	for i := range found {
		d := &found[i]
		d.Range.File = strings.TrimPrefix(d.Range.File, place)
		for k := range d.Related {
			d.Related[k].Range.File = strings.TrimPrefix(d.Related[k].Range.File, place)
		}
		if d.Fix != nil {
			t.Errorf("%s offers a fix: %+v", d.Code, d.Fix)
		}
	}
	found = structure.Once(found)
	lint.Sort(found)
	return found
}

func TestCases(t *testing.T) {
	t.Parallel()
	cases.Suite{Judge: judge, Rules: golang.Rules()}.Run(t)
}
