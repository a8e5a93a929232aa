package lsp

import (
	"context"
	"sync"
	"time"
)

const (
	// quiet is how long nobody must have said anything before work begins that nobody waits for: longer than between two letters.
	quiet = 200 * time.Millisecond
	// patience is how long such work is put off at most, for clients that never are quiet.
	patience = 10 * time.Second
	// idle is how long no document must have changed before memory is given back.
	idle = 5 * time.Second
)

// calm tells when the client has nothing to say. Work that nobody waits for is done then: beside an edit it takes the time and the memory that
// the findings need.
type calm struct {
	wait func(ctx context.Context, d time.Duration) bool
	now  func() time.Time

	mu     sync.Mutex
	still  context.Context    // guarded by mu: ends with the client's next message
	end    context.CancelFunc // guarded by mu: ends still
	rested bool               // guarded by mu: still has lasted for the quiet time
}

func newCalm(ctx context.Context, opts Options) *calm {
	c := &calm{wait: opts.Wait, now: opts.Now}
	c.still, c.end = context.WithCancel(ctx)
	return c
}

// stir notes a message of the client.
func (c *calm) stir(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end()
	c.still, c.end = context.WithCancel(ctx)
	c.rested = false
}

func (c *calm) current() (still context.Context, rested bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.still, c.rested
}

// await waits until the client is quiet and returns a context for the work, which ends when the client speaks. It is not ok when the session ends.
func (c *calm) await(ctx context.Context) (work context.Context, ok bool) {
	for since := c.now(); ctx.Err() == nil; {
		still, rested := c.current()
		if rested {
			return still, true
		}
		if c.now().Sub(since) > patience {
			return ctx, true
		}
		if c.wait(still, quiet) {
			c.mu.Lock()
			c.rested = c.rested || c.still == still
			c.mu.Unlock()
		}
	}
	return ctx, false
}

// wait waits for some time on the real clock. It is false when the context ends first.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
