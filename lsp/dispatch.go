package lsp

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// handler takes all messages of the client.
func (s *session) handler() jsonrpc2.Handler {
	next := stable(s.ctx, protocol.CancelHandler(s.handle))
	return func(ctx context.Context, req *jsonrpc2.Request) (any, error) {
		result, err := next(ctx, req)
		if err == nil || req.IsCall() {
			return result, err
		}
		// An error of a notification has nobody to go to, and would end the connection.
		s.spawn(func(context.Context) { s.logf(protocol.MessageTypeError, "%v", err) })
		return nil, nil
	}
}

func (s *session) handle(ctx context.Context, req *jsonrpc2.Request) (result any, err error) {
	s.calm.stir(s.ctx)
	name := strings.Clone(req.Method())
	m, known := s.methods[name]
	switch {
	case !known && !req.IsCall():
		return nil, nil // the specification lets notifications be dropped
	case !known:
		jsonrpc2.Async(ctx) // reading must not wait until the client takes the answer
		return nil, jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "there is no method %q", name)
	}
	if err := m.refusal(phase(s.phase.Load())); err != nil {
		if !req.IsCall() {
			return nil, nil
		}
		jsonrpc2.Async(ctx)
		return nil, err
	}
	defer s.rescue(name, &err)
	r := &request{s, s.store().Current()}
	if !m.inOrder {
		jsonrpc2.Async(ctx)
	}
	if result, err = m.call(ctx, r, req.Params()); err != nil {
		return nil, wire(ctx, err)
	}
	return result, nil
}

// wire makes an error one of the protocol's.
func wire(ctx context.Context, err error) error {
	var coded *jsonrpc2.Error
	switch {
	case ctx.Err() != nil, errors.Is(err, context.Canceled):
		return protocol.ErrRequestCancelled
	case errors.As(err, &coded):
		return coded
	}
	return jsonrpc2.Errorf(jsonrpc2.InternalError, "%v", err)
}

// rescue turns a panic into an error. It is deferred.
func (s *session) rescue(what string, err *error) {
	value := recover()
	if value == nil {
		return
	}
	s.opts.Log(fmt.Sprintf("%s panicked: %v\n%s", what, value, debug.Stack()))
	s.logf(protocol.MessageTypeError, "%s failed, which is a fault of Spindle: %v", what, value)
	if err != nil {
		*err = jsonrpc2.Errorf(jsonrpc2.InternalError, "%s failed, which is a fault of Spindle: %v", what, value)
	}
}

// logf writes to the editor's log.
func (s *session) logf(kind protocol.MessageType, format string, args ...any) {
	if phase(s.phase.Load()) != running {
		s.opts.Log(fmt.Sprintf(format, args...))
		return
	}
	// The client may be gone; then there is nobody to tell.
	_ = s.client.LogMessage(s.ctx, &protocol.LogMessageParams{Type: kind, Message: fmt.Sprintf(format, args...)})
}
