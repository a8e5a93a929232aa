package compat

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// deviation is a place where Spindle does not do what metaflow does, on purpose. docs/compatibility.md tells users.
type deviation struct {
	flow   string
	index  int
	path   []string
	want   any
	reason string
}

// finishedResume is what metaflow gets wrong in a resumed run of a flow whose ends have names of their own: it looks for a step
// called end.
const finishedResume = "a resumed run knows its last step whatever its name"

var deviations = []deviation{
	{"resume_custom_ends", 1, []string{"run", "end"}, "finish", finishedResume},
	{"resume_custom_ends", 1, []string{"run", "finished"}, true, finishedResume},
	{"resume_custom_ends", 1, []string{"run", "finished_at"}, true, finishedResume},
	{"resume_custom_ends", 1, []string{"run", "successful"}, true, finishedResume},
	{"resume_custom_ends", 1, []string{"run", "data"}, []any{"name", "value"}, finishedResume},
}

// deviate changes the peer's document into what is expected of Spindle.
func deviate(t *testing.T, f flow, index int, document map[string]any) {
	t.Helper()
	for _, d := range deviations {
		if d.flow != f.Name || d.index != index {
			continue
		}
		at := document
		for _, key := range d.path[:len(d.path)-1] {
			next, ok := at[key].(map[string]any)
			if !ok {
				t.Fatalf("deviation of %s: nothing at %q", d.flow, key)
			}
			at = next
		}
		last := d.path[len(d.path)-1]
		if cmp.Equal(at[last], d.want) {
			t.Errorf("deviation of %s at %q (%s): metaflow does the same now; remove it", d.flow, d.path, d.reason)
		}
		at[last] = d.want
	}
}
