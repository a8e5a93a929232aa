package lastrun_test

import (
	"math"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/lsp/internal/pastrun"
	"github.com/spindle-flow/spindle/lsp/lastrun"
)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func newReader() (*lastrun.Reader, *clock) {
	c := &clock{pastrun.Began.Add(time.Minute)}
	return lastrun.NewReader(lastrun.Options{Now: c.Now}), c
}

func someRun(id string) pastrun.Run {
	return pastrun.Run{Flow: "F", ID: id, Steps: []pastrun.Step{
		{Name: "start", Took: "2s", Tasks: []map[string]any{{"xs": []any{1.0, 2.0, "three"}, "model": map[string]any{"type": "sklearn.Model"}}}},
		{Name: "work", Took: "5s", Tasks: []map[string]any{{"y": 1.5}, {"y": 2.5}, {"y": 3.5}}},
		{Name: "end", Took: "1s", Tasks: []map[string]any{{"y": nil}}},
	}}
}

func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pastrun.Write(t, dir, someRun("17"))
	r, _ := newReader()
	deep := filepath.Join(dir, "flows", "deep")
	run := r.Newest(t.Context(), "F", deep)
	if run == nil || run.ID != "17" || run.State != history.Done {
		t.Fatalf("the newest run is %+v", run)
	}
	work := run.Step("work")
	if work.State != history.Done || work.Tasks != 3 || work.Done != 3 || work.Duration.Round(time.Second) != 5*time.Second {
		t.Errorf("work is %+v", work)
	}
	if run.Step("nowhere") != nil || strings.Join(run.Ran(), " ") != "end start work" {
		t.Errorf("it ran %v", run.Ran())
	}
	if again := r.Newest(t.Context(), "F", dir); again != run {
		t.Error("a run that is over is read twice")
	}
	for name, want := range map[string]lastrun.Value{
		"xs":    {Step: "start", Tasks: 1, Type: "list", Text: "[1, 2, 'three']"},
		"model": {Step: "start", Tasks: 1, Type: "sklearn.Model"},
	} {
		got := r.Value(t.Context(), run, "start", name)
		if got == nil || got.Size == 0 {
			t.Fatalf("%s is %+v", name, got)
		}
		want.Size = got.Size
		if *got != want {
			t.Errorf("%s is %+v, want %+v", name, *got, want)
		}
	}
	if v := r.Value(t.Context(), run, "work", "y"); v == nil || v.Text != "1.5" || v.Tasks != 3 {
		t.Errorf("y is %+v", v)
	}
	if r.Value(t.Context(), run, "work", "xs") != nil || r.Value(t.Context(), nil, "work", "xs") != nil {
		t.Error("there are values where there are none")
	}
}

func TestNoRun(t *testing.T) {
	t.Parallel()
	r, _ := newReader()
	dir := t.TempDir()
	if run := r.Newest(t.Context(), "F", dir, "", "untitled:x"); run != nil {
		t.Errorf("an empty folder has %+v", run)
	}
	pastrun.Write(t, dir, someRun("17"))
	if run := r.Newest(t.Context(), "G", dir); run != nil {
		t.Errorf("another flow has %+v", run)
	}
	if run := r.Newest(t.Context(), "F", t.TempDir(), dir); run == nil {
		t.Error("the store of another folder is not found")
	}
}

