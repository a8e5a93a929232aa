package run

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// farewell is how long an interrupted run waits until what was written of it has reached its place.
const farewell = 10 * time.Second

// deferred is the run's side of a provider that passes on later what is written. Of one that does not, all of it does nothing.
type deferred struct {
	to    metadata.Deferred // nil for a provider that writes at once
	known atomic.Bool       // the run has its id
	last  atomic.Bool       // all tasks have ended
	lost  bool              // Flush has failed
	ended func()            // ends the run's heartbeat; nil before there is one
}

func newDeferred(p metadata.Provider) *deferred {
	to, _ := p.(metadata.Deferred)
	return &deferred{to: to, ended: func() {}}
}

// watch has the observer hear of outages.
func (r *runner) watchMetadata() {
	d := r.deferred
	if d.to == nil {
		return
	}
	d.to.Watch(func(s metadata.Status) {
		now := r.cfg.Clock.Now()
		if s.Down {
			r.emit(MetadataDelayed{At: now, Place: s.Place, Reason: s.Reason, Waiting: s.Waiting, Starting: !d.known.Load(), Ending: d.last.Load()})
		} else {
			r.emit(MetadataResumed{At: now, Place: s.Place, Waiting: s.Waiting})
		}
	})
}

// begun starts the heartbeat of the run.
func (d *deferred) begun(t metadata.TaskID) {
	d.known.Store(true)
	d.ended = d.alive(t)
}

// alive starts the heartbeat of a task or run, until what it returns is called.
func (d *deferred) alive(t metadata.TaskID) func() {
	if d.to == nil {
		return func() {}
	}
	return d.to.Alive(t)
}

// flushMetadata returns when all that was written about the run has reached its place: only then has the run ended. One that was interrupted does not
// wait for long.
func (r *runner) flushMetadata(ctx context.Context) error {
	d := r.deferred
	if d.to == nil {
		return nil
	}
	d.ended()
	d.last.Store(true)
	if s := d.to.Standing(); s.Down && s.Waiting > 0 {
		r.emit(MetadataAwaited{At: r.cfg.Clock.Now(), Place: s.Place, Waiting: s.Waiting})
	}
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), farewell)
		defer cancel()
	}
	return d.to.Flush(ctx)
}

// endMetadata is flushMetadata for a run that has ended with failure, nil for none. What is missing then is said, or is the failure.
func (r *runner) endMetadata(ctx context.Context, failure error) error {
	err := r.flushMetadata(ctx)
	if err == nil {
		return failure
	}
	r.deferred.lost = true
	if failure != nil && !errors.Is(failure, err) {
		r.emit(MetadataLost{At: r.cfg.Clock.Now(), Err: err})
		return failure
	}
	return &StorageError{Op: "pass on what is recorded about the run", Flow: r.flow, Run: r.id, Err: err}
}
