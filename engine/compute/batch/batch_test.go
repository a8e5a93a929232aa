package batch_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/tests/batchserver"
)

func TestTask(t *testing.T) {
	t.Parallel()
	b := newBench(t, batchserver.Options{}, succeed)
	l := &listener{}
	o, err := b.batch().Run(t.Context(), task("1"), l)
	if err != nil || !o.Succeeded() || !o.Stored || o.Place != "batch" {
		t.Fatalf("%+v, %v", o, err)
	}
	if v := o.Result.Artifacts; len(v) != 1 || v[0].Name != "x" || v[0].Key != strings.Repeat("a", 40) || v[0].Size != 5 {
		t.Errorf("artifacts: %+v", v)
	}
	if len(l.lines) != 1 || l.lines[0] != "stdout: hello from 1" {
		t.Errorf("lines: %q", l.lines)
	}
	if got := l.all(); !strings.Contains(got, "[job-00001] Task is starting (status RUNNABLE)...\n[job-00001] Task is starting (status STARTING)...") ||
		!strings.HasSuffix(got, "[job-00001] Task finished with exit code 0.") {
		t.Errorf("told:\n%s", got)
	}
	job := b.server.Jobs()[0]
	if !strings.HasPrefix(job.Name, "tester-F-1-work-1-0-") {
		t.Errorf("the job's name is %q", job.Name)
	}
	if p := asJSON(job.Submitted["parameters"]); !strings.Contains(p, `"metaflow.run_id":"1"`) || !strings.Contains(p, `"metaflow.user":"tester"`) {
		t.Errorf("parameters: %s", p)
	}
	if open, err := batch.OpenJobs(batch.JournalFile(b.folder, "F", "1")); len(open) != 0 || err != nil {
		t.Errorf("on record: %v, %v", open, err)
	}
}

// A submission of any fate is carried out once, as far as anybody can see.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]batchserver.Fault{
		"throttled": batchserver.Throttled, "failing": batchserver.Failing, "reset": batchserver.Reset, "lost": batchserver.Lost,
		"hang": batchserver.Hang, "expired": batchserver.Expired,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ran atomic.Int64
			b := newBench(t, batchserver.Options{Fault: func(op string, n int) batchserver.Fault {
				if n <= 2 && f != batchserver.Hang || n == 1 && op == "submitjob" {
					return f
				}
				return batchserver.None
			}}, func(ctx context.Context, job *remote.Job, print func(string)) (*remote.Outcome, batchserver.End) {
				ran.Add(1)
				return succeed(ctx, job, print)
			})
			o, err := b.batch().Run(t.Context(), task("1"), &listener{})
			if err != nil || !o.Succeeded() {
				t.Fatalf("%+v, %v", o, err)
			}
			if n := ran.Load(); n != 1 {
				t.Errorf("the step ran %d times", n)
			}
			for _, j := range b.server.Jobs() {
				if j.Status != "SUCCEEDED" && j.Status != "FAILED" && j.Status != "RUNNING" {
					t.Errorf("job %s is left behind: %s", j.ID, j.Status)
				}
			}
			if n := b.server.Definitions(); n != 1 {
				t.Errorf("%d job definitions", n)
			}
		})
	}
}

// What Batch refuses is no fault of the engine, and is not tried again.
func TestRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, batchserver.Options{}, succeed)
	b.change = func(o *batch.Options) { o.Container = map[string]string{"LONG": strings.Repeat("x", 9000)} }
	l := &listener{}
	o, err := b.batch().Run(t.Context(), task("1"), l)
	if err != nil || o.Succeeded() || !o.Final || !strings.Contains(o.Reason, "AWS Batch refused the job: Container Overrides length must be at most 8192") {
		t.Fatalf("%+v, %v", o, err)
	}
	if n := b.server.Calls("submitjob"); n != 1 {
		t.Errorf("it was submitted %d times", n)
	}
}

