package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/names"
)

// references lists the places that name a step, an artifact or a key of a config, in all files of the flows concerned.
func references() feature {
	return feature{
		methods: []method{asks(protocol.MethodTextDocumentReferences, findReferences)},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.ReferencesProvider = protocol.Boolean(true)
		},
	}
}

func findReferences(ctx context.Context, r *request, p *protocol.ReferenceParams) ([]protocol.Location, error) {
	if r.python(p.TextDocument.URI) == nil {
		return nil, nil
	}
	_, h, err := r.at(ctx, p.TextDocumentPositionParams)
	if err != nil || h == nil || !named(h.spot.Kind) {
		return nil, err
	}
	spots, _, err := r.spread(ctx, h)
	if err != nil {
		return nil, err
	}
	var out []protocol.Location
	for _, s := range spots {
		if s.Role == names.Defines && !p.Context.IncludeDeclaration {
			continue
		}
		if loc, ok := r.location(s.Range); ok {
			out = append(out, loc)
		}
	}
	return out, nil
}

// named are the kinds of names that a flow gives. Those of classes and decorators are plain Python's.
func named(k names.Kind) bool { return k == names.Step || k == names.Artifact || k == names.ConfigKey }
