package artifact

import (
	"context"
	"strings"
	"sync"
)

// writes are those of a remote store that are under way. Those of one object follow one another.
type writes struct {
	slots chan struct{}

	mu     sync.Mutex
	open   map[string]*underway // guarded by mu; the last one begun for each object
	failed map[string]error     // guarded by mu; of objects whose last write failed
}

// underway is one write.
type underway struct {
	done chan struct{}
	err  error // once done
}

// writesAtOnce bounds what is held in memory, and open, for writes.
const writesAtOnce = 64

func newWrites() *writes {
	return &writes{slots: make(chan struct{}, writesAtOnce), open: map[string]*underway{}, failed: map[string]error{}}
}

// start begins a write, after the one of the same object that is under way. It waits only while there are too many. The writes end by themselves, when the
// client's patience does.
func (w *writes) start(key string, write func(ctx context.Context) error) error {
	w.slots <- struct{}{}
	u := &underway{done: make(chan struct{})}
	w.mu.Lock()
	before := w.open[key]
	w.open[key] = u
	w.mu.Unlock()
	go func() {
		defer func() { <-w.slots }()
		if before != nil {
			<-before.done
		}
		u.err = write(context.Background())
		w.end(key, u)
	}()
	return nil
}

// end keeps a failure until the object is written again: whoever waits later must hear of it.
func (w *writes) end(key string, u *underway) {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(u.done)
	if u.err == nil {
		delete(w.failed, key)
	} else {
		w.failed[key] = u.err
	}
	if w.open[key] == u {
		delete(w.open, key)
	}
}

// busy says whether a write of the object is under way.
func (w *writes) busy(key string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open[key] != nil
}

// wait returns when all writes begun before the call have ended, with the error of one that failed.
func (w *writes) wait(ctx context.Context) error {
	if err := w.settle(ctx, ""); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, err := range w.failed {
		return err
	}
	return nil
}

// settle waits for the writes of objects whose key begins so, whatever comes of them: a reader sees what its own process wrote.
func (w *writes) settle(ctx context.Context, prefix string) error {
	w.mu.Lock()
	var open []*underway
	for key, u := range w.open {
		if strings.HasPrefix(key, prefix) {
			open = append(open, u)
		}
	}
	w.mu.Unlock()
	for _, u := range open {
		select {
		case <-u.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
