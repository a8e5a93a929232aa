package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

// tracing takes what clients send without asking first whether anybody listens.
func tracing() feature {
	return feature{methods: []method{
		tells(protocol.MethodSetTrace, func(context.Context, *session, *protocol.SetTraceParams) error { return nil }),
		tells(protocol.MethodWindowWorkDoneProgressCancel, func(context.Context, *session, *protocol.WorkDoneProgressCancelParams) error { return nil }),
	}}
}
