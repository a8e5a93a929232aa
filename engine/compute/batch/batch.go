package batch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
)

// Kind is what places of this package are called.
const Kind = "batch"

// Options configure a [Batch].
type Options struct {
	Client  *Client
	Objects *objects.Client
	// Root is the datastore's address, Folder what belongs to it on this machine.
	Root   objects.Place
	Folder string
	Flow   string
	User   string
	// Steps are those that run on Batch, by name.
	Steps map[string]*Step
	// Package is the code package, Helpers are the helper binaries by architecture. Both are asked for with the first job.
	Package func(ctx context.Context) (remote.Blob, error)
	Helpers func(ctx context.Context) (map[string]remote.Blob, error)
	// Code is the folder the package was made of: that of the flow's file.
	Code string
	// SystemTags are those of the run, for the client API in steps.
	SystemTags []string
	// Datatools is where S3(run=…) of a step writes, Environment what helpers and steps find in theirs, and Container what the container itself does.
	Datatools   string
	Environment map[string]string
	Container   map[string]string
	// Endpoint and Region are those of the object store, for containers.
	Endpoint, Region string
	Version          string // of this engine, for tags
	PID              int    // what lines about a task are marked with
	// Origin is the run that is resumed, empty for none. Its open jobs are taken over; those of steps in Again, which run again whatever they were, are
	// ended.
	Origin string
	Again  map[string]bool

	Clock    Clock
	Patience Patience
	Tempo    Tempo
}

// Tempo is how often the watcher looks. What is 0 gets its default.
type Tempo struct {
	Describe time.Duration // between two rounds of describing, while a job has yet to start: 300 ms
	Running  time.Duration // the same, once all run: 5 s
	Look     time.Duration // between two looks at logs and outcomes: 500 ms, twice that where nothing happens
	Remind   time.Duration // until the state of a job that does not start is told again: 30 s
	Stuck    time.Duration // until a job that finds no machine is looked into: 1 min
	Settle   time.Duration // how long a submission may take to show: 2 s
	Unknown  time.Duration // how long Batch may not know a job: 2 min
	Calls    float64       // describes a second at most: 10
	Submits  float64       // submissions a second at most: 45
}

// Batch runs tasks of one run on AWS Batch. It implements [compute.Compute].
type Batch struct {
	opts        Options
	api         API
	clock       Clock
	submits     caller
	describes   caller
	ends        caller
	definitions *definitions
	queues      *queues
	watcher     *watcher
	gangs       *gangs
	starting    chan struct{} // bounds the jobs that are being submitted

	mu      sync.Mutex
	journal *Journal          // made with the first task, which knows the run
	origin  map[string]Record // open jobs of the origin, by place
	loaded  bool
	helpers map[string]remote.Blob
	code    remote.Blob
	ready   bool
	// commands are those of some job each, by the executable.
	commands map[string]command
}

// command is a container's, for a job's place.
type command struct {
	words []string
	job   string
}

var _ compute.Compute = (*Batch)(nil)

// New returns a Batch. Nothing is sent yet.
func New(opts Options) *Batch {
	opts.setDefaults()
	b := &Batch{opts: opts, api: opts.Client, clock: opts.Clock, starting: make(chan struct{}, 64), commands: map[string]command{}}
	call := caller{clock: opts.Clock, patience: opts.Patience, renew: opts.Client.Renew}
	with := func(rate float64) caller {
		c := call
		c.pace = newPace(rate, opts.Clock.Now)
		return c
	}
	b.submits, b.describes, b.ends = with(opts.Tempo.Submits), with(opts.Tempo.Calls), with(opts.Tempo.Submits)
	b.definitions = &definitions{api: b.api, call: with(opts.Tempo.Calls)}
	b.queues = &queues{api: b.api, call: with(opts.Tempo.Calls)}
	b.watcher = newWatcher(b)
	b.gangs = &gangs{b: b, waiting: map[string]*gang{}}
	return b
}

func (o *Options) setDefaults() {
	if o.Clock.Now == nil {
		o.Clock.Now = time.Now
	}
	if o.Clock.Sleep == nil {
		o.Clock.Sleep = objects.Sleep
	}
	if o.Clock.Random == nil {
		o.Clock.Random = rand.Float64
	}
	if o.Environment == nil {
		o.Environment = map[string]string{}
	}
	if o.Patience == (Patience{}) {
		o.Patience = Patient
	}
	for value, def := range map[*time.Duration]time.Duration{
		&o.Tempo.Describe: 300 * time.Millisecond, &o.Tempo.Running: 5 * time.Second, &o.Tempo.Look: 500 * time.Millisecond,
		&o.Tempo.Remind: 30 * time.Second, &o.Tempo.Stuck: time.Minute, &o.Tempo.Settle: 2 * time.Second, &o.Tempo.Unknown: 2 * time.Minute,
	} {
		if *value <= 0 {
			*value = def
		}
	}
	if o.Tempo.Calls <= 0 {
		o.Tempo.Calls = 10
	}
	if o.Tempo.Submits <= 0 {
		o.Tempo.Submits = 45
	}
}

