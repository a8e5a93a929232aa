package twins

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestDemand runs the demand model in both languages on the same films: the films, the models, the ranking and the report are the same.
func TestDemand(t *testing.T) {
	t.Parallel()
	examples := filepath.Join(root(t), "examples")
	want := demand(t, twin{Dir: filepath.Join(examples, "demand")}, pythonHalf)
	got := demand(t, twin{Dir: filepath.Join(examples, "demand-go")}, goHalf)
	if films, ok := want["films"].([]any); !ok || len(films) < 2000 {
		t.Fatalf("the Python flow has %d films", len(films))
	}
	// A rounding that differs is no difference: a processor may multiply and add at once.
	near := cmpopts.EquateApprox(1e-9, math.SmallestNonzeroFloat64)
	if diff := gocmp.Diff(want, got, near); diff != "" {
		t.Errorf("the results differ (-Python +Go):\n%s", diff)
	}
}

// demand runs one of the flows and returns what the real client reads of it.
func demand(t *testing.T, w twin, half string) map[string]any {
	t.Helper()
	store := t.TempDir()
	wantExit(t, w.Dir, w.run(t, half, store), 0)
	cmd := command(t.Context(), t, filepath.Join(root(t), "tests/twins"), store, nil, python(t), "client/demand.py", store)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var found map[string]any
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatal(err)
	}
	return found
}
