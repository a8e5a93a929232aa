package lint_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/lint"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata; read the difference")

// TestNoErrorInRightFlows holds that no rule finds an error in a flow that runs, and shows what else is found.
func TestNoErrorInRightFlows(t *testing.T) {
	t.Parallel()
	list := slices.Concat(glob(t, rightFlows, "../../examples/*/flow.py"), flowsThatSucceed(t), tutorials(t))
	var out strings.Builder
	for _, path := range list {
		for _, d := range lintFile(t, path) {
			if d.Severity == lint.Error {
				t.Errorf("a right flow has an error: %s", line(d))
			}
			out.WriteString(line(d))
		}
	}
	golden(t, "testdata/right.txt", out.String())
}

// TestFindingsInWrongFlows shows all that is found in the wrong flows.
func TestFindingsInWrongFlows(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, path := range glob(t, wrongFlows) {
		found := lintFile(t, path)
		for _, d := range found {
			out.WriteString(line(d))
		}
	}
	golden(t, "testdata/wrong.txt", out.String())
}

func line(d lint.Diagnostic) string {
	return fmt.Sprintf("%s:%d:%d: %s: %s [%s]\n", shortPath(d.Range.File), d.Range.Start.Line, d.Range.Start.Column, d.Severity, d.Message, d.Code)
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got), -update rewrites it:\n%s", file, diff)
	}
}