// Check makes sure that the steps can be run as they ask for, before anything is run: their queues are there, and can do what is wanted.
func (b *Batch) Check(ctx context.Context) error {
	brisk := &queues{api: b.api, call: b.queues.call.with(Brisk)}
	for _, s := range b.opts.Steps {
		q, err := brisk.find(ctx, s.Name, s.Queue)
		if err != nil {
			return s.fault(err)
		}
		nodes := 0
		if s.Parallel {
			nodes = 2
		}
		if err := s.fits(q.platform, nodes); err != nil {
			return err
		}
	}
	b.queues.know(brisk.known)
	return nil
}

// Run runs one task as a job, see [compute.Compute].
func (b *Batch) Run(ctx context.Context, spec compute.Spec, h compute.Handler) (compute.Outcome, error) {
	step := b.opts.Steps[spec.Task.Step]
	if step == nil {
		return compute.Outcome{}, fmt.Errorf("step %q is not one that runs on AWS Batch", spec.Task.Step)
	}
	n := b.newNode(spec, h)
	begin := func() error {
		h.Started(b.opts.PID)
		return b.open(spec.Task.RunID)
	}
	if spec.Task.Attempt > 0 || spec.Task.Parallel != nil { // they wait for other things than their job, and are fewer
		if err := begin(); err != nil {
			return compute.Outcome{}, err
		}
		if stopped, err := b.pause(ctx, n, step); stopped || err != nil {
			return interrupted(), err
		}
		begin = nil
	}
	if spec.Task.Parallel != nil {
		return b.gangs.run(ctx, spec, n, step)
	}
	n.job = &job{step: step, nodes: []*node{n}}
	if o, done, err := b.start(ctx, n.job, []compute.Spec{spec}, begin); done || err != nil {
		return o, err
	}
	return b.await(ctx, n)
}

func (b *Batch) newNode(spec compute.Spec, h compute.Handler) *node {
	t := spec.Task
	a := remote.Attempt{Flow: t.Flow, Run: t.RunID, Step: t.Step, Task: t.TaskID, Number: t.Attempt}
	return &node{attempt: a, paths: a.In(b.opts.Root), handler: h, limit: spec.Timeout, parallel: t.Parallel, done: make(chan struct{})}
}

func interrupted() compute.Outcome {
	return compute.Outcome{Killed: true, Place: Kind, Reason: "was interrupted before it was submitted"}
}

// pause keeps the distance between attempts. It reports true when it was interrupted.
func (b *Batch) pause(ctx context.Context, n *node, step *Step) (bool, error) {
	if n.attempt.Number == 0 || step.Pause <= 0 {
		return ctx.Err() != nil, nil
	}
	n.tell(b.clock.Now(), "Sleeping %g minutes before the next AWS Batch retry", step.Pause.Minutes())
	if err := b.clock.Sleep(ctx, step.Pause); err != nil && ctx.Err() == nil {
		return false, err
	}
	return ctx.Err() != nil, nil
}

// open prepares the journal of the run, and reads that of its origin.
func (b *Batch) open(run string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.journal == nil {
		b.journal = NewJournal(JournalFile(b.opts.Folder, b.opts.Flow, run))
	}
	return b.load()
}

// await waits for a submitted job and takes its outcome. When the context ends, the job is ended.
func (b *Batch) await(ctx context.Context, n *node) (compute.Outcome, error) {
	select {
	case <-n.done:
	case <-ctx.Done():
		n.finish(compute.Outcome{Killed: true, Reason: "was killed"})
		if err := b.end(context.WithoutCancel(ctx), n.job, "its run was stopped"); err != nil {
			n.tell(b.clock.Now(), "The job could not be ended: %v. End it with: spindle batch kill", err)
			b.watcher.forget(n.job)
			return n.outcome, nil // it stays on record, for batch kill
		}
	}
	if err := n.job.fault(); err != nil {
		b.watcher.forget(n.job)
		return compute.Outcome{}, err // it stays on record, for a resume
	}
	if n.job.allFinished() {
		b.watcher.forget(n.job)
		b.twins(context.WithoutCancel(ctx), n.job)
		if err := b.journal.Over(n.job.record.Name); err != nil {
			return compute.Outcome{}, err
		}
	}
	return n.outcome, nil
}

func (j *job) allFinished() bool {
	for _, n := range j.nodes {
		if !n.finished() {
			return false
		}
	}
	return true
}

// fault is why the watcher gave the job up, nil where it did not.
func (j *job) fault() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.failed
}

// Close stops watching, and ends what the origin left and this run has not taken over.
func (b *Batch) Close(ctx context.Context) error {
	err := b.endLeft(ctx)
	b.watcher.stop()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.journal != nil {
		err = errors.Join(err, b.journal.Close())
	}
	return err
}
