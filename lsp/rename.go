package lsp

import (
	"context"
	"errors"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/rename"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// renaming gives a step or an artifact another name wherever its flows name it.
func renaming() feature {
	return feature{
		methods: []method{
			asks(protocol.MethodTextDocumentPrepareRename, prepareRename),
			asks(protocol.MethodTextDocumentRename, renameSymbol),
		},
		announce: func(s *session, c *protocol.ServerCapabilities) {
			if t := s.caps.client.TextDocument; t == nil || t.Rename == nil || !yes(t.Rename.PrepareSupport) {
				c.RenameProvider = protocol.Boolean(true)
				return
			}
			c.RenameProvider = &protocol.RenameOptions{PrepareProvider: ptr(true)}
		},
	}
}

func prepareRename(ctx context.Context, r *request, p *protocol.PrepareRenameParams) (protocol.PrepareRenameResult, error) {
	f, h, change, err := r.change(ctx, p.TextDocumentPositionParams)
	if err != nil || change == nil {
		return nil, err
	}
	if err := change.Possible(ctx); err != nil {
		return nil, refusal(err)
	}
	return &protocol.PrepareRenamePlaceholder{Range: f.Map().Range(h.spot.Range), Placeholder: h.spot.Name}, nil
}

func renameSymbol(ctx context.Context, r *request, p *protocol.RenameParams) (*protocol.WorkspaceEdit, error) {
	_, _, change, err := r.change(ctx, p.TextDocumentPositionParams)
	if err != nil || change == nil {
		return nil, err
	}
	edits, err := change.To(ctx, p.NewName)
	if err != nil {
		return nil, refusal(err)
	}
	return r.workspaceEdit(edits), nil
}

// change is the renaming of what stands at a place. It is nil where that is nothing of a flow's: another server may know better.
func (r *request) change(ctx context.Context, p protocol.TextDocumentPositionParams) (*snapshot.File, *hit, *rename.Change, error) {
	if r.python(p.TextDocument.URI) == nil {
		return nil, nil, nil, nil
	}
	f, h, err := r.at(ctx, p)
	if err != nil || f == nil {
		return nil, nil, nil, err
	}
	if h == nil {
		return nil, nil, nil, r.option(ctx, f, p)
	}
	if !named(h.spot.Kind) {
		return nil, nil, nil, nil
	}
	if h.spot.ByName {
		return nil, nil, nil, failedRequest("%q is the config's name on the command line, which scripts and triggers know it by: rename it by hand", optionName(h))
	}
	spots, flows, err := r.spread(ctx, h)
	if err != nil {
		return nil, nil, nil, err
	}
	return f, h, &rename.Change{Snapshot: r.snap, Symbol: h.spot.Symbol, Spots: spots, Flows: flows}, nil
}

func optionName(h *hit) string {
	for _, p := range h.Flow.Parameters {
		if p.Attr == h.spot.Name {
			return p.Name
		}
	}
	return h.spot.Name
}

// option refuses to rename a parameter by the string that names its option.
func (r *request) option(ctx context.Context, f *snapshot.File, p protocol.TextDocumentPositionParams) error {
	_, facts, err := r.flowsOf(ctx, p.TextDocument.URI)
	if err != nil {
		return err
	}
	at := f.Map().ToGraph(p.Position)
	for _, fact := range facts {
		for _, param := range fact.Flow.Parameters {
			if param.Name != "" && within(param.Range, f.Path, at) && quoted(f, at, param.Name) {
				return failedRequest("%q is the option --%s of the command line, which scripts and triggers know it by: rename it by hand. "+
					"What the code calls it is %q, which can be renamed", param.Name, param.Name, param.Attr)
			}
		}
	}
	return nil
}

func within(r graph.Range, file string, at graph.Pos) bool {
	return r.File == file && !earlier(at, r.Start) && !earlier(r.End, at)
}

func earlier(a, b graph.Pos) bool { return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column }

// quoted reports whether a place is in a string that has nothing but a name in it.
func quoted(f *snapshot.File, at graph.Pos, name string) bool {
	text, offset := f.Map().Text(), f.Map().GraphOffset(at)
	for _, quote := range []string{`"`, `'`} {
		start := strings.LastIndex(text[:offset], quote)
		if start >= 0 && offset <= start+1+len(name) && strings.HasPrefix(text[start+1:], name+quote) {
			return true
		}
	}
	return false
}

// refusal makes an error whose text the editor shows to the user.
func refusal(err error) error {
	if r, ok := errors.AsType[*rename.Refusal](err); ok {
		return failedRequest("%v", r)
	}
	return err
}

func failedRequest(format string, args ...any) error {
	return jsonrpc2.Errorf(jsonrpc2.Code(protocol.LSPErrorCodesRequestFailed), format, args...)
}
