package service

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// entry is one write of a task: exactly one of its kinds.
type entry struct {
	task      bool // the task itself is to be made
	tags      metadata.Tags
	at        int64 // ms
	records   []metadata.Record
	artifacts *artifacts

	seq   int64 // of the earliest write that is part of it
	maybe bool  // it was sent before, and may have been carried out
}

// artifacts are those of one attempt.
type artifacts struct {
	attempt          int
	dsType, location string
	list             []metadata.ArtifactRecord
}

// lane are the writes of one task that have not arrived, oldest first. The first of them is on its way while the lane is busy.
type lane struct {
	task    metadata.TaskID
	waiting []*entry
	busy    bool
}

// queue posts writes in the background: each lane in its order, several lanes at once.
type queue struct {
	ctx     context.Context
	s       *Service
	workers sync.WaitGroup

	mu      sync.Mutex
	lanes   map[metadata.TaskID]*lane // guarded by mu; those with writes that wait
	ready   []*lane                   // guarded by mu; not busy, in the order in which they came
	running int                       // guarded by mu: workers
	open    int                       // guarded by mu: entries that have not arrived
	seq     int64                     // guarded by mu: of the latest entry
	moved   time.Time                 // guarded by mu: when an entry last arrived
	changed chan struct{}             // guarded by mu: closed when one arrives, if anybody waits
	refused []refusal                 // guarded by mu
	steps   map[metadata.TaskID]*step // guarded by mu
}

// refusal is a write that the service does not want.
type refusal struct {
	task metadata.TaskID
	err  error
}

// step is made before its first task.
type step struct {
	mu   sync.Mutex
	made bool // guarded by mu
}

func newQueue(ctx context.Context, s *Service) *queue {
	q := &queue{ctx: ctx, s: s, lanes: map[metadata.TaskID]*lane{}, steps: map[metadata.TaskID]*step{}}
	s.health.waitings = q.count
	return q
}

// add queues a write of a task. Nothing is waited for.
func (q *queue) add(t metadata.TaskID, e *entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lanes[t]
	if l == nil {
		l = &lane{task: t}
		q.lanes[t] = l
		q.ready = append(q.ready, l)
	}
	q.seq++
	e.seq = q.seq
	if !l.merge(e) {
		q.open++
	}
	if q.running < q.s.opts.Connections && len(q.ready) > 0 {
		q.running++
		q.workers.Go(q.work)
	}
}

// merge puts a write behind those that wait, or makes it part of one of them: then it reports true. What is on its way stays as it is.
func (l *lane) merge(e *entry) bool {
	last := len(l.waiting) - 1
	if last < 0 || last == 0 && l.busy || len(l.waiting[last].records) == 0 || l.waiting[last].maybe {
		l.waiting = append(l.waiting, e)
		return false
	}
	before := l.waiting[last]
	switch {
	case len(e.records) > 0:
		before.records = append(before.records, e.records...)
		return true
	case e.artifacts != nil && !ends(before.records):
		e.seq = before.seq // a reader that waits for those records waits for what goes before them
		l.waiting = slices.Insert(l.waiting, last, e)
	default:
		l.waiting = append(l.waiting, e)
	}
	return false
}

// ends says whether records finish an attempt: its artifacts must be there before.
func ends(records []metadata.Record) bool {
	return slices.ContainsFunc(records, func(r metadata.Record) bool { return r.Field == "attempt-done" })
}

// work posts what is ready, until nothing is.
func (q *queue) work() {
	for {
		q.mu.Lock()
		if len(q.ready) == 0 || q.ctx.Err() != nil {
			q.running--
			q.mu.Unlock()
			return
		}
		l := q.ready[0]
		q.ready[0] = nil
		q.ready = q.ready[1:]
		q.mu.Unlock()
		q.drain(l)
	}
}

// drain posts the writes of a lane.
func (q *queue) drain(l *lane) {
	for {
		q.mu.Lock()
		if len(l.waiting) == 0 || q.ctx.Err() != nil {
			if len(l.waiting) == 0 {
				delete(q.lanes, l.task)
			}
			l.busy = false
			q.mu.Unlock()
			return
		}
		l.busy = true
		e := l.waiting[0]
		q.mu.Unlock()
		err := q.s.deliver(q.ctx, l.task, e)
		if q.ctx.Err() != nil && err != nil {
			return
		}
		q.arrived(l, err)
	}
}

// arrived takes a write out of its lane.
func (q *queue) arrived(l *lane, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.waiting[0] = nil
	l.waiting, l.busy = l.waiting[1:], false
	q.open--
	q.moved = q.s.opts.Now()
	if err != nil {
		q.refused = append(q.refused, refusal{l.task, err})
	}
	if q.changed != nil {
		close(q.changed)
		q.changed = nil
	}
}

// step is the state of a task's step.
func (q *queue) step(t metadata.TaskID) *step {
	t.Task = ""
	q.mu.Lock()
	defer q.mu.Unlock()
	st := q.steps[t]
	if st == nil {
		st = &step{}
		q.steps[t] = st
	}
	return st
}

func (q *queue) count() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.open
}

// registered says whether a task has been made: its lane does not begin with that any more.
func (q *queue) registered(t metadata.TaskID) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lanes[t]
	return l == nil || len(l.waiting) == 0 || !l.waiting[0].task
}

// change is closed when the next write arrives. The caller holds mu.
func (q *queue) change() <-chan struct{} {
	if q.changed == nil {
		q.changed = make(chan struct{})
	}
	return q.changed
}

// wait returns when no worker is left. Without their context they go on until everything has arrived.
func (q *queue) wait() { q.workers.Wait() }
