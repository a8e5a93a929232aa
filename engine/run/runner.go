package run

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// runner drives the machine of one run: it does what the machine commands and tells it what came of it. Its fields belong to the goroutine
// of [Run]; those of tasks read only what is fixed before they start, and talk back through msgs.
type runner struct {
	cfg     Config
	flow    string
	id      string
	origin  string
	started time.Time
	plan    machine.Plan
	steps   map[string]*stepInfo
	tags    metadata.Tags
	ids     io.Reader // randomness, safe for concurrent use
	folders *folders

	m        *machine.Machine
	records  []*record // by TaskID
	nextID   int
	live     map[machine.TaskID]*attempt
	gangs    map[machine.TaskID]*gang
	pasts    []*past // finished tasks of the origin, by Past.Ref
	msgs     chan message
	pending  []machine.Event // arising while commands are carried out
	starting chan struct{}   // bounds the attempts that are being made known
	backlog  chan struct{}   // bounds the attempts whose process has ended and that are being stored
	grace    <-chan time.Time
	stopped  *machine.Stop
	failures map[machine.TaskID]*StepError // the latest of each task that failed
	failure  error
	complete *machine.Complete
	summary  Summary
	board    board
	tasks    sync.WaitGroup

	keeper    task.Keeper
	deferred  *deferred
	observing sync.Mutex // held while the observer is called
}

// stepInfo is what the tasks of one step have in common.
type stepInfo struct {
	name      string
	node      worker.Node
	described *worker.DescribedStep // nil when the description does not know the step
	machine   machine.Step
}

// record is a task of this run.
type record struct {
	id, step string
	table    *task.Table // of a finished task, until the machine releases it
	run      string      // the run it is of, when that is not this one
}

func (t *record) pathspec(r *runner) string {
	if t.run != "" {
		return t.run + "/" + t.step + "/" + t.id
	}
	return r.id + "/" + t.step + "/" + t.id
}

// Run runs a flow, or resumes a run of it if cfg.Resume is set, until it is done, has failed or ctx is cancelled. The error is one of this
// package's types; the summary is filled in as far as the run came.
func Run(ctx context.Context, cfg Config) (Summary, error) {
	cfg.setDefaults()
	r, err := newRunner(cfg)
	if err != nil {
		return Summary{}, err
	}
	err = r.run(ctx)
	return r.summarize(), err
}

func (r *runner) summarize() Summary {
	r.summary.Flow, r.summary.Run, r.summary.Origin = r.flow, r.id, r.origin
	r.summary.Started, r.summary.Finished = r.started, r.cfg.Clock.Now()
	return r.summary
}

func newRunner(cfg Config) (*runner, error) {
	plan, err := PlanOf(cfg.Graph, cfg.Description)
	if err != nil {
		return nil, err
	}
	random := cfg.Random
	if random == nil {
		random = rand.Reader
	}
	r := &runner{
		cfg: cfg, flow: cfg.Description.Name, plan: plan, steps: map[string]*stepInfo{},
		started:  cfg.Clock.Now(),
		tags:     metadata.Tags{User: cfg.Tags, System: metadata.SystemTags(cfg.System)},
		ids:      &lockedReader{r: bufio.NewReaderSize(random, 4096)},
		live:     map[machine.TaskID]*attempt{},
		gangs:    map[machine.TaskID]*gang{},
		failures: map[machine.TaskID]*StepError{},
		msgs:     make(chan message, 256),
		deferred: newDeferred(cfg.Metadata),
		starting: make(chan struct{}, max(64, cfg.Store.Width())),
		backlog:  make(chan struct{}, max(64, min(4*cfg.MaxWorkers, 256))),
	}
	r.keeper = task.Keeper{
		Store: cfg.Store, Metadata: cfg.Metadata, Elsewhere: cfg.Elsewhere, Private: cfg.Private, Tags: r.tags, PythonVersion: cfg.System.PythonVersion,
	}
	described := describedSteps(cfg.Description)
	for _, s := range plan.Steps {
		r.steps[s.Name] = &stepInfo{name: s.Name, node: task.NodeOf(cfg.Graph.Node(s.Name), s.Name == plan.End), described: described[s.Name], machine: s}
	}
	return r, nil
}

// lockedReader lets several goroutines read.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(b)
}

func (r *runner) emit(e Event) {
	if r.cfg.Observer == nil {
		return
	}
	r.observing.Lock()
	defer r.observing.Unlock()
	r.cfg.Observer.Event(e)
}

