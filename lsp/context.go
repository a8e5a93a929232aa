package lsp

import (
	"context"
	"sync/atomic"

	"go.lsp.dev/jsonrpc2"
)

// stable gives each message a context of the standard library. The connection's own is taken back for the next message when the handler
// returns, and a context derived from it would then ask one that belongs to nobody, which panics.
func stable(base context.Context, next jsonrpc2.Handler) jsonrpc2.Handler {
	return func(ctx context.Context, req *jsonrpc2.Request) (any, error) {
		done := ctx.Done()
		own, cancel := context.WithCancel(base)
		defer cancel()
		go func() {
			select {
			case <-done:
				cancel()
			case <-own.Done():
			}
		}()
		m := &messageContext{Context: own, message: ctx}
		m.open.Store(true)
		defer m.open.Store(false)
		return next(m, req)
	}
}

// messageContext ends with its own context, and has the values of the connection's for as long as the handler runs: by one of them a handler lets
// the next message in.
type messageContext struct {
	context.Context
	message context.Context
	open    atomic.Bool
}

// Value implements [context.Context].
func (m *messageContext) Value(key any) any {
	if v := m.Context.Value(key); v != nil || !m.open.Load() {
		return v
	}
	return m.message.Value(key)
}
