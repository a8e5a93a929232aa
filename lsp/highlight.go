package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/names"
)

// highlight marks in a document what names the same step or artifact as the place the cursor is at.
func highlight() feature {
	return feature{
		methods: []method{asks(protocol.MethodTextDocumentDocumentHighlight, documentHighlight)},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.DocumentHighlightProvider = protocol.Boolean(true)
		},
	}
}

func documentHighlight(ctx context.Context, r *request, p *protocol.DocumentHighlightParams) ([]protocol.DocumentHighlight, error) {
	if r.python(p.TextDocument.URI) == nil {
		return nil, nil
	}
	f, h, err := r.at(ctx, p.TextDocumentPositionParams)
	if err != nil || h == nil || !named(h.spot.Kind) {
		return nil, err
	}
	var out []protocol.DocumentHighlight
	for _, s := range h.Names().Of(h.spot.Symbol) {
		if s.Range.File != f.Path {
			continue
		}
		kind := protocol.DocumentHighlightKindRead
		if s.Role != names.Reads {
			kind = protocol.DocumentHighlightKindWrite
		}
		out = append(out, protocol.DocumentHighlight{Range: f.Map().Range(s.Range), Kind: kind})
	}
	return out, nil
}
