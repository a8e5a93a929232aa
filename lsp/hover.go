package lsp

import (
	"context"
	"fmt"
	"slices"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/explain"
	"github.com/spindle-flow/spindle/lsp/lastrun"
	"github.com/spindle-flow/spindle/lsp/names"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// hover explains what stands under the cursor.
func hover() feature {
	return feature{
		methods: []method{asks(protocol.MethodTextDocumentHover, showHover)},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.HoverProvider = protocol.Boolean(true)
		},
	}
}

func showHover(ctx context.Context, r *request, p *protocol.HoverParams) (*protocol.Hover, error) {
	f, h, err := r.at(ctx, p.TextDocumentPositionParams)
	if err != nil || h == nil {
		return nil, err
	}
	text := explainSpot(r.explain(ctx, h.Facts), h.spot)
	if text == "" {
		return nil, nil
	}
	at := f.Map().Range(h.spot.Range)
	return &protocol.Hover{Contents: r.markup(text), Range: &at}, nil
}

func explainSpot(c *explain.Context, s *names.Spot) string {
	switch s.Kind {
	case names.Flow:
		return c.Flow()
	case names.Step:
		return c.Step(s.Name)
	case names.Artifact:
		return c.Artifact(s)
	case names.ConfigKey:
		return c.ConfigKey(s)
	case names.Decorator:
		if !c.Facts.Flow.IsGo() { // whose options are types that gopls explains
			return explain.Decorator(s.Decorator)
		}
	case names.Argument:
		if !c.Facts.Flow.IsGo() {
			return explain.Argument(s.Decorator.SDK, s.Argument.Name)
		}
	}
	return ""
}

// explain is what explanations of a flow look at.
func (r *request) explain(ctx context.Context, f *snapshot.Facts) *explain.Context {
	c := &explain.Context{Facts: f, Snapshot: r.snap, Run: r.lastRun(ctx, f.Flow.File, f.Flow.Name)}
	if r.showsMarkdown() {
		c.Link = r.link
	}
	if c.Run != nil {
		c.Ago = lastrun.Ago(r.opts.Now(), c.Run.Started)
		c.Value = func(step, name string) *lastrun.Value { return r.runs.Value(ctx, c.Run, step, name) }
	}
	return c
}

// link leads an editor to a place.
func (r *request) link(at graph.Range) string {
	f := r.snap.File(at.File)
	if f == nil {
		return ""
	}
	return fmt.Sprintf("%s#L%d", f.URI, at.Start.Line)
}

func (r *request) showsMarkdown() bool {
	t := r.caps.client.TextDocument
	return t == nil || t.Hover == nil || len(t.Hover.ContentFormat) == 0 || slices.Contains(t.Hover.ContentFormat, protocol.MarkupKindMarkdown)
}

// markup is an explanation in the form that the client shows.
func (r *request) markup(text string) *protocol.MarkupContent {
	if r.showsMarkdown() {
		return &protocol.MarkupContent{Kind: protocol.MarkupKindMarkdown, Value: text}
	}
	return &protocol.MarkupContent{Kind: protocol.MarkupKindPlainText, Value: explain.Plain(text)}
}
