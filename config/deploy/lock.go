package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spindle-flow/spindle/engine/objects"
)

// LockLife is how long a lock holds that nobody renews. Its holder renews it four times in that time.
const LockLife = 2 * time.Minute

// Holder is who holds the lock of an environment: one apply or destroy at a time changes what is deployed there.
type Holder struct {
	Owner   string    `json:"owner"`
	Host    string    `json:"host"`
	Doing   string    `json:"doing"` // apply, destroy
	Taken   time.Time `json:"taken"`
	Expires time.Time `json:"expires"`
	Nonce   string    `json:"nonce"` // no other lock has it
	Free    bool      `json:"free"`  // given back: a record that stays, since only what is there can be replaced by condition
}

// HeldError is a lock that somebody else holds.
type HeldError struct {
	Environment string
	Holder      Holder
}

// Error says who, from where, since when.
func (e *HeldError) Error() string {
	return fmt.Sprintf("%s of environment %q is under way: %s on %s, since %s", e.Holder.Doing, e.Environment, e.Holder.Owner, e.Holder.Host,
		e.Holder.Taken.UTC().Format(time.RFC3339))
}

// LostError is a lock that was held and is no longer: it was not renewed in time, or taken away by unlock.
type LostError struct{ Environment string }

// Error says so.
func (e *LostError) Error() string {
	return fmt.Sprintf("the lock of environment %q was taken away", e.Environment)
}

// Clock is time, so that tests have their own.
type Clock struct {
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
}

// Lock is a lock that is held.
type Lock struct {
	book   *Book
	clock  Clock
	holder Holder
	etag   string
	stop   context.CancelFunc
	kept   chan struct{} // closed when nobody renews it any more
}

// Lock takes the environment's lock, and keeps it until it is released: the returned context ends with [LostError] when it is taken away meanwhile. One that
// has run out is taken over.
func (b *Book) Lock(ctx context.Context, who Holder, clock Clock) (context.Context, *Lock, error) {
	now := clock.Now()
	who.Taken, who.Expires, who.Free = now, now.Add(LockLife), false
	there, etag, err := b.holder(ctx)
	if err != nil {
		return nil, nil, err
	}
	if there != nil && !there.Free && there.Expires.After(now) {
		return nil, nil, &HeldError{b.Environment, *there}
	}
	l := &Lock{book: b, clock: clock, holder: who, etag: etag, kept: make(chan struct{})}
	if err := l.write(ctx); err != nil {
		return nil, nil, err
	}
	held, cancel := context.WithCancelCause(ctx)
	keeping, stop := context.WithCancel(ctx)
	l.stop = stop
	go func() {
		defer close(l.kept)
		cancel(l.keep(keeping))
	}()
	return held, l, nil
}

// holder is what the lock says, nil for none.
func (b *Book) holder(ctx context.Context) (*Holder, string, error) {
	data, info, err := b.Store.Bytes(ctx, b.lockPlace())
	if objects.KindOf(err) == objects.NotFound {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("read the lock: %w", err)
	}
	h := &Holder{}
	if err := json.Unmarshal(data, h); err != nil {
		return nil, "", fmt.Errorf("read the lock %s: %w", b.lockPlace(), err)
	}
	return h, info.ETag, nil
}

// Holder is who holds the lock, nil for nobody.
func (b *Book) Holder(ctx context.Context) (*Holder, error) {
	there, _, err := b.holder(ctx)
	if err != nil || there == nil || there.Free {
		return nil, err
	}
	return there, nil
}

// write replaces the lock as this one knows it. Where another was faster the error says who.
func (l *Lock) write(ctx context.Context) error {
	data, err := json.Marshal(l.holder)
	if err != nil {
		return err
	}
	etag, written, err := l.book.Store.Swap(ctx, l.book.lockPlace(), data, l.etag)
	if err != nil {
		return fmt.Errorf("write the lock: %w", err)
	}
	if written {
		l.etag = etag
		return nil
	}
	there, etag, err := l.book.holder(ctx)
	switch {
	case err != nil:
		return err
	case there == nil:
		return &LostError{l.book.Environment}
	case there.Nonce == l.holder.Nonce && there.Expires.Equal(l.holder.Expires) && there.Free == l.holder.Free:
		l.etag = etag // it was written, and only the answer was lost
		return nil
	}
	return &HeldError{l.book.Environment, *there}
}

// keep renews the lock until its context ends. It returns why the work must end; nothing of that when the lock is released.
func (l *Lock) keep(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.clock.After(LockLife / 4):
		}
		l.holder.Expires = l.clock.Now().Add(LockLife)
		if err := l.write(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			if _, held := err.(*HeldError); held {
				return &LostError{l.book.Environment}
			}
			return err
		}
	}
}

// Release gives the lock back.
func (l *Lock) Release(ctx context.Context) error {
	l.stop()
	<-l.kept
	l.holder.Free, l.holder.Expires = true, l.clock.Now()
	if err := l.write(ctx); err != nil {
		if _, held := err.(*HeldError); held {
			return &LostError{l.book.Environment}
		}
		return err
	}
	return nil
}

// Unlock takes the lock away from whoever holds it, who stops when he notices. It returns him, nil where nobody did.
func (b *Book) Unlock(ctx context.Context) (*Holder, error) {
	there, etag, err := b.holder(ctx)
	if err != nil || there == nil || there.Free {
		return nil, err
	}
	free := *there
	free.Free = true
	l := &Lock{book: b, holder: free, etag: etag}
	return there, l.write(ctx)
}
