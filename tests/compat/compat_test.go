package compat

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRuns runs every flow under both and lets the real client compare the stores.
func TestRuns(t *testing.T) {
	for _, f := range loadFlows(t) {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			peerStore(t, f)
			s, store := spindle(t), t.TempDir()
			wantExit(t, "run", s.start(t, f, store), f.Exit)
			same(t, f, 0, parties{"spindle", "metaflow"}, peer(t).dump(t, f, store, 0))
			same(t, f, 0, parties{"spindle", "spindle"}, s.dump(t, f, store, 0))
			if f.Resumes {
				wantExit(t, "resume", s.resume(t, f, store, ""), f.ResumeExit)
				same(t, f, 1, parties{"spindle", "metaflow"}, peer(t).dump(t, f, store, 1))
				same(t, f, 1, parties{"spindle", "spindle"}, s.dump(t, f, store, 1))
			}
		})
	}
}

// TestClient reads with Spindle's client what the peer wrote.
func TestClient(t *testing.T) {
	for _, f := range loadFlows(t) {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			s, k := spindle(t), peerStore(t, f)
			for index := range f.runs() {
				same(t, f, index, parties{"metaflow", "spindle"}, s.dump(t, f, k.Store, index))
			}
		})
	}
}

// TestResumeAcross lets each of the two resume a run of the other's.
func TestResumeAcross(t *testing.T) {
	for _, f := range loadFlows(t) {
		if !f.Resumes {
			continue
		}
		t.Run(f.Name+"/spindle resumes", func(t *testing.T) {
			t.Parallel()
			s, store := spindle(t), copyStore(t, peerStore(t, f).Store)
			// The copy has the peer's run, the peer's resumption of it, and then Spindle's.
			wantExit(t, "resume", s.resume(t, f, store, oldest(t, store)), f.ResumeExit)
			same(t, f, 1, parties{"spindle", "metaflow"}, peer(t).dump(t, f, store, 2))
		})
		t.Run(f.Name+"/metaflow resumes", func(t *testing.T) {
			t.Parallel()
			s, store := spindle(t), t.TempDir()
			wantExit(t, "run", s.start(t, f, store), f.Exit)
			wantExit(t, "resume", peer(t).resume(t, f, store, ""), f.ResumeExit)
			same(t, f, 1, parties{"metaflow", "metaflow"}, peer(t).dump(t, f, store, 1))
		})
	}
}

// TestPeer runs every flow under the peer alone: its own documents must not differ from one reading to the next.
func TestPeer(t *testing.T) {
	for _, f := range loadFlows(t) {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			k := peerStore(t, f)
			for index := range f.runs() {
				want, got := decode(t, peerDump(t, f, index)), decode(t, peer(t).dump(t, f, k.Store, index))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("run %d:\n%s", index, diff)
				}
			}
		})
	}
}

func wantExit(t *testing.T, verb string, got result, want int) {
	t.Helper()
	if got.Exit != want {
		t.Fatalf("%s: exit %d, want %d\nstdout:\n%s\nstderr:\n%s", verb, got.Exit, want, got.Stdout, got.Stderr)
	}
}

// same compares a document with the peer's about its own run of the same index.
func same(t *testing.T, f flow, index int, by parties, got []byte) {
	t.Helper()
	want := decode(t, peerDump(t, f, index))
	deviate(t, f, index, by, want)
	if diff := cmp.Diff(want, decode(t, got)); diff != "" {
		t.Errorf("run %d differs (-metaflow +spindle):\n%s", index, diff)
	}
}

func decode(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatalf("the dump is no JSON: %v\n%.2000s", err, text)
	}
	return document
}

// oldest is the id of the first run in a store of one flow.
func oldest(t *testing.T, store string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(store, ".metaflow/*/[0-9]*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no runs in %s: %v", store, err)
	}
	ids := make([]int, len(paths))
	for i, path := range paths {
		if ids[i], err = strconv.Atoi(filepath.Base(path)); err != nil {
			t.Fatal(err)
		}
	}
	return strconv.Itoa(slices.Min(ids))
}
