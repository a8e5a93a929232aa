package run

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Session runs tasks one by one, each on inputs of the caller's choice, as tasks of one new run that has nothing else: no parameters task, no
// state file, and it never becomes the flow's latest run. What a task does and how it is stored is as in [Run].
type Session struct {
	r     *runner
	mu    sync.Mutex // guards the runner's ids, and asked
	asked int
	stop  chan struct{}
	done  chan struct{}
}

// Single is one task of a session: a task as the machine starts it, with its inputs.
type Single struct {
	// ID is from [Session.NewID].
	ID string

	// Start says what the task is. Its Task, Inputs and Attempt are not looked at.
	Start  machine.StartTask
	Inputs []*Finished
}

// Left is what came of a task of a session.
type Left struct {
	Finished
	Attempts int
	Caught   bool
	Took     time.Duration // of the last attempt, from its process's start to its end
}

// OpenSession makes the run. Close must be called in the end.
func OpenSession(ctx context.Context, cfg Config) (*Session, error) {
	cfg.setDefaults()
	r, err := newRunner(cfg)
	if err != nil {
		return nil, err
	}
	if r.id, err = cfg.Metadata.NewRun(ctx, r.flow, r.tags); err != nil {
		return nil, &StorageError{Op: "register the run", Flow: r.flow, Err: err}
	}
	if cfg.RunIDFile != "" {
		if err := disk.WriteFile(cfg.RunIDFile, []byte(r.id), disk.Replace); err != nil {
			return nil, r.storage("write the run's id", err)
		}
	}
	if r.folders, err = openFolders(cfg.Scratch, cfg.Store.Folder()); err != nil {
		return nil, &StorageError{Op: "prepare the run", Flow: r.flow, Err: err}
	}
	s := &Session{r: r, stop: make(chan struct{}), done: make(chan struct{})}
	go s.drain()
	return s, nil
}

// drain takes what attempts tell the loop of a run while they are still being stored.
func (s *Session) drain() {
	defer close(s.done)
	for {
		select {
		case <-s.r.msgs:
		case <-s.stop:
			return
		}
	}
}

// Run is the id of the session's run.
func (s *Session) Run() string { return s.r.id }

// Close ends the session.
func (s *Session) Close() error {
	close(s.stop)
	<-s.done
	return s.r.folders.close()
}

// Parameters evaluates the flow's parameters and keeps them as the run's parameters task. Errors are those of [Run].
func (s *Session) Parameters(ctx context.Context) (*Finished, error) {
	r := s.r
	rec := &record{id: s.newID(), step: ParametersStep}
	a := &attempt{task: machine.Parameters, rec: rec}
	var err error
	if a.scratch, err = r.folders.attempt(ParametersStep, 0); err != nil {
		return nil, r.storage("prepare the parameters", err)
	}
	result, err := r.computeParameters(ctx, a)
	if err != nil {
		return nil, err
	}
	if rec.table, err = r.storeParameters(context.WithoutCancel(ctx), a, result); err != nil {
		return nil, r.storage("store the parameters", err)
	}
	return &Finished{Run: r.id, Step: rec.step, Task: rec.id, Key: machine.Key(rec.step, nil, nil), Objects: rec.table.Objects()}, nil
}

// NewID is the id for another task. Ids are given in the order they are asked for.
func (s *Session) NewID() string { return s.newID() }

func (s *Session) newID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.newID()
}

// Task runs one task with as many attempts as its step has. It may be called from several goroutines at once. A task that failed for good is a
// [StepError], an end of ctx [ErrInterrupted].
func (s *Session) Task(ctx context.Context, t Single) (*Left, error) {
	left, err := s.Gang(ctx, []Single{t})
	if err != nil {
		return nil, err
	}
	return left[0], nil
}

// Gang runs the tasks of a parallel step side by side, that of node 0 first in the list; they are tried again together. A list of one is a
// single task.
func (s *Session) Gang(ctx context.Context, tasks []Single) ([]*Left, error) {
	info := s.r.steps[tasks[0].Start.Step]
	if info == nil {
		return nil, fmt.Errorf("there is no step %q", tasks[0].Start.Step)
	}
	attempts := s.prepare(tasks, info)
	for number := 0; ; number++ {
		left, failed, err := s.try(ctx, attempts, number)
		switch {
		case err != nil:
			return nil, err
		case failed == nil:
			return left, nil
		}
		again := failed.retryable && ctx.Err() == nil && number < info.machine.UserRetries+info.machine.ErrorRetries
		s.announceFailure(failed, again)
		switch {
		case ctx.Err() != nil:
			return nil, ErrInterrupted
		case !again:
			rec := failed.a.rec
			return nil, &StepError{Step: rec.step, Task: rec.id, Exception: failed.exception, Reason: failed.outcome.Reason}
		}
	}
}

// prepare gives the tasks ids and inputs.
func (s *Session) prepare(tasks []Single, info *stepInfo) []*attempt {
	control := tasks[0].ID
	if control == "" {
		control = s.newID()
	}
	attempts := make([]*attempt, len(tasks))
	for i, t := range tasks {
		id := control
		if i > 0 {
			id = nodeID(control, t.Start.Node.Index)
		}
		a := &attempt{task: machine.TaskID(i), rec: &record{id: id, step: t.Start.Step}, start: t.Start, info: info}
		for _, in := range t.Inputs {
			a.inputs = append(a.inputs, &record{id: in.Task, step: in.Step, run: in.Run, table: task.TableOf(in.Objects)})
		}
		attempts[i] = a
	}
	return attempts
}

