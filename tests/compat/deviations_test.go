package compat

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parties are the two programs behind a document: whose run it is and whose client has read it.
type parties struct{ writer, reader string }

// The programs a deviation can hang on.
const (
	theWriter = "writer"
	theReader = "reader"
	either    = "either"
)

// has says whether Spindle is the one of the parties that is meant.
func (p parties) has(who string) bool {
	writes, reads := p.writer == "spindle", p.reader == "spindle"
	return who == theWriter && writes || who == theReader && reads || who == either && (writes || reads)
}

// deviation is a place where Spindle does not do what metaflow does, on purpose. docs/compatibility.md tells users.
type deviation struct {
	flow   string
	index  int
	whose  string // what makes the difference: that Spindle wrote the run, reads it, or either
	path   []string
	want   any
	reason string
}

const (
	// finishedResume is what metaflow gets wrong in a resumed run of a flow whose ends have names of their own: it looks for a step
	// called end.
	finishedResume = "a resumed run knows its last step whatever its name"
	exitSaid       = "a step that calls sys.exit says so in its log"
	finishedIsBool = "Task.finished is True or False, also of a task that left no word on it"
)

var deviations = []deviation{
	{"resume_custom_ends", 1, either, []string{"run", "end"}, "finish", finishedResume},
	{"resume_custom_ends", 1, either, []string{"run", "finished"}, true, finishedResume},
	{"resume_custom_ends", 1, either, []string{"run", "finished_at"}, true, finishedResume},
	{"resume_custom_ends", 1, either, []string{"run", "successful"}, true, finishedResume},
	{"resume_custom_ends", 1, either, []string{"run", "data"}, []any{"name", "value"}, finishedResume},
	{"fail_exit", 0, theWriter, []string{"tasks", "start", "stderr"}, []any{map[string]any{"report": map[string]any{
		"exceptions": []any{"SystemExit: 3"}, "frames": []any{"fail_exit.py:14 start"},
	}}}, exitSaid},
	{"fail_exit", 0, theReader, []string{"tasks", "start", "finished"}, false, finishedIsBool},
}

// deviate changes the peer's document into what is expected of Spindle.
func deviate(t *testing.T, f flow, index int, by parties, document map[string]any) {
	t.Helper()
	for _, d := range deviations {
		if d.flow != f.Name || d.index != index || !by.has(d.whose) {
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
	if by.reader == "spindle" {
		relate(t, f, index, document)
	}
}
