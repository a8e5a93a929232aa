package service

import (
	"bytes"
	"container/heap"
	"context"
	"encoding/json"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// The times of heartbeats.
const (
	period    = 10 * time.Second // where the service does not say
	firstBeat = time.Second      // a task that is over sooner sends only its last one
	lastBeats = 5 * time.Second  // how long the end of a run waits for them
	worstBeat = time.Minute      // the longest wait after failures
	lastTries = 3                // how often a last beat is repeated
)

// pulse is a run or task that is alive.
type pulse struct {
	task  metadata.TaskID
	next  time.Time
	fails int
	at    int  // in the heap; -1 while it is being sent
	over  bool // it has ended: one more beat is sent
	last  bool // that is the one on its way
}

// beats sends the heartbeats of a run and all its tasks, the one that is due first before the others.
type beats struct {
	ctx     context.Context
	s       *Service
	workers sync.WaitGroup

	mu      sync.Mutex
	due     pulses        // guarded by mu
	closing int           // guarded by mu: pulses that are over and whose last beat has not been sent
	started bool          // guarded by mu
	off     bool          // guarded by mu: the service takes none
	slots   chan struct{} // bounds those on their way
	wake    chan struct{} // has room for one: what is due has changed
	gone    chan struct{} // has room for one: a last beat was sent
}

func newBeats(ctx context.Context, s *Service) *beats {
	return &beats{ctx: ctx, s: s, wake: make(chan struct{}, 1), slots: make(chan struct{}, s.opts.Connections), gone: make(chan struct{}, 1)}
}

// Alive implements [metadata.Deferred].
func (s *Service) Alive(t metadata.TaskID) (ended func()) {
	b := s.beats
	p := &pulse{task: t, next: s.opts.Now()}
	if t.Task != "" {
		p.next = p.next.Add(firstBeat)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.off {
		return func() {}
	}
	heap.Push(&b.due, p)
	if !b.started {
		b.started = true
		b.workers.Go(b.run)
	}
	nudge(b.wake)
	return func() { b.end(p) }
}

// end sends one more beat, now.
func (b *beats) end(p *pulse) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p.over || b.off {
		return
	}
	p.over = true
	b.closing++
	if p.at >= 0 {
		p.next = time.Time{}
		heap.Fix(&b.due, p.at)
	}
	nudge(b.wake)
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run sends what is due until the service is closed.
func (b *beats) run() {
	if able, err := b.able(); !able || err != nil {
		b.mu.Lock()
		b.due, b.closing, b.off = nil, 0, true
		nudge(b.gone)
		b.mu.Unlock()
		return
	}
	for b.ctx.Err() == nil {
		p, wait := b.take()
		if p == nil {
			b.idle(wait)
			continue
		}
		select {
		case b.slots <- struct{}{}:
		case <-b.ctx.Done():
			return
		}
		b.workers.Go(func() {
			defer func() { <-b.slots }()
			b.send(p)
		})
	}
}

// able says whether the service takes heartbeats. One that does not answer is asked until it does.
func (b *beats) able() (bool, error) {
	for try := 1; ; try++ {
		able, err := b.s.supports(b.ctx, "2.0.4")
		if err == nil || b.ctx.Err() != nil {
			return able, err
		}
		if err := b.s.pause(b.ctx, b.s.client.wait(try)); err != nil {
			return false, err
		}
	}
}

// idle waits until something is due or changes.
func (b *beats) idle(d time.Duration) {
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	select {
	case <-b.s.after(ctx, d):
	case <-b.wake:
	case <-b.ctx.Done():
	}
}

// take is the pulse that is due, or how long none is.
func (b *beats) take() (*pulse, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.due) == 0 {
		return nil, time.Hour
	}
	if wait := b.due[0].next.Sub(b.s.opts.Now()); wait > 0 {
		return nil, wait
	}
	p := heap.Pop(&b.due).(*pulse)
	p.last = p.over
	return p, 0
}

// send sends a beat and says when the next one is due. That of a task which the service does not know yet waits for the task.
func (b *beats) send(p *pulse) {
	wait, err := time.Duration(0), error(nil)
	ready := p.task.Task == "" || b.s.queue.registered(p.task)
	if ready {
		wait, err = b.s.beat(b.ctx, p.task)
		b.report(p, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case !ready:
		wait = b.s.opts.Base
	case p.last && err != nil && p.fails < lastTries:
		p.fails++
		wait = b.s.opts.Base / 4
	case p.last:
		b.closing--
		nudge(b.gone)
		return
	case err != nil:
		p.fails++
		wait = time.Duration(math.Min(float64(worstBeat), math.Pow(1.5, float64(p.fails))*float64(b.s.opts.Base)))
	default:
		p.fails = 0
	}
	p.next = b.s.opts.Now().Add(wait)
	if p.over && !p.last && ready { // it ended while this beat was on its way
		p.next = time.Time{}
	}
	heap.Push(&b.due, p)
	nudge(b.wake)
}

// report has failures and successes of heartbeats count like those of other calls: while a step takes its time there are no others.
func (b *beats) report(p *pulse, err error) {
	b.mu.Lock()
	fails := p.fails + 1
	b.mu.Unlock()
	var e *Error
	switch {
	case err == nil:
		b.s.health.well()
	case errors.As(err, &e) && (e.passing() || e.Kind == Denied || e.Kind == Strange):
		b.s.health.waiting(fails, e)
	}
}

// beat sends one heartbeat and returns when the next is wanted.
func (s *Service) beat(ctx context.Context, t metadata.TaskID) (time.Duration, error) {
	k := call{op: "send a heartbeat", method: "POST", path: pathOf(t) + "/heartbeat", body: struct{}{}}
	a, err := s.client.once(ctx, k)
	if err != nil {
		return 0, err
	}
	return nextBeat(a.body), nil
}

// nextBeat reads the answer to a heartbeat: JSON, or a JSON string that holds some.
func nextBeat(data []byte) time.Duration {
	var inner string
	if json.Unmarshal(data, &inner) == nil {
		data = []byte(inner)
	}
	var doc struct {
		Wait float64 `json:"wait_time_in_seconds"`
	}
	if json.NewDecoder(bytes.NewReader(data)).Decode(&doc) != nil || doc.Wait <= 0 || doc.Wait > time.Hour.Seconds() {
		return period
	}
	return time.Duration(doc.Wait * float64(time.Second))
}

// flush waits for last beats, while the service answers and not for long: they only tell what the records tell as well.
func (b *beats) flush(ctx context.Context) {
	b.hurry()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	late := b.s.after(ctx, lastBeats)
	for {
		b.mu.Lock()
		open := b.closing
		b.mu.Unlock()
		if open == 0 {
			return
		}
		select {
		case <-b.gone:
		case <-late:
			return
		case <-ctx.Done():
			return
		}
	}
}

// hurry makes all last beats due: those that waited for their task need not any more.
func (b *beats) hurry() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.due {
		if p.over {
			p.next = time.Time{}
		}
	}
	heap.Init(&b.due)
	nudge(b.wake)
}

func (b *beats) wait() { b.workers.Wait() }

// pulses are a heap by when they are due.
type pulses []*pulse

func (h pulses) Len() int           { return len(h) }
func (h pulses) Less(i, j int) bool { return h[i].next.Before(h[j].next) }
func (h pulses) Swap(i, j int)      { h[i], h[j] = h[j], h[i]; h[i].at, h[j].at = i, j }

// Push implements heap.Interface.
func (h *pulses) Push(x any) {
	p := x.(*pulse)
	p.at = len(*h)
	*h = append(*h, p)
}

// Pop implements heap.Interface.
func (h *pulses) Pop() any {
	old := *h
	p := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	p.at = -1
	return p
}