// try makes one attempt of each task. failed is the first that did not succeed.
func (s *Session) try(ctx context.Context, tasks []*attempt, number int) (left []*Left, failed *attemptFailed, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var g *gang
	if tasks[0].start.Node != nil {
		g = &gang{}
		g.others.Add(len(tasks) - 1)
	}
	type ended struct {
		at  int
		msg message
	}
	results := make(chan ended, len(tasks))
	for i, t := range tasks {
		a := *t
		a.number, a.gang = number, g
		a.start.Attempt, a.start.Fallback = number, number > a.info.machine.UserRetries
		go func() {
			msg := s.r.attempt(ctx, &a)
			a.gang.report(&a, msg)
			results <- ended{i, msg}
		}()
	}
	left = make([]*Left, len(tasks))
	for range tasks {
		e := <-results
		switch msg := e.msg.(type) {
		case stored:
			left[e.at] = s.left(msg, number, msg.a.took)
		case attemptFailed:
			cancel() // the others would wait for it for ever
			if failed == nil {
				failed = &msg
			}
		case broken:
			cancel()
			if err == nil {
				err = msg.err
			}
		}
	}
	return left, failed, err
}

// left announces a finished task and says what it left.
func (s *Session) left(msg stored, number int, took time.Duration) *Left {
	r, a := s.r, msg.a
	ref := a.ref(r)
	ref.PID = msg.pid
	now := r.cfg.Clock.Now()
	if tr := msg.transition; tr != nil && tr.Foreach != "" && tr.Parallel == 0 {
		r.emit(TaskForeach{At: now, Task: ref, N: tr.NumSplits})
	}
	r.emit(TaskFinished{At: now, Task: ref, Attempt: number, Caught: msg.caught})
	f := Finished{
		Run: r.id, Step: a.rec.step, Task: a.rec.id, Key: KeyOf(a.start),
		Objects: msg.table.Objects(), Transition: msg.transition,
	}
	for _, frame := range framesOf(a.start.Stack) {
		p := plain.ForeachFrame{Step: frame.Step, Var: frame.Var, Index: int64(frame.Index), Value: frame.Value}
		if frame.NumSplits != nil {
			n := int64(*frame.NumSplits)
			p.NumSplits = &n
		}
		f.Frames = append(f.Frames, p)
	}
	return &Left{Finished: f, Attempts: number + 1, Caught: msg.caught, Took: took}
}

// KeyOf is the place of a task the machine starts.
func KeyOf(t machine.StartTask) string {
	var indices []int
	for _, f := range t.Stack.Frames() {
		indices = append(indices, f.Index)
	}
	return machine.Key(t.Step, indices, slices.Clone(t.Iteration))
}

func (s *Session) announceFailure(msg *attemptFailed, again bool) {
	r, a, o := s.r, msg.a, msg.outcome
	ref := a.ref(r)
	ref.PID = msg.pid
	r.emit(TaskFailed{
		At: r.cfg.Clock.Now(), Task: ref, Attempt: a.number, ExitCode: o.ExitCode, Signal: o.Signal,
		TimedOut: o.TimedOut, Killed: o.Killed, Place: o.Place, Exception: exceptionText(msg.exception), Retried: again,
	})
}

// Question is what a process that is no task is asked.
type Question struct {
	Kind   string // of the message task: changes, values
	Inputs []*Finished
	Values map[string][]string
}

// Ask runs a process of the flow's worker that is no task, and stores the values it hands back. It returns the process's last message and those
// values.
func (s *Session) Ask(ctx context.Context, q Question) (*worker.Result, artifact.Objects, error) {
	r := s.r
	s.mu.Lock()
	s.asked++
	id := q.Kind + strconv.Itoa(s.asked)
	s.mu.Unlock()
	a := s.prepare([]Single{{ID: id, Inputs: q.Inputs}}, nil)[0]
	a.rec.step = ParametersStep
	var err error
	if a.scratch, err = r.folders.attempt(id, 0); err != nil {
		return nil, nil, r.storage("prepare a process", err)
	}
	t := r.baseTask(a)
	t.Kind, t.Env, t.Values, t.InputCount = q.Kind, map[string]string{}, q.Values, len(a.inputs)
	if err := r.addInputs(a, &t); err != nil {
		return nil, nil, err
	}
	h := &parametersHandler{handler: newHandler(r, a)}
	h.quiet = true
	o, err := r.cfg.Compute.Run(ctx, compute.Spec{Task: &t}, h)
	switch {
	case err != nil:
		return nil, nil, err
	case o.Killed && ctx.Err() != nil:
		return nil, nil, ErrInterrupted
	case o.Result == nil:
		return nil, nil, fmt.Errorf("%s: %s", q.Kind, endText(o))
	}
	produced, err := r.put(ctx, a, o.Result.Artifacts)
	if err != nil {
		return nil, nil, r.storage("store values", err)
	}
	return o.Result, task.NewTable(produced, nil, nil).Objects(), nil
}
