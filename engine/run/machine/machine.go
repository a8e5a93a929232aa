package machine

import (
	"fmt"
)

// Past is a finished task of the origin.
type Past struct {
	Ref        int // the caller's name for it
	Transition *Transition
}

// Policy are the limits of a run.
type Policy struct {
	MaxWorkers  int // processes at once; a parallel step counts as one
	MaxSplits   int // children of one foreach
	MaxAttempts int // of one task, the first included
	// Origin finds finished tasks of a run that is resumed, by [Key]. Nil for a fresh run.
	Origin func(key string) (Past, bool)
	// CloneOnly starts nothing.
	CloneOnly bool
}

type phase uint8

const (
	idle phase = iota
	active
	stopping
	complete
)

type status uint8

const (
	queued status = iota
	running
	storing
	finished
	failed
)

// task is kept small: there is one for every task of the run.
type task struct {
	step    int32
	uses    int32 // successors that still need this task's artifacts
	input   TaskID
	attempt uint8
	status  status
	cloned  bool
	frame   *frame
	iter    []int    // shared
	inputs  []TaskID // of a join; nil otherwise
	gang    *gang
}

// Machine is the state of one run. It is not safe for concurrent use.
type Machine struct {
	policy     Policy
	nodes      []node
	start, end int32

	phase    phase
	outcome  State
	tasks    []task
	queue    queue
	procs    int // slots taken
	open     int // tasks started that have not reported
	endDone  bool
	clones   []clone // finished tasks of the origin, to be followed
	counters []Count
	out      []Command
}

// clone is a task taken over from the origin, whose successors are still to be found.
type clone struct {
	task TaskID
	t    *Transition
}

// New makes a machine for one run.
func New(p Plan, policy Policy) (*Machine, error) {
	nodes, start, end, err := compile(p)
	if err != nil {
		return nil, err
	}
	if policy.MaxWorkers < 1 || policy.MaxSplits < 1 || policy.MaxAttempts < 1 {
		return nil, fmt.Errorf("limits of a run must be positive: %d workers, %d splits, %d attempts", policy.MaxWorkers, policy.MaxSplits, policy.MaxAttempts)
	}
	m := &Machine{policy: policy, nodes: nodes, start: start, end: end, counters: make([]Count, len(nodes))}
	for i := range nodes {
		m.counters[i].Step = nodes[i].Name
	}
	return m, nil
}

// Apply takes an event and returns what to do. The slice is valid until the next call. An error says that the event makes no sense
// in the machine's state (a task that does not run has finished): the caller's bug.
func (m *Machine) Apply(ev Event) ([]Command, error) {
	m.out = m.out[:0]
	if err := m.handle(ev); err != nil {
		return nil, err
	}
	for len(m.clones) > 0 {
		c := m.clones[0]
		m.clones = m.clones[1:]
		if m.phase == active {
			m.advance(c.task, c.t)
		}
	}
	m.launch()
	m.settle()
	return m.out, nil
}

func (m *Machine) handle(ev Event) error {
	switch ev := ev.(type) {
	case Begin:
		return m.begin()
	case ProcessEnded:
		return m.processEnded(ev.Task)
	case TaskFinished:
		return m.taskFinished(ev.Task, ev.Transition)
	case TaskFailed:
		return m.taskFailed(ev.Task, ev.Retryable)
	case Cancelled:
		m.stop(Stop{Task: NoTask, Cancelled: true}, Interrupted)
		return nil
	case Broken:
		m.stop(Stop{Task: NoTask, Err: ev.Err}, Failed)
		return nil
	}
	return fmt.Errorf("the machine knows no event %T", ev)
}

func (m *Machine) emit(c Command) { m.out = append(m.out, c) }

func (m *Machine) begin() error {
	if m.phase != idle {
		return fmt.Errorf("the run has begun already")
	}
	m.phase = active
	m.tasks = append(m.tasks, task{step: -1, status: finished, cloned: m.policy.Origin != nil, uses: 1, input: NoTask})
	m.enqueue(m.start, nil, enter(&m.nodes[m.start], nil), Parameters, nil)
	return nil
}

// open returns a task that runs or is being stored.
func (m *Machine) started(id TaskID, what string) (*task, error) {
	if id <= Parameters || int(id) >= len(m.tasks) {
		return nil, fmt.Errorf("%s: there is no task %d", what, id)
	}
	t := &m.tasks[id]
	if t.status != running && t.status != storing {
		return nil, fmt.Errorf("%s: task %d of step %q is not running", what, id, m.nodes[t.step].Name)
	}
	return t, nil
}

func (m *Machine) processEnded(id TaskID) error {
	t, err := m.started(id, "process ended")
	if err != nil {
		return err
	}
	m.endProcess(t)
	return nil
}

// endProcess gives the task's slot back, once.
func (m *Machine) endProcess(t *task) {
	if t.status != running {
		return
	}
	t.status = storing
	if t.gang != nil {
		t.gang.running--
		if t.gang.running > 0 {
			return
		}
	}
	m.procs--
}

func (m *Machine) taskFinished(id TaskID, tr *Transition) error {
	t, err := m.started(id, "task finished")
	if err != nil {
		return err
	}
	m.endProcess(t)
	m.report(t, finished)
	if t.gang != nil {
		m.gangReport(t.gang, id, tr)
		return nil
	}
	if t.step == m.end {
		m.endDone = true
	}
	switch {
	case m.phase == active:
		m.advance(id, tr)
	case m.endDone:
		m.letGo(id)
	}
	return nil
}

// report ends an attempt.
func (m *Machine) report(t *task, s status) {
	t.status = s
	m.open--
	c := &m.counters[t.step]
	c.Running--
	if s == finished {
		c.Done++
	}
}

func (m *Machine) taskFailed(id TaskID, retryable bool) error {
	t, err := m.started(id, "task failed")
	if err != nil {
		return err
	}
	m.endProcess(t)
	m.report(t, failed)
	if t.gang != nil {
		m.gangFailed(t.gang, id, retryable)
		return nil
	}
	if m.phase == active && retryable && m.another(t) {
		t.attempt++
		t.status = queued
		m.queue.retry(id)
		return nil
	}
	m.counters[t.step].Failed++
	m.stop(Stop{Task: id}, Failed)
	return nil
}

// another says whether a task has an attempt left.
func (m *Machine) another(t *task) bool {
	n := &m.nodes[t.step]
	next := int(t.attempt) + 1
	return next <= n.UserRetries+n.ErrorRetries && next < m.policy.MaxAttempts
}

// Retries says whether a failure of this task that may be retried would be.
func (m *Machine) Retries(id TaskID) bool {
	return m.phase == active && m.another(&m.tasks[id])
}

// stop ends the run; only the first reason counts.
func (m *Machine) stop(s Stop, outcome State) {
	if m.phase == stopping || m.phase == complete {
		return
	}
	m.phase = stopping
	m.outcome = outcome
	m.queue.clear()
	m.emit(s)
}

// settle completes the run when nothing is open.
func (m *Machine) settle() {
	if m.open > 0 || m.phase == idle || m.phase == complete {
		return
	}
	if m.phase == active {
		switch {
		case m.endDone:
			m.outcome = Done
		case m.policy.CloneOnly:
			m.outcome = CloneOnly
		case m.queue.size > 0:
			return
		default:
			m.stop(Stop{Task: NoTask, Err: &UnfinishedError{End: m.nodes[m.end].Name}}, Failed)
		}
	}
	if m.endDone && m.outcome == Interrupted { // the interrupt came when all was done
		m.outcome = Done
	}
	m.phase = complete
	m.emit(Complete{State: m.outcome})
}
