package batch

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
)

// describeMost is how many jobs Batch describes at once.
const describeMost = 100

// watcher looks after all jobs of a run, with two loops: one asks Batch for their states, the other looks in the store for what they print and leave
// (look.go).
type watcher struct {
	b      *Batch
	ctx    context.Context
	cancel context.CancelFunc
	loops  sync.WaitGroup
	work   sync.WaitGroup // reading logs and outcomes
	slots  chan struct{}

	mu       sync.Mutex
	jobs     map[*job]bool
	wake     chan struct{} // closed and replaced when a job comes
	running  bool
	waiting  []func() // work for sweepers
	sweepers int
}

func newWatcher(b *Batch) *watcher {
	w := &watcher{b: b, jobs: map[*job]bool{}, wake: make(chan struct{}), slots: make(chan struct{}, 32)}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	return w
}

// add begins to watch a job.
func (w *watcher) add(j *job) {
	now := w.b.clock.Now()
	j.mu.Lock()
	j.changed, j.told = now, now
	j.mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jobs[j] = true
	close(w.wake)
	w.wake = make(chan struct{})
	if !w.running {
		w.running = true
		w.loops.Go(w.describing)
		w.loops.Go(w.looking)
	}
}

// forget ends the watch of a job.
func (w *watcher) forget(j *job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.jobs, j)
}

func (w *watcher) stop() {
	w.cancel()
	w.loops.Wait()
	w.work.Wait()
}

// open are the jobs that want chooses. With none it waits until there may be one.
func (w *watcher) open(want func(*job) bool) []*job {
	for {
		w.mu.Lock()
		var list []*job
		for j := range w.jobs {
			if want(j) {
				list = append(list, j)
			}
		}
		empty, wake := len(w.jobs) == 0, w.wake
		w.mu.Unlock()
		if len(list) > 0 || !empty || w.ctx.Err() != nil {
			return list
		}
		select {
		case <-wake:
		case <-w.ctx.Done():
		}
	}
}

// describing asks for the states of all jobs that have not ended, round after round.
func (w *watcher) describing() {
	for w.ctx.Err() == nil {
		jobs := w.open(func(j *job) bool { j.mu.Lock(); defer j.mu.Unlock(); return j.terminal == nil && j.failed == nil })
		pause := w.b.opts.Tempo.Running
		for len(jobs) > 0 && w.ctx.Err() == nil {
			n := min(describeMost, len(jobs))
			if w.describe(jobs[:n]) {
				pause = w.b.opts.Tempo.Describe
			}
			jobs = jobs[n:]
		}
		w.pause(pause)
	}
}

// pause waits, but not once a job comes: it is new and changes soon.
func (w *watcher) pause(d time.Duration) {
	w.mu.Lock()
	wake := w.wake
	w.mu.Unlock()
	least := min(d, w.b.opts.Tempo.Describe)
	if w.b.clock.Sleep(w.ctx, least) != nil || d <= least {
		return
	}
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	go func() {
		select {
		case <-wake:
			cancel()
		case <-ctx.Done():
		}
	}()
	_ = w.b.clock.Sleep(ctx, d-least) // however it ends, it is time
}

// describe asks for up to a hundred jobs, and says whether one of them has yet to start.
func (w *watcher) describe(jobs []*job) (starting bool) {
	byID := make(map[string]*job, len(jobs))
	in := &sdk.DescribeJobsInput{}
	for _, j := range jobs {
		byID[j.record.Job] = j
		in.Jobs = append(in.Jobs, j.record.Job)
	}
	var out *sdk.DescribeJobsOutput
	complain := w.complaint(jobs[0])
	err := w.b.describes.do(w.ctx, "describe jobs", func(ctx context.Context) (err error) {
		out, err = w.b.api.DescribeJobs(ctx, in)
		complain(err)
		return err
	}, nil)
	if w.ctx.Err() != nil {
		return false
	}
	if err != nil {
		for _, j := range jobs {
			j.giveUp(err)
		}
		return false
	}
	for i := range out.Jobs {
		id := aws.ToString(out.Jobs[i].JobId)
		if j := byID[id]; j != nil {
			delete(byID, id)
			starting = w.heard(j, &out.Jobs[i]) || starting
		}
	}
	for _, j := range byID {
		w.unknown(j)
	}
	return starting || len(byID) > 0
}