// How jobs end that leave no outcome, in words.
func TestEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end   batchserver.End
		final bool
		say   string
	}{
		"memory":    {batchserver.End{Exit: 137, Reason: "OutOfMemoryError: Container killed due to memory usage"}, false, "it needed more than its 512 MB of memory and was killed (exit code 137). To mend it, ask for more"},
		"spot":      {batchserver.End{NoExit: true, Status: "Host EC2 (instance i-0abc) terminated."}, false, "the machine it ran on was taken away"},
		"no python": {batchserver.End{Exit: remote.ExitPython}, true, `the image "img" has no Python`},
		"no shell":  {batchserver.End{NoExit: true, Status: "Task failed to start", Reason: `CannotStartContainerError: exec: "/bin/sh": stat /bin/sh: no such file or directory`}, true, `has no /bin/sh`},
		"no image":  {batchserver.End{NoExit: true, Status: "Task failed to start", Reason: "CannotPullContainerError: manifest unknown"}, true, `the image "img" cannot be pulled: CannotPullContainerError: manifest unknown`},
		"registry":  {batchserver.End{NoExit: true, Status: "Task failed to start", Reason: "CannotPullContainerError: i/o timeout"}, false, "cannot be pulled"},
		"time":      {batchserver.End{NoExit: true, Status: "Job attempt duration exceeded timeout"}, false, "it did not end within its 1h0m0s"},
		"bootstrap": {batchserver.End{Exit: remote.ExitBootstrap}, false, "the container could not fetch what it needs"},
		"crash":     {batchserver.End{Exit: 3}, false, "Essential container in task exited (exit code 3)"},
		"nothing":   {batchserver.End{}, true, "it has left no outcome"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, batchserver.Options{}, func(context.Context, *remote.Job, func(string)) (*remote.Outcome, batchserver.End) { return nil, c.end })
			l := &listener{}
			o, err := b.batch().Run(t.Context(), task("1"), l)
			if err != nil || o.Succeeded() || o.Final != c.final || o.Result != nil {
				t.Fatalf("%+v, %v", o, err)
			}
			if !strings.Contains(l.all(), c.say) {
				t.Errorf("told:\n%s\nwant %s", l.all(), c.say)
			}
			if hint := strings.Contains(l.all(), "Use @retry to retry"); hint == c.final {
				t.Errorf("it should say whether another try may help:\n%s", l.all())
			}
		})
	}
}

func TestCancelledFromOutside(t *testing.T) {
	t.Parallel()
	b := newBench(t, batchserver.Options{}, func(ctx context.Context, job *remote.Job, print func(string)) (*remote.Outcome, batchserver.End) {
		print("running")
		<-ctx.Done()
		return &remote.Outcome{Terminated: true, Reason: "was stopped", ExitCode: 143}, batchserver.End{Exit: 143}
	})
	l := &listener{hear: func(text string) {
		if text == "running" {
			b.server.Cancel("job-00001", "Ann needs the machines")
		}
	}}
	o, err := b.batch().Run(t.Context(), task("1"), l)
	if err != nil || o.Succeeded() || !o.Final || !strings.Contains(o.Reason, "it was cancelled from outside: Ann needs the machines") {
		t.Fatalf("%+v, %v\n%s", o, err, l.all())
	}
}

// A stopped run ends all its jobs.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	const n = 150
	var started sync.WaitGroup
	started.Add(n)
	b := newBench(t, batchserver.Options{}, func(ctx context.Context, job *remote.Job, print func(string)) (*remote.Outcome, batchserver.End) {
		started.Done()
		<-ctx.Done()
		return nil, batchserver.End{Exit: 143}
	})
	ctx, cancel := context.WithCancel(t.Context())
	made := b.batch()
	var runs sync.WaitGroup
	for i := range n {
		runs.Go(func() {
			o, err := made.Run(ctx, task(fmt.Sprint(i), i), &listener{})
			if err != nil || !o.Killed {
				t.Errorf("%+v, %v", o, err)
			}
		})
	}
	started.Wait()
	cancel()
	runs.Wait()
	for _, j := range b.server.Jobs() {
		if j.Status != "FAILED" || !strings.Contains(j.Reason, "its run was stopped") {
			t.Errorf("job %s: %s %s", j.ID, j.Status, j.Reason)
		}
	}
	if open, err := batch.OpenJobs(batch.JournalFile(b.folder, "F", "1")); len(open) != 0 || err != nil {
		t.Errorf("on record: %v, %v", open, err)
	}
	if most := b.server.Most(); most != 100 {
		t.Errorf("%d jobs were described at once", most)
	}
}

