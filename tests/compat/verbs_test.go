package compat

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestVerbs reads one task of the peer's runs with the reading verbs of both.
func TestVerbs(t *testing.T) {
	tests := []struct{ flow, step, verb, args string }{
		{"foreach_nested", "shelf", "dump", ""},
		{"foreach_nested", "book", "dump", "--private"},
		{"foreach_nested", "shelf", "dump", "--include books,name"},
		{"foreach_nested", "shelf", "dump", "--max-value-size 25"},
		{"params_types", "end", "dump", ""},
		{"include_file", "start", "dump", ""},
		{"artifacts_change", "end", "dump", ""},
		{"artifacts_objects", "end", "dump", "--include colour,pair_sum,moved"},
		{"logs", "start", "logs", ""},
		{"logs", "start", "logs", "--stdout"},
		{"logs", "start", "logs", "--stderr"},
		{"logs", "silent", "logs", ""},
		{"retry", "start", "logs", "--stdout"},
		{"retry", "start", "logs", "--stdout --attempt 0"},
		{"fail_step", "breaks", "logs", "--stdout"},
		{"catch_crash", "body", "logs", "--stdout"},
	}
	for _, test := range tests {
		t.Run(strings.TrimSpace(strings.Join([]string{test.flow, test.step, test.verb, test.args}, " ")), func(t *testing.T) {
			t.Parallel()
			f := named(t, test.flow)
			store := peerStore(t, f).Store
			line := append([]string{firstTask(t, store, test.step)}, strings.Fields(test.args)...)
			want, got := peer(t).read(t, f, store, test.verb, line...), spindle(t).read(t, f, store, test.verb, line...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("output differs (-metaflow +spindle):\n%s", diff)
			}
		})
	}
}

// TestVerbsJSON asks the reading verbs for JSON about the peer's runs.
func TestVerbsJSON(t *testing.T) {
	t.Parallel()
	f := named(t, "foreach_nested")
	store := peerStore(t, f).Store
	task := firstTask(t, store, "shelf")
	for _, line := range [][]string{{"dump", task}, {"logs", task}, {"runs"}, {"tag", "list"}} {
		verb := strings.Fields(line[0])
		got := spindle(t).read(t, f, store, verb[0], append(line[1:], "--json")...)
		if !json.Valid([]byte(got)) {
			t.Errorf("%s --json: not JSON:\n%s", strings.Join(line, " "), got)
		}
	}
}

// read is what a reading verb prints on stdout.
func (p program) read(t *testing.T, f flow, store, verb string, args ...string) string {
	t.Helper()
	got := p.exec(t, store, nil, p.command(f, verb, args)...)
	if got.Exit != 0 {
		t.Fatalf("%s %s: exit %d\n%s", p.name, verb, got.Exit, got.Stderr)
	}
	return got.Stdout
}

// firstTask is run/step/task of the step's task with the lowest id in the oldest run.
func firstTask(t *testing.T, store, step string) string {
	t.Helper()
	run := oldest(t, store)
	paths, err := filepath.Glob(filepath.Join(store, ".metaflow/*", run, step, "[0-9]*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no task of step %s in %s: %v", step, store, err)
	}
	least := filepath.Base(paths[0])
	for _, path := range paths {
		if id := filepath.Base(path); len(id) < len(least) || len(id) == len(least) && id < least {
			least = id
		}
	}
	return strings.Join([]string{run, step, least}, "/")
}
