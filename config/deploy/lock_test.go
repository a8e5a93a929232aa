package deploy_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/tests/s3server"
)

// clock stands still until a test moves it.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	ticks chan time.Time
	idle  chan bool // gets one whenever somebody waits for a tick
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 11, 21, 18, 0, 0, 0, time.UTC), ticks: make(chan time.Time), idle: make(chan bool, 1000)}
}

func (c *clock) deploy() deploy.Clock {
	return deploy.Clock{
		Now:   func() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now },
		After: func(time.Duration) <-chan time.Time { c.idle <- true; return c.ticks },
	}
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.mu.Unlock()
}

func holder(n int) deploy.Holder {
	return deploy.Holder{Owner: fmt.Sprintf("user-%d", n), Host: "ci", Doing: "apply", Nonce: fmt.Sprintf("nonce-%d", n)}
}

func TestLock(t *testing.T) {
	t.Parallel()
	server := s3server.Start(t)
	t.Run("one of many", func(t *testing.T) { testOneOfMany(t, newWorld(t, server)) })
	t.Run("runs out", func(t *testing.T) { testRunsOut(t, newWorld(t, server)) })
	t.Run("unlock", func(t *testing.T) { testUnlock(t, newWorld(t, server)) })
	t.Run("lost answer", func(t *testing.T) { testLostAnswer(t, newWorld(t, server)) })
}

// testOneOfMany: of many who want it at once one gets it, and after that the next.
func testOneOfMany(t *testing.T, w *world) {
	book, c := w.process(-1, false).book, newClock()
	for round := range 3 {
		var got []*deploy.Lock
		var mu sync.Mutex
		var wait sync.WaitGroup
		for n := range 8 {
			wait.Go(func() {
				_, lock, err := book.Lock(t.Context(), holder(round*10+n), c.deploy())
				var held *deploy.HeldError
				switch {
				case err == nil:
					mu.Lock()
					got = append(got, lock)
					mu.Unlock()
				case !errors.As(err, &held) || held.Holder.Owner == "":
					t.Errorf("%v", err)
				}
			})
		}
		wait.Wait()
		if len(got) != 1 {
			t.Fatalf("%d have the lock at once", len(got))
		}
		if err := got[0].Release(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// testRunsOut: who is renewed keeps it, who is not loses it to the next, and notices.
func testRunsOut(t *testing.T, w *world) {
	book, c := w.process(-1, false).book, newClock()
	held, lock, err := book.Lock(t.Context(), holder(1), c.deploy())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // longer in all than a lock lasts
		c.pass(deploy.LockLife - time.Second)
		<-c.idle
		c.ticks <- c.now
	}
	<-c.idle
	other := newClock()
	other.now = c.now
	if _, _, err := book.Lock(t.Context(), holder(2), other.deploy()); !errors.As(err, new(*deploy.HeldError)) {
		t.Fatalf("a lock that is renewed was taken: %v", err)
	}
	other.pass(deploy.LockLife + time.Second)
	_, second, err := book.Lock(t.Context(), holder(2), other.deploy())
	if err != nil {
		t.Fatalf("one that has run out was not: %v", err)
	}
	c.ticks <- c.now
	<-held.Done()
	var lost *deploy.LostError
	if cause := context.Cause(held); !errors.As(cause, &lost) {
		t.Errorf("the first one ends with %v", cause)
	}
	if err := lock.Release(t.Context()); !errors.As(err, &lost) {
		t.Errorf("it released what it had not: %v", err)
	}
	if err := second.Release(t.Context()); err != nil {
		t.Error(err)
	}
}

func testUnlock(t *testing.T, w *world) {
	book, c := w.process(-1, false).book, newClock()
	if who, err := book.Unlock(t.Context()); who != nil || err != nil {
		t.Errorf("unlocked %v, %v", who, err)
	}
	held, _, err := book.Lock(t.Context(), holder(1), c.deploy())
	if err != nil {
		t.Fatal(err)
	}
	if who, err := book.Unlock(t.Context()); err != nil || who == nil || who.Owner != "user-1" {
		t.Errorf("unlocked %v, %v", who, err)
	}
	_, second, err := book.Lock(t.Context(), holder(2), c.deploy())
	if err != nil {
		t.Fatal(err)
	}
	c.ticks <- c.now
	<-held.Done()
	if err := second.Release(t.Context()); err != nil {
		t.Error(err)
	}
}

// testLostAnswer: a lock that was written, but whose answer was lost, is there until it runs out; nobody has it twice.
func testLostAnswer(t *testing.T, w *world) {
	c := newClock()
	if _, _, err := w.process(0, true).book.Lock(t.Context(), holder(1), c.deploy()); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	book := w.process(-1, false).book
	if _, _, err := book.Lock(t.Context(), holder(2), c.deploy()); !errors.As(err, new(*deploy.HeldError)) {
		t.Errorf("%v", err)
	}
	c.pass(deploy.LockLife + time.Second)
	_, lock, err := book.Lock(t.Context(), holder(2), c.deploy())
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Release(t.Context()); err != nil {
		t.Error(err)
	}
}
