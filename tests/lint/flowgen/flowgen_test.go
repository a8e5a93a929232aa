package flowgen_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/tests/lint/flowgen"
	"github.com/spindle-flow/spindle/tests/lint/peer"
)

func source(seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 1))
	return flowgen.New(r, flowgen.Options{Steps: 3 + r.IntN(30)}).Write().Source
}

// noise is what may be said of a right flow: a join that sets an artifact to inputs[0]'s looks as if it set it anew.
const noise = "SP204"

// TestRightForUs holds that the rules find nothing in any flow.
func TestRightForUs(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		text := source(seed)
		read := func(path string) ([]byte, error) {
			if path == "flow.py" {
				return []byte(text), nil
			}
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		r, err := files.Lint(context.Background(), "flow.py", files.Options{ReadFile: read})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range r.Findings {
			if d.Severity != lint.Info && (d.Severity == lint.Error || d.Code != noise) {
				t.Fatalf("seed %d: %s at line %d: %s\n%s", seed, d.Code, d.Range.Start.Line, d.Message, text)
			}
		}
	}
}

// TestRightForThePeer holds that the real metaflow takes the flows for right.
func TestRightForThePeer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var list []string
	for seed := range uint64(60) {
		file := filepath.Join(dir, fmt.Sprintf("flow%d.py", seed))
		if err := os.WriteFile(file, []byte(source(seed)), 0o644); err != nil {
			t.Fatal(err)
		}
		list = append(list, file)
	}
	for _, v := range peer.Ask(t, list, "check") {
		if v.Code != 0 {
			t.Errorf("%s: %s", filepath.Base(v.File), v.Stderr)
		}
	}
}

func TestSameSeedSameFlow(t *testing.T) {
	t.Parallel()
	first, again := source(7), source(7)
	if first != again || first == source(8) {
		t.Error("a flow does not depend on its seed alone")
	}
}

// TestNoFaults holds that by what the statements say of themselves, every artifact that is read is there.
func TestNoFaults(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		if faults := flowgen.New(r, flowgen.Options{Steps: 3 + r.IntN(30)}).Faults(flowgen.All); len(faults) > 0 {
			t.Fatalf("seed %d: step %q lacks %q\n%s", seed, faults[0].Step.Name, faults[0].Name, source(seed))
		}
	}
}