func TestUnderWay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := someRun("17")
	first.Steps = first.Steps[:2]
	first.Steps[1].Unfinished = true
	pastrun.Write(t, dir, first)
	r, c := newReader()
	run := r.Newest(t.Context(), "F", dir)
	if run == nil || run.State != history.Running {
		t.Fatalf("the run is %+v", run)
	}
	if s := run.Step("work"); s.State != history.Running || s.Done != 2 || s.Duration != 0 {
		t.Errorf("work is %+v", s)
	}
	if r.Newest(t.Context(), "F", dir) != run {
		t.Error("it is read again at once")
	}
	c.now = c.now.Add(2 * time.Second)
	if r.Newest(t.Context(), "F", dir) == run {
		t.Error("it is never read again")
	}
	pastrun.Write(t, dir, someRun("17")) // it ends, in the same moment
	if run = r.Newest(t.Context(), "F", dir); run.State != history.Running {
		t.Errorf("before anybody is told that it has ended it is %s", run.State)
	}
	r.Changed()
	if run = r.Newest(t.Context(), "F", dir); run.State != history.Done {
		t.Errorf("when it has ended it is %s", run.State)
	}
	if r.Changed(); r.Newest(t.Context(), "F", dir) != run {
		t.Error("a run that is over is read twice")
	}
	failed := someRun("18")
	failed.Steps[1].Failed = true
	failed.Steps = failed.Steps[:2]
	pastrun.Write(t, dir, failed)
	run = r.Newest(t.Context(), "F", dir)
	if run.ID != "18" || run.State != history.Failed || run.Step("work").State != history.Failed || run.Step("start").State != history.Done {
		t.Errorf("the failed run is %+v", run)
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	long := make([]any, 100)
	for i := range long {
		long[i] = int64(i)
	}
	huge, _ := new(big.Int).SetString(strings.Repeat("9", 80), 10)
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, "None"}, {true, "True"}, {int64(-3), "-3"}, {2.0, "2.0"}, {1e-7, "1e-07"}, {math.Inf(-1), "-inf"}, {math.NaN(), "nan"},
		{"it's", `"it's"`}, {"a\n\\\x00é\u200b", `'a\n\\\x00é\u200b'`}, {plain.Bytes("ab"), "b'ab'"},
		{strings.Repeat("x", 100), "'" + strings.Repeat("x", 60) + "…'"}, {huge, strings.Repeat("9", 60) + "…"},
		{plain.Tuple{int64(1)}, "(1,)"}, {[]any{}, "[]"}, {long, "[0, 1, 2, 3, 4, 5, … 94 more]"},
		{[]any{[]any{[]any{int64(1)}}}, "[[[…]]]"}, {map[any]any{"b": int64(1), "a": []any{}}, "{'a': [], 'b': 1}"},
		{plain.ForeachFrame{}, "…"},
	} {
		if got := lastrun.Short(c.value); got != c.want {
			t.Errorf("%v is shown as %s, want %s", c.value, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		850 * time.Millisecond: "850 ms", 5240 * time.Millisecond: "5.2 s", 42 * time.Second: "42 s", 200 * time.Second: "3 min 20 s", 125 * time.Minute: "2 h 5 min",
	} {
		if got := lastrun.Duration(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1200: "1.2 kB", 45_600: "46 kB", 3_000_000: "3.0 MB", 7e9: "7.0 GB", 2e15: "2.0 PB", 5e18: "5000 PB"} {
		if got := lastrun.Size(n); got != want {
			t.Errorf("%d bytes are %q, want %q", n, got, want)
		}
	}
	now := pastrun.Began
	for d, want := range map[time.Duration]string{
		time.Second: "just now", 5 * time.Minute: "5 min ago", 26 * time.Hour: "26 h ago", 72 * time.Hour: "3 days ago",
	} {
		if got := lastrun.Ago(now, now.Add(-d)); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	if lastrun.Ago(now, time.Time{}) != "" {
		t.Error("no time is some time ago")
	}
	for _, c := range []struct {
		step lastrun.Step
		want string
	}{
		{lastrun.Step{State: history.Done, Tasks: 3, Done: 3, Duration: 5 * time.Second}, "✓ done, 3 tasks, 5.0 s"},
		{lastrun.Step{State: history.Failed, Tasks: 1, Duration: time.Second}, "✗ failed, 1.0 s"},
		{lastrun.Step{State: history.Running, Tasks: 3, Done: 2}, "▸ running, 2 of 3 tasks"},
		{lastrun.Step{State: history.Interrupted, Tasks: 1}, "– interrupted"},
	} {
		if got := c.step.Words(); got != c.want {
			t.Errorf("%+v is %q, want %q", c.step, got, c.want)
		}
	}
}
