package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/metadata"
)

const told = `{"state":%q,"pid":%d,"host":%q,"started":"2026-11-21T09:00:01Z","finished":%q,"origin":"o","step":"s","task":"9","reason":"why"}`

func TestRunStates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		write func(b *bench)
		want  string // state, steps done/steps, tasks done/tasks, failed task
	}{
		{"registered", func(*bench) {}, "running 0/0 0/0"},
		{"going on", func(b *bench) { b.task("1/start/1", left{next: []string{"end"}}) }, "running 1/1 1/1"},
		{"done", func(b *bench) {
			b.task("1/_parameters/0", left{endpoint: "last"})
			b.task("1/start/1", left{next: []string{"last"}})
			b.task("1/last/2", left{})
		}, "done 2/2 2/2"},
		{"done without records of the ends", func(b *bench) {
			b.task("1/_parameters/0", left{values: map[string]any{"_graph_info": pickleGraph("last", nil)}})
			b.task("1/last/2", left{})
		}, "done 1/1 1/1"},
		{"failed", func(b *bench) {
			b.task("1/start/1", left{next: []string{"end"}})
			b.task("1/end/2", left{failed: true})
		}, "failed 2/2 2/2 end/2"},
		{"failed, retried with success", func(b *bench) {
			b.task("1/start/1", left{failed: true})
			b.task("1/start/1", left{attempt: 1, next: []string{"end"}})
		}, "running 1/1 1/1"},
		{"crashed", func(b *bench) { b.task("1/start/1", left{crashed: true}) }, "failed 0/1 0/1 start/1"},
		{"says running", func(b *bench) {
			b.task("1/start/1", left{})
			b.state("1", told, "running", 1, "here", "0001-01-01T00:00:00Z")
		}, "running 1/1 1/1 s/9"},
		{"says running and is dead", func(b *bench) { b.state("1", told, "running", 2, "here", "0001-01-01T00:00:00Z") }, "interrupted 0/0 0/0 s/9"},
		{"says running, and its number is another process's by now", func(b *bench) {
			b.state("1", `{"birth":"another",`+told[1:], "running", 1, "here", "0001-01-01T00:00:00Z")
		}, "interrupted 0/0 0/0 s/9"},
		{"says running elsewhere", func(b *bench) { b.state("1", told, "running", 2, "there", "0001-01-01T00:00:00Z") }, "running 0/0 0/0 s/9"},
		{"says failed", func(b *bench) { b.state("1", told, "failed", 2, "here", "2026-11-21T09:01:01Z") }, "failed 0/0 0/0 s/9"},
		{"says done", func(b *bench) {
			b.task("1/start/1", left{})
			b.state("1", told, "done", 2, "here", "2026-11-21T09:01:01Z")
		}, "done 1/1 1/1 s/9"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.run("F", "1")
			test.write(b)
			s, err := b.reader().Run(context.Background(), "F", "1")
			b.ok(err)
			got := fmt.Sprintf("%s %d/%d %d/%d", s.State, s.StepsDone, s.Steps, s.TasksDone, s.Tasks)
			if s.FailedTask != "" {
				got += " " + s.FailedStep + "/" + s.FailedTask
			}
			if got != test.want {
				t.Errorf("run is %q, want %q", got, test.want)
			}
		})
	}
}

// TestQuietRun is about a run of Metaflow whose process was killed: nothing says so but the silence.
func TestQuietRun(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run("F", "1")
	task := b.task("1/start/1", left{next: []string{"end"}})
	r := New(b.store, b.meta, Options{Now: func() time.Time { return epoch.Add(7 * 24 * time.Hour) }})
	b.ok(os.Chtimes(filepath.Join(b.root, task.String()), epoch, epoch.Add(time.Minute)))
	s, err := r.Run(context.Background(), "F", "1")
	b.ok(err)
	if s.State != Interrupted || !s.Finished.Equal(epoch.Add(time.Minute)) {
		t.Errorf("a run silent for a week: %s, finished %v", s.State, s.Finished)
	}
}

