package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/hints"
	"github.com/spindle-flow/spindle/lsp/lastrun"
)

// inlayHints say between the words of a document what joins receive and how often flows last split.
func inlayHints() feature {
	return feature{
		methods: []method{asks(protocol.MethodTextDocumentInlayHint, inlayHint)},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.InlayHintProvider = protocol.Boolean(true)
		},
	}
}

func inlayHint(ctx context.Context, r *request, p *protocol.InlayHintParams) ([]protocol.InlayHint, error) {
	f, flows, err := r.shownOf(ctx, p.TextDocument.URI)
	if err != nil || len(flows) == 0 {
		return nil, err
	}
	var out []protocol.InlayHint
	seen := map[protocol.Position]bool{}
	for _, facts := range flows {
		var run *lastrun.Run
		if !facts.Template {
			run = r.lastRun(ctx, facts.Flow.File, facts.Flow.Name)
		}
		for _, h := range hints.Of(facts.Graph, run) {
			at := f.Map().FromGraph(h.At.End)
			if h.At.File != f.Path || seen[at] || !inRange(p.Range, at) {
				continue
			}
			seen[at] = true
			hint := protocol.InlayHint{Position: at, Label: protocol.String(h.Text), PaddingLeft: ptr(true)}
			if h.More != "" {
				hint.Tooltip = protocol.String(h.More)
			}
			out = append(out, hint)
		}
	}
	return out, nil
}

func inRange(r protocol.Range, p protocol.Position) bool {
	return !precedes(p, r.Start) && !precedes(r.End, p)
}

func precedes(a, b protocol.Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Character < b.Character
}