func TestWaiting(t *testing.T) {
	t.Parallel()
	var seen atomic.Int64
	b := newBench(t, batchserver.Options{Environment: "the AMI is gone", Waiting: func(batchserver.Job) string {
		if seen.Add(1) < 20 {
			return "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet the CPU requirement"
		}
		return ""
	}}, succeed)
	b.change = func(o *batch.Options) { o.Tempo.Remind, o.Tempo.Stuck = 20*time.Millisecond, 10*time.Millisecond }
	l := &listener{}
	if o, err := b.batch().Run(t.Context(), task("1"), l); err != nil || !o.Succeeded() {
		t.Fatalf("%+v, %v", o, err)
	}
	if want := "It waits for a machine: the compute environment is at its limit of vCPUs"; !strings.Contains(l.all(), want) {
		t.Errorf("told:\n%s\nwant %s", l.all(), want)
	}
	if got := strings.Join(l.states, "\n"); !strings.Contains(got, "RUNNABLE: the compute environment is at its limit") {
		t.Errorf("states:\n%s", got)
	}
}

func TestRetriesKeepTheirDistance(t *testing.T) {
	t.Parallel()
	b := newBench(t, batchserver.Options{}, succeed)
	b.steps["work"].Pause = 3 * time.Minute
	var slept time.Duration
	b.change = func(o *batch.Options) {
		o.Clock.Sleep = func(ctx context.Context, d time.Duration) error {
			if d >= time.Minute {
				slept += d
				return nil
			}
			time.Sleep(d)
			return ctx.Err()
		}
	}
	spec := task("1")
	spec.Task.Attempt = 1
	l := &listener{}
	if o, err := b.batch().Run(t.Context(), spec, l); err != nil || !o.Succeeded() {
		t.Fatalf("%+v, %v", o, err)
	}
	if slept != 3*time.Minute || !strings.Contains(l.all(), "Sleeping 3 minutes before the next AWS Batch retry") {
		t.Errorf("slept %s; told:\n%s", slept, l.all())
	}
}

// The nodes of a parallel step are one job.
func TestGang(t *testing.T) {
	t.Parallel()
	var others sync.WaitGroup
	others.Add(2)
	var b *bench
	b = newBench(t, batchserver.Options{Container: func(ctx context.Context, j batchserver.Job) batchserver.End {
		at := slices.IndexFunc(j.Command, func(word string) bool { return strings.HasSuffix(word, "/job.json") })
		want := "s3://bucket/root/F/_spindle/jobs/1/work/5/0/job.json"
		if j.Node > 0 { // its own shell puts its number in
			want = "s3://bucket/root/F/_spindle/jobs/1/work/5_node_@NODE@/0/job.json"
		}
		if j.Command[at] != want {
			return batchserver.End{Exit: 98, Reason: j.Command[at]}
		}
		j.Command[at] = strings.Replace(want, "@NODE@", strconv.Itoa(j.Node), 1)
		if j.Node > 0 {
			defer others.Done()
		} else {
			defer others.Wait() // as the helper does: its end ends them
		}
		return b.container(ctx, j, succeed)
	}}, nil)
	b.steps["work"].Parallel = true
	made := b.batch()
	var runs sync.WaitGroup
	for i := range 3 {
		spec := task("5", i)
		if i > 0 {
			spec = task(fmt.Sprintf("5_node_%d", i), i)
		}
		spec.Task.Parallel = &worker.ParallelNode{NumNodes: 3, NodeIndex: i, ControlTaskID: "5"}
		runs.Go(func() {
			l := &listener{}
			if o, err := made.Run(t.Context(), spec, l); err != nil || !o.Succeeded() {
				t.Errorf("node %d: %+v, %v\n%s", i, o, err, l.all())
			}
		})
	}
	runs.Wait()
	if jobs := b.server.Jobs(); len(jobs) != 1 {
		t.Errorf("%d jobs", len(jobs))
	}
}

func TestChooser(t *testing.T) {
	t.Parallel()
	here, there := &place{name: "here"}, &place{name: "there"}
	c := &compute.Chooser{Here: here, There: map[string]compute.Compute{"work": there}}
	for want, spec := range map[*place]worker.Task{
		there: {Kind: "step", Step: "work", Attempt: 1, UserRetries: 1},
		here:  {Kind: "step", Step: "work", Attempt: 2, UserRetries: 1},
	} {
		before := want.ran
		if _, err := c.Run(t.Context(), compute.Spec{Task: &spec}, nil); err != nil || want.ran != before+1 {
			t.Errorf("%+v did not run %s", spec, want.name)
		}
	}
}

type place struct {
	name string
	ran  int
}

func (p *place) Run(context.Context, compute.Spec, compute.Handler) (compute.Outcome, error) {
	p.ran++
	return compute.Outcome{}, nil
}
