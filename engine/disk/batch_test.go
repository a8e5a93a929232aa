package disk

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// gatedSync is a sync that the test lets through one at a time.
type gatedSync struct {
	gate    chan error
	running atomic.Int32
	peak    atomic.Int32
	count   atomic.Int32
}

func (s *gatedSync) run(written) error {
	n := s.running.Add(1)
	defer s.running.Add(-1)
	s.peak.Store(max(s.peak.Load(), n))
	s.count.Add(1)
	return <-s.gate
}

func newGated() (*Group, *gatedSync) {
	g := NewGroup("", Options{Sync: SyncFiles})
	s := &gatedSync{gate: make(chan error)}
	g.flush = s.run
	return g, s
}

// TestCommitWaitsForALaterSync: who comes while a sync runs is not released by it, and all who wait share the next.
func TestCommitWaitsForALaterSync(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g, s := newGated()
		var released [2]atomic.Int32
		var wg sync.WaitGroup
		commit := func(wave int) {
			wg.Go(func() {
				if err := g.Commit(context.Background()); err != nil {
					t.Error(err)
				}
				released[wave].Add(1)
			})
		}
		commit(0)
		synctest.Wait()
		for range 5 {
			commit(1)
		}
		synctest.Wait()
		s.gate <- nil
		synctest.Wait()
		if a, b := released[0].Load(), released[1].Load(); a != 1 || b != 0 {
			t.Errorf("after the first sync: released %d of 1 and %d of 5", a, b)
		}
		s.gate <- nil
		wg.Wait()
		if n := s.count.Load(); n != 2 {
			t.Errorf("%d syncs for two waves", n)
		}
		if n := s.peak.Load(); n != 1 {
			t.Errorf("%d syncs at once", n)
		}
	})
}

// TestFailedSyncIsFinal: it fails all who wait for it and all who come later.
func TestFailedSyncIsFinal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g, s := newGated()
		broken := errors.New("disk broke")
		errs := make(chan error, 4)
		for range 2 { // one starts the sync, one waits for the next
			go func() { errs <- g.Commit(context.Background()) }()
			synctest.Wait()
		}
		s.gate <- broken
		for range 2 {
			if err := <-errs; !errors.Is(err, broken) {
				t.Errorf("waiting commit: %v", err)
			}
		}
		if err := g.Commit(context.Background()); !errors.Is(err, broken) {
			t.Errorf("later commit: %v", err)
		}
		if n := s.count.Load(); n != 1 {
			t.Errorf("%d syncs after a failure", n)
		}
	})
}
