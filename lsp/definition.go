package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/lsp/names"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// definition leads to where a step is defined, where an artifact may have got its value, where a key stands in a config's file.
func definition() feature {
	return feature{
		methods: []method{asks(protocol.MethodTextDocumentDefinition, goToDefinition)},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.DefinitionProvider = protocol.Boolean(true)
		},
	}
}

func goToDefinition(ctx context.Context, r *request, p *protocol.DefinitionParams) (protocol.DefinitionResult, error) {
	f, h, err := r.at(ctx, p.TextDocumentPositionParams)
	if err != nil || h == nil || f.IsGo() && h.spot.Kind == names.Step { // gopls leads to the method
		return nil, err
	}
	var out protocol.LocationSlice
	for _, at := range origins(r.snap, h) {
		if loc, ok := r.location(at); ok {
			out = append(out, loc)
		}
	}
	if out == nil {
		return nil, nil
	}
	return out, nil
}

// origins is where what a hit names comes from.
func origins(snap *snapshot.Snapshot, h *hit) []graph.Range {
	var out []graph.Range
	switch h.spot.Kind {
	case names.Step:
		for _, s := range h.Names().Of(h.spot.Symbol) {
			if s.Role == names.Defines {
				out = append(out, s.Range)
			}
		}
	case names.Artifact:
		for _, o := range names.Origins(h.Artifacts(), h.spot) {
			out = append(out, o.Range)
		}
	case names.ConfigKey:
		if at := keyPlace(snap, h); at != (graph.Range{}) {
			out = append(out, at)
		}
	}
	return out
}

// keyPlace is where the key of a config stands in its file, nothing where it is not there.
func keyPlace(snap *snapshot.Snapshot, h *hit) graph.Range {
	l, ok := lookUp(snap, h)
	if !ok {
		return graph.Range{}
	}
	return l.Holder
}

// lookUp follows the keys up to the one of a hit into the value of its config.
func lookUp(snap *snapshot.Snapshot, h *hit) (configs.Lookup, bool) {
	u := h.spot.Use
	for _, s := range h.Configs(snap) {
		if s.Config.Attr != u.Attr || s.Value == nil {
			continue
		}
		part := graph.ConfigUse{Attr: u.Attr, Path: u.Path[:h.spot.Key+1], When: u.When}
		l := configs.Follow(s.Value, &part)
		return l, l.Stop == configs.Reached
	}
	return configs.Lookup{}, false
}
