package lsp

import (
	"context"
	"errors"

	"go.lsp.dev/jsonrpc2"
)

// forgiving is a stream on which a message that can't be read is answered as such. The connection would end at it.
type forgiving struct{ jsonrpc2.Stream }

// closedOnce is a stream that may be closed again.
type closedOnce struct {
	jsonrpc2.Stream
	once func() error
}

// Close implements [jsonrpc2.Stream].
func (c closedOnce) Close() error { return c.once() }

// Read implements [jsonrpc2.Stream].
func (f forgiving) Read(ctx context.Context) (jsonrpc2.Message, int64, error) {
	for {
		msg, n, err := f.Stream.Read(ctx)
		if !errors.Is(err, jsonrpc2.ErrParse) && !errors.Is(err, jsonrpc2.ErrInvalidRequest) {
			return msg, n, err
		}
		// Whose request it was can't be told.
		if _, err := f.Write(ctx, jsonrpc2.NewResponse(jsonrpc2.ID{}, nil, err)); err != nil {
			return nil, 0, err
		}
	}
}