// complaint tells, in the words of one of the jobs, that Batch cannot be asked, once that has lasted a while.
func (w *watcher) complaint(j *job) func(error) {
	began, told := w.b.clock.Now(), false
	return func(err error) {
		now := w.b.clock.Now()
		if err == nil || told || now.Sub(began) < w.b.opts.Tempo.Remind {
			return
		}
		told = true
		j.nodes[0].tell(now, "%v. The jobs go on; Spindle keeps asking for up to %s.", judge("describe jobs", err), w.b.opts.Patience.Limit)
	}
}

// giveUp ends the wait for a job that nothing can be learnt of any more. It stays on record.
func (j *job) giveUp(err error) {
	j.mu.Lock()
	j.failed = err
	j.mu.Unlock()
	for _, n := range j.nodes {
		n.finish(interrupted())
	}
}

// heard takes up what Batch says of a job, and says whether it has yet to start.
func (w *watcher) heard(j *job, d *types.JobDetail) (starting bool) {
	now := w.b.clock.Now()
	reason := aws.ToString(d.StatusReason)
	j.mu.Lock()
	news := d.Status != j.status
	if news {
		j.status, j.changed = d.Status, now
	}
	j.missing = time.Time{}
	over := d.Status == types.JobStatusFailed || d.Status == types.JobStatusSucceeded
	starting = !over && d.Status != types.JobStatusRunning
	remind := starting && now.Sub(j.told) >= w.b.reminder(now.Sub(j.changed))
	stuck := d.Status == types.JobStatusRunnable && now.Sub(j.changed) >= w.b.opts.Tempo.Stuck
	if news || remind {
		j.told = now
	}
	if over && j.terminal == nil {
		j.terminal = endingOf(d)
	} else {
		over = false
	}
	j.mu.Unlock()
	if over {
		w.conclude(j)
		return false
	}
	if !news && !remind {
		return starting
	}
	why := ""
	if d.Status == types.JobStatusRunnable {
		why = waiting(reason)
	}
	if why == "" && stuck {
		why = w.b.queues.stuck(w.ctx, j.record.Queue)
	}
	w.tell(j, d.Status, why, news)
	return starting
}

// reminder is how long to wait until a state is told again: soon at first, more seldom for one that lasts.
func (b *Batch) reminder(lasts time.Duration) time.Duration {
	return max(b.opts.Tempo.Remind, lasts/4)
}

// tell tells the state of a job, and what it waits for.
func (w *watcher) tell(j *job, s types.JobStatus, why string, news bool) {
	now := w.b.clock.Now()
	j.mu.Lock()
	news = news || why != j.reason
	j.reason = why
	j.mu.Unlock()
	for _, n := range j.nodes {
		if n.finished() {
			continue
		}
		if news {
			n.place(now, string(s), why)
		}
		if why != "" {
			n.tell(now, "Task is starting (status %s)... It waits for a machine: %s", s, why)
		} else {
			n.tell(now, "Task is starting (status %s)...", s)
		}
	}
}

// unknown takes up that Batch does not know a job: at first it may not have got around, later it is gone.
func (w *watcher) unknown(j *job) {
	now := w.b.clock.Now()
	j.mu.Lock()
	if j.missing.IsZero() {
		j.missing = now
	}
	gone := now.Sub(j.missing) >= w.b.opts.Tempo.Unknown
	if gone {
		j.terminal = &ending{status: types.JobStatusFailed, reason: "Task failed: AWS Batch does not know the job any more", exit: -1}
	}
	j.mu.Unlock()
	if gone {
		w.conclude(j)
	}
}