func TestRunSummary(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run("F", "1", "tag")
	b.state("1", told, "done", 2, "here", "2026-11-21T09:01:31Z")
	got, err := b.reader().Run(context.Background(), "F", "1")
	b.ok(err)
	want := RunSummary{
		Flow: "F", ID: "1", User: "ann", Tags: metadata.Tags{User: []string{"tag"}, System: []string{"user:ann", "runtime:dev"}}, State: Done,
		Started: epoch.Add(time.Second), Finished: epoch.Add(91 * time.Second), Duration: 90 * time.Second, Origin: "o",
		FailedStep: "s", FailedTask: "9", Reason: "why",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}

func TestRuns(t *testing.T) {
	t.Parallel()
	b := newHistory(t)
	r := b.reader()
	tests := []struct {
		filter Filter
		want   string
	}{
		{Filter{}, "3 failed, 2 failed, 1 done"},
		{Filter{Limit: 2}, "3 failed, 2 failed"},
		{Filter{Namespace: "first"}, "1 done"},
		{Filter{Namespace: "user:ann", Tags: []string{"second"}}, "2 failed"},
		{Filter{State: Failed, Limit: 1}, "3 failed"},
		{Filter{State: Done}, "1 done"},
		{Filter{Tags: []string{"nothing"}}, ""},
	}
	for _, test := range tests {
		found, err := r.Runs(context.Background(), "F", test.filter)
		b.ok(err)
		var got []string
		for _, s := range found {
			got = append(got, s.ID+" "+string(s.State))
		}
		if text := strings.Join(got, ", "); text != test.want {
			t.Errorf("Runs(%+v): %s, want %s", test.filter, text, test.want)
		}
	}
	if s, err := r.Run(context.Background(), "F", "3"); err != nil || s.Origin != "2" {
		t.Errorf("run 3 resumed %q, want 2 (%v)", s.Origin, err)
	}
	if names, err := r.Flows(context.Background()); err != nil || strings.Join(names, " ") != "F G" {
		t.Errorf("flows: %v (%v)", names, err)
	}
}

// TestDamagedRunHidesNoOther: a client that lists runs gets those that can be read; who asks for the damaged one is told what is wrong.
func TestDamagedRunHidesNoOther(t *testing.T) {
	t.Parallel()
	b := newHistory(t)
	b.ok(os.WriteFile(filepath.Join(b.root, "F/3/_meta/_self.json"), []byte("{"), 0o644))
	r := b.reader()
	result, err := r.Serve(context.Background(), "children", json.RawMessage(`{"pathspec":"F"}`))
	text, _ := json.Marshal(result)
	if err != nil || !strings.Contains(string(text), `"F/2"`) || !strings.Contains(string(text), `"F/1"`) || strings.Contains(string(text), `"F/3"`) {
		t.Errorf("the runs beside a damaged one: %s (%v)", text, err)
	}
	var refused *Error
	if _, err := r.Serve(context.Background(), "object", json.RawMessage(`{"pathspec":"F/3"}`)); !errors.As(err, &refused) || refused.Kind != Corrupt {
		t.Errorf("the damaged run itself: %v", err)
	}
}

// TestDamagedRuns lists the runs that can be read, and names the files of the others.
func TestDamagedRuns(t *testing.T) {
	t.Parallel()
	b := newHistory(t)
	b.state("2", `{"state":"asleep"}`)
	b.ok(os.WriteFile(filepath.Join(b.root, "F/3/_meta/_self.json"), []byte("{"), 0o644))
	found, err := b.reader().Runs(context.Background(), "F", Filter{})
	if len(found) != 1 || found[0].ID != "1" {
		t.Errorf("runs beside damaged ones: %+v", found)
	}
	var refused *Error
	if !errors.As(err, &refused) || refused.Kind != Corrupt {
		t.Fatalf("the error is %v", err)
	}
	for _, file := range []string{"2/_spindle/state.json", "3/_meta/_self.json"} {
		if !strings.Contains(err.Error(), file) {
			t.Errorf("the error does not name %s: %v", file, err)
		}
	}
}

func TestTasks(t *testing.T) {
	t.Parallel()
	r := newHistory(t).reader()
	for spec, want := range map[string]string{
		"1":          "F/1/_parameters/0 F/1/start/1 F/1/finish/2",
		"1/start":    "F/1/start/1",
		"2/finish/2": "F/2/finish/2",
		"2/finish/3": NotFound,
		"9/finish":   NotFound,
		"2/nowhere":  NotFound,
		"":           InvalidPathspec,
		"1/a/b/c":    InvalidPathspec,
	} {
		found, err := r.Tasks(context.Background(), "F", spec)
		var got []string
		for _, task := range found {
			got = append(got, task.String())
		}
		text := strings.Join(got, " ")
		if refused := (*Error)(nil); errors.As(err, &refused) {
			text = refused.Kind
		}
		if text != want {
			t.Errorf("Tasks(%q): %s (%v), want %s", spec, text, err, want)
		}
	}
}

func TestScrub(t *testing.T) {
	t.Parallel()
	b := newHistory(t)
	r, task := b.reader(), metadata.TaskID{Flow: "F", Run: "2", Step: "finish", Task: "2"}
	if n, err := r.Scrub(context.Background(), task, metadata.Latest, "stdout"); n != 1 || err != nil {
		t.Fatalf("scrubbed %d files: %v", n, err)
	}
	for attempt, want := range map[int]string{0: "first try", 1: "[REDACTED runtime stdout]", metadata.Latest: "[REDACTED runtime stdout]"} {
		lines, err := r.Logs(context.Background(), task, attempt, "stdout")
		b.ok(err)
		if len(lines) != 1 || string(lines[0].Text) != want {
			t.Errorf("attempt %d: %q, want %q", attempt, lines, want)
		}
	}
	if states, err := r.Attempts(context.Background(), task); err != nil || len(states) != 2 || !states[1].Done {
		t.Errorf("attempts: %v (%v)", states, err)
	}
}
