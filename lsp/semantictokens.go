package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/lsp/tokens"
)

// semanticTokens tell steps and artifacts from other methods and attributes.
func semanticTokens() feature {
	return feature{
		methods: []method{
			asks(protocol.MethodTextDocumentSemanticTokensFull, tokensOfDocument),
			asks(protocol.MethodTextDocumentSemanticTokensRange, tokensOfRange),
		},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.SemanticTokensProvider = &protocol.SemanticTokensOptions{
				Legend: protocol.SemanticTokensLegend{TokenTypes: tokens.Types[:], TokenModifiers: tokens.Modifiers[:]},
				Full:   protocol.Boolean(true), Range: protocol.Boolean(true),
			}
		},
	}
}

func tokensOfDocument(ctx context.Context, r *request, p *protocol.SemanticTokensParams) (*protocol.SemanticTokens, error) {
	return r.tokens(ctx, p.TextDocument.URI, func(protocol.Range) bool { return true })
}

func tokensOfRange(ctx context.Context, r *request, p *protocol.SemanticTokensRangeParams) (*protocol.SemanticTokens, error) {
	return r.tokens(ctx, p.TextDocument.URI, func(at protocol.Range) bool {
		return precedes(at.Start, p.Range.End) && precedes(p.Range.Start, at.End)
	})
}

// tokens are the tokens of a document at the wanted places, each written as the protocol wants it: relative to the one before.
func (r *request) tokens(ctx context.Context, u uri.URI, wanted func(protocol.Range) bool) (*protocol.SemanticTokens, error) {
	if r.python(u) == nil {
		return nil, nil
	}
	f, flows, err := r.shownOf(ctx, u)
	if err != nil || len(flows) == 0 {
		return nil, err
	}
	out := &protocol.SemanticTokens{Data: []uint32{}}
	var last protocol.Position
	for _, t := range tokens.Of(flows, f.Path) {
		at := f.Map().Range(t.At)
		if at.Start.Line != at.End.Line || !wanted(at) {
			continue
		}
		column := at.Start.Character
		if at.Start.Line == last.Line {
			column -= last.Character
		}
		out.Data = append(out.Data, at.Start.Line-last.Line, column, at.End.Character-at.Start.Character, t.Type, t.Modifiers)
		last = at.Start
	}
	return out, nil
}
