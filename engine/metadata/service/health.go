package service

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// health is what is known of the service from the calls that failed and those that did not.
type health struct {
	url       string
	successes *atomic.Int64 // of the client

	mu       sync.Mutex
	told     func(metadata.Status) // guarded by mu
	waitings func() int            // guarded by mu: how many writes wait
	last     *Error                // guarded by mu: of the latest failure, nil after a success
	down     bool                  // guarded by mu: the observer has been told
	back     chan struct{}         // guarded by mu: closed when a service that was down answers

	telling sync.Mutex // held while the observer is told
}

// patience is the try from which on a failing call counts as an outage: a service that restarts is not worth a word.
const patience = 2

func newHealth(o Options, successes *atomic.Int64) *health {
	return &health{url: o.URL, successes: successes, back: make(chan struct{}), waitings: func() int { return 0 }}
}

func (h *health) watch(told func(metadata.Status)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told = told
}

// waiting notes that a call failed and is made again. Where another has succeeded since it was begun, it says nothing of how things stand now.
func (h *health) waiting(try int, e *Error) {
	h.mu.Lock()
	if e.since != h.successes.Load() {
		h.mu.Unlock()
		return
	}
	h.last = e
	tell := try >= patience && !h.down
	if tell {
		h.down = true
	}
	h.mu.Unlock()
	if tell {
		h.tell()
	}
}

// well notes that the service has answered. Calls that wait to be made again after an outage need wait no longer.
func (h *health) well() {
	h.mu.Lock()
	h.successes.Add(1)
	h.last = nil
	tell := h.down
	if tell {
		h.down = false
		close(h.back)
		h.back = make(chan struct{})
	}
	h.mu.Unlock()
	if tell {
		h.tell()
	}
}

// tell says how things stand at the moment it gets its turn, so that what is said last is right.
func (h *health) tell() {
	h.telling.Lock()
	defer h.telling.Unlock()
	s := h.standing()
	h.mu.Lock()
	told := h.told
	h.mu.Unlock()
	if told != nil {
		told(s)
	}
}

func (h *health) standing() metadata.Status {
	h.mu.Lock()
	s := metadata.Status{Down: h.down, Place: "the metadata service at " + h.url}
	if h.last != nil {
		s.Reason = h.last.Short()
	}
	count := h.waitings
	h.mu.Unlock()
	s.Waiting = count()
	return s
}

// again is closed when the service answers after an outage.
func (h *health) again() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.back
}

func (h *health) failure() *Error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last
}

// after is closed when d is over, unless ctx ends before.
func (s *Service) after(ctx context.Context, d time.Duration) <-chan struct{} {
	over := make(chan struct{})
	go func() {
		if s.opts.Sleep(ctx, d) == nil {
			close(over)
		}
	}()
	return over
}

// pause waits, or less where the service answers somebody after an outage.
func (s *Service) pause(ctx context.Context, d time.Duration) error {
	sleeping, cancel := context.WithCancel(ctx)
	defer cancel()
	select {
	case <-s.after(sleeping, d):
	case <-s.health.again():
	case <-ctx.Done():
	}
	return ctx.Err()
}
