package flow

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
)

type interruptKey struct{}

// An interrupt cancels a context that somebody has asked whether it is cancelled, and those derived from it.
func TestInterruptible(t *testing.T) { // not parallel: it sends this process a signal
	for name, ask := range map[string]func(ctx context.Context) error{
		"done": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		"err": func(ctx context.Context) error {
			for ctx.Err() == nil {
			}
			return ctx.Err()
		},
		"derived": func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(context.WithValue(ctx, interruptKey{}, 2))
			defer cancel()
			<-ctx.Done()
			return context.Cause(ctx)
		},
		"timeout": func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, 1<<40)
			defer cancel()
			<-ctx.Done()
			return ctx.Err()
		},
	} {
		c := &interruptible{Context: context.WithValue(t.Context(), interruptKey{}, 1)}
		if c.ctx != nil || c.Value(interruptKey{}) != 1 || c.ctx != nil {
			t.Errorf("%s: looks out for interrupts before it is asked", name)
		}
		_ = c.Err()
		if c.Value(interruptKey{}) != 1 {
			t.Errorf("%s: has lost a value", name)
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := ask(c); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		c.stop()
	}
}
