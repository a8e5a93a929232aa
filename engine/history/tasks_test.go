package history

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
)

// line is what the tests compare of a task.
func (s TaskSummary) line() string {
	out := fmt.Sprintf("%s/%s %s %d", s.ID.Step, s.ID.Task, s.State, s.Attempts)
	for _, f := range s.Frames {
		out += fmt.Sprintf(" %s:%d(%s)", f.Step, f.Index, f.Item)
	}
	if s.Origin != "" {
		out += " from " + s.Origin
	}
	return out
}

func TestTaskSummaries(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run("F", "1")
	b.task("1/_parameters/0", left{endpoint: "end"})
	b.task("1/start/1", left{next: []string{"body"}, foreach: "v"})
	b.task("1/body/2", left{frames: []string{"body:0"}})
	b.task("1/body/3", left{frames: []string{"body:1"}, failed: true})
	b.task("1/body/3", left{frames: []string{"body:1"}, attempt: 1})
	b.task("1/body/4", left{frames: []string{"body:2", "inner:7"}, crashed: true})
	b.task("1/copied/5", left{origin: "0/9"})
	b.task("1/end/6", left{failed: true})
	b.state("1", told, "failed", 2, "here", "2026-11-21T09:01:01Z")
	tests := []struct {
		spec string
		want []string
	}{
		{"1", []string{
			"start/1 done 1", "body/2 done 1 body:0(v=x)", "body/3 done 2 body:1(v=x)", "body/4 failed 1 body:2(v=x) inner:7(v=x)",
			"copied/5 done 1 from 0", "end/6 failed 1",
		}},
		{"1/body", []string{"body/2 done 1 body:0(v=x)", "body/3 done 2 body:1(v=x)", "body/4 failed 1 body:2(v=x) inner:7(v=x)"}},
		{"1/body/2", []string{"body/2 done 1 body:0(v=x)"}},
	}
	for _, test := range tests {
		t.Run(test.spec, func(t *testing.T) {
			found, err := b.reader().TaskSummaries(t.Context(), "F", test.spec)
			b.ok(err)
			var got []string
			for _, s := range found {
				got = append(got, s.line())
				if s.Started.IsZero() || s.Finished.IsZero() || s.Duration < 0 {
					t.Errorf("%s has the times %v, %v, %v", s.ID, s.Started, s.Finished, s.Duration)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("tasks (-want +got):\n%s", diff)
			}
		})
	}
}

// A task that has not ended is as far as its run.
func TestUnfinishedTasks(t *testing.T) {
	t.Parallel()
	for pid, want := range map[int]State{1: Running, 2: Interrupted} {
		b := newBench(t)
		b.run("F", "1")
		id := b.task("1/start/1", left{})
		b.ok(b.store.Begin(artifact.Task(id), 1))
		b.state("1", told, "running", pid, "here", "0001-01-01T00:00:00Z")
		found, err := b.reader().TaskSummaries(t.Context(), "F", "1")
		b.ok(err)
		if len(found) != 1 || found[0].State != want {
			t.Errorf("tasks are %v, want one that is %s", found, want)
		}
		if running := want == Running; running != (found[0].Duration > 0) {
			t.Errorf("the duration of a task that is %s is %v", want, found[0].Duration)
		}
	}
}

func TestNoSuchTasks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run("F", "1")
	for spec, kind := range map[string]string{"2": NotFound, "1/nope": NotFound, "": InvalidPathspec, "1/a/b/c": InvalidPathspec} {
		_, err := b.reader().TaskSummaries(t.Context(), "F", spec)
		var refused *Error
		if !errors.As(err, &refused) || refused.Kind != kind {
			t.Errorf("tasks of %q: %v, want an error of kind %s", spec, err, kind)
		}
	}
}
