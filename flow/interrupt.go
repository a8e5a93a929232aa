package flow

import (
	"context"
	"os/signal"
	"sync"
	"syscall"
)

// interruptible is a context that an interrupt cancels. It looks out for interrupts once somebody asks whether it is cancelled: a step that
// never does is ended by them, as any program is.
type interruptible struct {
	context.Context // the parent

	mu     sync.Mutex
	ctx    context.Context // nil before that
	cancel context.CancelFunc
}

func (c *interruptible) watched() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx == nil {
		c.ctx, c.cancel = signal.NotifyContext(c.Context, syscall.SIGINT, syscall.SIGTERM)
	}
	return c.ctx
}

// Done implements [context.Context].
func (c *interruptible) Done() <-chan struct{} { return c.watched().Done() }

// Err implements [context.Context].
func (c *interruptible) Err() error { return c.watched().Err() }

// Value implements [context.Context].
func (c *interruptible) Value(key any) any {
	c.mu.Lock()
	ctx := c.ctx
	c.mu.Unlock()
	if ctx == nil {
		return c.Context.Value(key)
	}
	return ctx.Value(key)
}

// stop ends the watch.
func (c *interruptible) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancel != nil {
		c.cancel()
	}
}
