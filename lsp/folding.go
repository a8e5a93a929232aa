package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/outline"
)

// folding lets flows, steps and long transitions be folded.
func folding() feature {
	return feature{
		methods: []method{asks(protocol.MethodTextDocumentFoldingRange, foldingRange)},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.FoldingRangeProvider = protocol.Boolean(true)
		},
	}
}

func foldingRange(ctx context.Context, r *request, p *protocol.FoldingRangeParams) ([]protocol.FoldingRange, error) {
	if r.python(p.TextDocument.URI) == nil {
		return nil, nil
	}
	f, flows, err := r.shownOf(ctx, p.TextDocument.URI)
	if err != nil || len(flows) == 0 {
		return nil, err
	}
	var out []protocol.FoldingRange
	for _, fold := range outline.Folds(flows, f.Path) {
		out = append(out, protocol.FoldingRange{StartLine: uint32(fold.First - 1), EndLine: uint32(fold.Last - 1)})
	}
	return out, nil
}