// run is the whole life of the run.
func (r *runner) run(ctx context.Context) (err error) {
	f, err := openFolders(r.cfg.Scratch, r.cfg.Store.Folder())
	if err != nil {
		return &StorageError{Op: "prepare the run", Flow: r.flow, Err: err}
	}
	r.folders = f
	defer func() { err = errors.Join(err, f.close()) }()
	r.watchMetadata()
	if err := r.prepare(ctx); err != nil {
		return r.finish(ctx, machine.Failed, err)
	}
	r.loop(ctx)
	r.tasks.Wait()
	return r.finish(ctx, r.complete.State, r.failure)
}

// prepare makes the run and its parameters task.
func (r *runner) prepare(ctx context.Context) error {
	policy := machine.Policy{MaxWorkers: r.cfg.MaxWorkers, MaxSplits: r.cfg.MaxSplits, MaxAttempts: metadata.MaxAttempts}
	var err error
	if r.cfg.Resume != nil {
		err = r.prepareResumed(ctx, &policy)
	} else {
		err = r.prepareFresh(ctx)
	}
	if err != nil {
		return err
	}
	r.m, err = machine.New(r.plan, policy)
	return err
}

// finish records how the run ended.
func (r *runner) finish(ctx context.Context, end machine.State, failure error) error {
	state := StateFailed
	switch {
	case end == machine.Done || end == machine.CloneOnly:
		state = StateDone
	case end == machine.Interrupted || errors.Is(failure, context.Canceled) && ctx.Err() != nil:
		state, failure = StateInterrupted, ErrInterrupted
	}
	r.summary.State = state
	if r.id == "" {
		return failure
	}
	ended := failure
	if failure = r.endMetadata(ctx, failure); ended == nil && failure != nil {
		state = StateFailed
		r.summary.State = state
	}
	err := r.saveState(state, failure)
	if err == nil {
		err = r.cfg.Group.Commit(context.WithoutCancel(ctx))
	}
	if err != nil && failure == nil {
		failure = &StorageError{Op: "record the end of the run", Flow: r.flow, Run: r.id, Err: err}
		r.summary.State = StateFailed
	}
	if r.cfg.Ended != nil {
		r.cfg.Ended(ctx, r.summarize())
	}
	r.announceEnd(end, failure)
	return failure
}

func (r *runner) announceEnd(end machine.State, failure error) {
	now := r.cfg.Clock.Now()
	if failure == nil {
		r.emit(RunDone{At: now, Flow: r.flow, Run: r.id, Started: r.started, Tasks: r.summary.Tasks, Cloned: r.summary.Cloned, CloneOnly: end == machine.CloneOnly})
		return
	}
	step, task := failedTask(failure)
	r.emit(RunFailed{At: now, Flow: r.flow, Run: r.id, Step: step, Task: task, Interrupted: errors.Is(failure, ErrInterrupted), Err: failure})
}

func failedTask(err error) (step, task string) {
	var failed *StepError
	if errors.As(err, &failed) {
		return failed.Step, failed.Task
	}
	return "", ""
}

// register makes the run known: in the metadata, and to whoever waits for its id.
func (r *runner) register(ctx context.Context) error {
	var err error
	if r.cfg.RunID == "" {
		r.id, err = r.cfg.Metadata.NewRun(ctx, r.flow, r.tags)
	} else {
		r.id = r.cfg.RunID
		var created bool
		created, err = r.cfg.Metadata.RegisterRun(ctx, r.flow, r.id, r.tags)
		if err == nil && !created {
			taken := r.id
			r.id = "" // it is not this run's
			return fmt.Errorf("register the run: %w", &ExistsError{Flow: r.flow, Run: taken})
		}
	}
	if err != nil {
		return &StorageError{Op: "register the run", Flow: r.flow, Err: err}
	}
	r.deferred.begun(metadata.TaskID{Flow: r.flow, Run: r.id})
	if err := r.saveState(StateRunning, nil); err != nil {
		return r.storage("register the run", err)
	}
	if r.cfg.RunIDFile != "" {
		if err := disk.WriteFile(r.cfg.RunIDFile, []byte(r.id), disk.Replace); err != nil {
			return r.storage("write the run's id", err)
		}
	}
	return nil
}

func (r *runner) storage(op string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return &StorageError{Op: op, Flow: r.flow, Run: r.id, Err: err}
}

// newID allocates the next task id.
func (r *runner) newID() string {
	n := r.nextID
	r.nextID++
	if r.deferred.to != nil {
		return r.deferred.to.TaskName(n)
	}
	return strconv.Itoa(n)
}
