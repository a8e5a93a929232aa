package batch_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/tests/batchserver"
)

// dead is a Batch whose engine was killed: its jobs stay on record, and it says nothing any more.
func (b *bench) dead(t *testing.T, specs []compute.Spec, submitted func()) {
	t.Helper()
	client := b.batch()
	for _, spec := range specs {
		go func() { _, _ = client.Run(context.Background(), spec, &listener{}) }()
	}
	submitted()
	// What it writes from now on is lost, as are its calls.
	from := batch.JournalFile(b.folder, "F", "1")
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	b.folder = t.TempDir()
	to := batch.JournalFile(b.folder, "F", "1")
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, append(text, `{"op":"ask","na`...), 0o666); err != nil { // killed while writing
		t.Fatal(err)
	}
}

// An engine that is killed while 200 jobs run and one that goes on: each job runs once, and gives its outcome.
func TestResume(t *testing.T) {
	t.Parallel()
	const n = 200
	var begun sync.WaitGroup
	begun.Add(n)
	gate, killed := make(chan struct{}), make(chan struct{})
	var ran atomic.Int64
	b := newBench(t, batchserver.Options{}, func(ctx context.Context, job *remote.Job, print func(string)) (*remote.Outcome, batchserver.End) {
		i, _ := strconv.Atoi(job.Task.TaskID)
		if ran.Add(1) <= n {
			begun.Done()
		}
		goOn := gate
		if i%2 == 0 { // these are done before the run is resumed
			goOn = killed
		}
		select {
		case <-goOn:
		case <-ctx.Done():
			return nil, batchserver.End{Exit: 143}
		}
		return succeed(ctx, job, print)
	})
	specs := make([]compute.Spec, n)
	for i := range specs {
		specs[i] = task(strconv.Itoa(i), i)
	}
	b.dead(t, specs, begun.Wait)
	close(killed)
	b.change = func(o *batch.Options) { o.Origin = "1" }
	made := b.batch()
	var runs sync.WaitGroup
	for i := range n {
		spec := task("new-"+strconv.Itoa(i), i)
		spec.Task.RunID = "2"
		runs.Go(func() {
			l := &listener{}
			o, err := made.Run(t.Context(), spec, l)
			if err != nil || !o.Succeeded() {
				t.Errorf("%d: %+v, %v\n%s", i, o, err, l.all())
			}
			if len(l.lines) != 1 || l.lines[0] != "stdout: hello from "+strconv.Itoa(i) {
				t.Errorf("%d printed %q", i, l.lines)
			}
		})
	}
	close(gate)
	runs.Wait()
	if got := ran.Load(); got != n {
		t.Errorf("%d jobs ran for %d tasks", got, n)
	}
	if err := made.Close(t.Context()); err != nil {
		t.Error(err)
	}
	for _, run := range []string{"1", "2"} {
		if open, err := batch.OpenJobs(batch.JournalFile(b.folder, "F", run)); err != nil || len(open) != 0 {
			t.Errorf("run %s has open jobs on record: %v %v", run, open, err)
		}
	}
}

// What a resumed run finds at the places of its tasks, and what it does with it.
func TestLeftBehind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end     batchserver.End // how the first job ends; with hang it does not
		hang    bool
		change  func(*batch.Options)
		skip    bool // the resumed run does not come to the task
		unheard bool // the job's id was not on record
		ran     int64
	}{
		"runs":             {hang: true, ran: 1},
		"id not heard":     {hang: true, unheard: true, ran: 1},
		"failed":           {end: batchserver.End{Exit: 1}, ran: 2},
		"its step again":   {hang: true, ran: 2, change: func(o *batch.Options) { o.Again = map[string]bool{"work": true} }},
		"is not come to":   {hang: true, skip: true, ran: 2},
		"with lost answer": {hang: true, unheard: true, skip: true, ran: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ran atomic.Int64
			gate := make(chan struct{})
			began := make(chan struct{}, 4)
			b := newBench(t, batchserver.Options{}, func(ctx context.Context, job *remote.Job, print func(string)) (*remote.Outcome, batchserver.End) {
				first := ran.Add(1) == 1
				began <- struct{}{}
				switch {
				case first && c.hang:
					select {
					case <-gate:
					case <-ctx.Done():
						return nil, batchserver.End{Exit: 143}
					}
				case first:
					return nil, c.end
				}
				return succeed(ctx, job, print)
			})
			b.dead(t, []compute.Spec{task("1", 0)}, func() { <-began })
			if c.unheard {
				forgetID(t, batch.JournalFile(b.folder, "F", "1"))
			}
			b.change = func(o *batch.Options) {
				o.Origin = "1"
				if c.change != nil {
					c.change(o)
				}
			}
			made := b.batch()
			spec := task("9", 0)
			if c.skip {
				spec = task("9", 5)
			}
			spec.Task.RunID = "2"
			if c.ran == 1 {
				close(gate)
			}
			if o, err := made.Run(t.Context(), spec, &listener{}); err != nil || !o.Succeeded() {
				t.Errorf("%+v, %v", o, err)
			}
			if err := made.Close(context.Background()); err != nil {
				t.Error(err)
			}
			if got := ran.Load(); got != c.ran {
				t.Errorf("%d jobs ran", got)
			}
			for _, j := range b.server.Jobs() {
				if j.Status == "RUNNING" && (c.ran == 2 && j.ID == "job-00001") {
					t.Errorf("job %s is left behind", j.ID)
				}
			}
		})
	}
}

// forgetID makes a journal that of an engine killed before it heard the ids of its jobs.
func forgetID(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, `"op":"given"`) {
			kept = append(kept, line)
		}
	}
	if err := os.WriteFile(path, []byte(strings.Join(kept, "")), 0o666); err != nil {
		t.Fatal(err)
	}
}

// A run that cannot go on for want of an answer leaves its jobs on record.
func TestOutage(t *testing.T) {
	t.Parallel()
	var down atomic.Bool
	b := newBench(t, batchserver.Options{Fault: func(op string, _ int) batchserver.Fault {
		if down.Load() {
			return batchserver.Failing
		}
		return batchserver.None
	}}, func(ctx context.Context, job *remote.Job, print func(string)) (*remote.Outcome, batchserver.End) {
		down.Store(true)
		<-ctx.Done()
		return nil, batchserver.End{}
	})
	b.change = func(o *batch.Options) {
		o.Patience.Limit = 50 * time.Millisecond
		o.Clock = pauses() // a call that takes longer than the limit on a busy machine is not the end of it
	}
	_, err := b.batch().Run(t.Context(), task("1"), &listener{})
	var failed *batch.Error
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "AWS Batch: describe jobs: Internal failure (ServerException) (given up after") {
		t.Fatalf("%v", err)
	}
	open, err := batch.OpenJobs(batch.JournalFile(b.folder, "F", "1"))
	if err != nil || len(open) != 1 || open[0].Job != "job-00001" || open[0].Place != "work" {
		t.Errorf("on record: %+v, %v", open, err)
	}
}

// pauses is a clock that only goes on between calls.
func pauses() batch.Clock {
	start := time.Now()
	var slept atomic.Int64
	return batch.Clock{
		Now: func() time.Time { return start.Add(time.Duration(slept.Load())) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			slept.Add(int64(d))
			return objects.Sleep(ctx, d)
		},
	}
}
