package lsp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// feature is one thing the server can do.
type feature struct {
	methods []method
	// announce tells the client, if there is something to tell.
	announce func(s *session, c *protocol.ServerCapabilities)
	// commands are the names that workspace/executeCommand takes for it.
	commands []command
}

// method is one method of the protocol.
type method struct {
	name string
	// inOrder methods are done before the next message is read.
	inOrder bool
	// phase says when in the life of a session the method may be called.
	phase phase
	call  func(ctx context.Context, r *request, params []byte) (any, error)
}

// request is what a handler works with: the session, and the state of all files at the moment the message came in.
type request struct {
	*session
	snap *snapshot.Snapshot
}

// asks makes a method of a request that only reads. It runs beside others and sees one snapshot.
func asks[P, R any](name string, handle func(ctx context.Context, r *request, p *P) (R, error)) method {
	return method{name: name, call: func(ctx context.Context, r *request, params []byte) (any, error) {
		var p P
		if err := decode(params, &p); err != nil {
			return nil, err
		}
		return handle(ctx, r, &p)
	}}
}

// tells makes a method of a notification. It is handled before the next message is read.
func tells[P any](name string, handle func(ctx context.Context, s *session, p *P) error) method {
	return method{name: name, inOrder: true, call: func(ctx context.Context, r *request, params []byte) (any, error) {
		var p P
		if err := decode(params, &p); err != nil {
			return nil, err
		}
		return nil, handle(ctx, r.session, &p)
	}}
}

func decode(params []byte, into any) error {
	if len(params) == 0 {
		return nil
	}
	if err := protocol.Unmarshal(params, into); err != nil {
		return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "read the parameters: %v", err)
	}
	return nil
}

// document returns the file that a request is about, nil for one that has nothing to do with flows or is not there.
func (r *request) document(u uri.URI) *snapshot.File {
	f := r.snap.Document(u)
	if f == nil || !f.IsSource() {
		return nil
	}
	return f
}

// python is document for what the server of Go's own answers in Go files: an editor would show it twice, or our half in place of all of it.
func (r *request) python(u uri.URI) *snapshot.File {
	f := r.document(u)
	if f == nil || !f.IsPython() {
		return nil
	}
	return f
}

// analysis returns what is known of the file a request is about. Both are nil for a file that has nothing to do with flows.
func (r *request) analysis(ctx context.Context, u uri.URI) (*snapshot.File, *snapshot.Analysis, error) {
	f := r.document(u)
	if f == nil {
		return nil, nil, nil
	}
	a, err := r.snap.Analysis(ctx, f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, nil
	case err != nil:
		return nil, nil, fmt.Errorf("read the flows of %q: %w", f.Path, err)
	case a.None:
		return nil, nil, nil
	}
	return f, a, nil
}

// location converts a range of any file of the workspace. Ok is false where the file is gone.
func (r *request) location(at graph.Range) (loc protocol.Location, ok bool) {
	return locate(r.snap, at)
}

func locate(snap *snapshot.Snapshot, at graph.Range) (loc protocol.Location, ok bool) {
	f := snap.File(at.File)
	if f == nil {
		return protocol.Location{}, false
	}
	return protocol.Location{URI: f.URI, Range: f.Map().Range(at)}, true
}

// ptr returns a pointer to a value, which the protocol's types want for what may be left out.
func ptr[T any](v T) *T { return &v }
