package lsp

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/lsp/flowgraph"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// The methods of live views of a graph, which the protocol does not know.
const (
	methodGraph        = "spindle/graph"
	methodGraphChanged = "spindle/graphChanged"
)

type graphParams struct {
	TextDocument protocol.TextDocumentIdentifier `json:"textDocument"`
	// Flow names one of a file that has several.
	Flow string `json:"flow,omitempty"`
}

type graphChangedParams struct {
	URI     uri.URI `json:"uri"`
	Version *int32  `json:"version,omitempty"`
}

// graphFeature gives the graph of a flow to views, and says when one that was asked for changes.
func graphFeature() feature {
	return feature{
		methods: []method{asks(methodGraph, graphRequest)},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.Experimental = protocol.LSPAny(`{"spindleGraph":true}`)
		},
	}
}

func graphRequest(ctx context.Context, r *request, p *graphParams) (jsonrpc2.RawMessage, error) {
	text, err := r.graphText(ctx, p.TextDocument.URI, p.Flow)
	if err != nil {
		return nil, err
	}
	r.views.looks(view{snapshot.PathOf(p.TextDocument.URI), p.Flow}, text)
	return text, nil
}

// graphText is the graph of a document's flow as JSON; null where it has none.
func (r *request) graphText(ctx context.Context, u uri.URI, name string) (jsonrpc2.RawMessage, error) {
	f, a, err := r.analysis(ctx, u)
	if err != nil {
		return nil, err
	}
	j := chosen(a, name)
	if j == nil {
		return jsonrpc2.RawMessage("null"), nil
	}
	found, err := r.told(ctx, a)
	if err != nil {
		return nil, err
	}
	g := flowgraph.New(flowgraph.Source{
		Flow: j.Flow, Graph: j.Graph, Findings: found, Run: r.lastRun(ctx, f.Path, j.Flow.Name),
		Locate: func(at graph.Range) (protocol.Location, bool) { return r.location(at) },
	})
	g.File = f.URI
	if f.Open {
		g.Version = &f.Version
	}
	for _, other := range a.Flows {
		g.Flows = append(g.Flows, other.Flow.Name)
	}
	return json.Marshal(g)
}

// told are the findings of an analysis in all files it was made from, as they are shown.
func (r *request) told(ctx context.Context, a *snapshot.Analysis) ([]lint.Diagnostic, error) {
	own, err := r.snap.Findings(ctx, a.Path)
	if err != nil {
		return nil, err
	}
	for _, d := range a.Told(nil) {
		if d.Range.File != a.Path {
			own = append(own, d)
		}
	}
	return own, nil
}

// chosen is the flow of a file that is meant: the one of that name, else the one that running the file starts, else the first.
func chosen(a *snapshot.Analysis, name string) *files.Judged {
	if a == nil {
		return nil
	}
	var best *files.Judged
	for i := range a.Flows {
		j := &a.Flows[i]
		switch {
		case name == j.Flow.Name:
			return j
		case name == "" && (best == nil || j.Started && !best.Started):
			best = j
		}
	}
	return best
}

// view is a graph that somebody looks at.
type view struct{ path, flow string }

// views are the graphs that were asked for, with what was answered.
type views struct {
	mu    sync.Mutex
	shown map[view][]byte // guarded by mu
}

func (v *views) looks(at view, text []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.shown[at] = text
}

func (v *views) forget(at view) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.shown, at)
}

func (v *views) all() map[view][]byte {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := make(map[view][]byte, len(v.shown))
	for at, text := range v.shown {
		out[at] = text
	}
	return out
}

// refreshViews says which of the graphs that were asked for are not any more what was answered.
func (s *session) refreshViews(ctx context.Context, snap *snapshot.Snapshot) {
	r := &request{s, snap}
	for at, before := range s.views.all() {
		u := snapshot.URIOf(at.path)
		text, err := r.graphText(ctx, u, at.flow)
		if err != nil || ctx.Err() != nil || bytes.Equal(text, before) {
			continue
		}
		p := &graphChangedParams{URI: u}
		if f := snap.File(at.path); f != nil && f.Open {
			p.URI, p.Version = f.URI, &f.Version
		}
		if s.conn.Notify(ctx, methodGraphChanged, p) != nil {
			continue
		}
		if s.views.looks(at, text); snap.Document(u) == nil {
			s.views.forget(at)
		}
	}
}
