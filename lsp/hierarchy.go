package lsp

import (
	"context"
	"encoding/json"
	"slices"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/edges"
	"github.com/spindle-flow/spindle/lsp/explain"
	"github.com/spindle-flow/spindle/lsp/names"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// hierarchy shows the graph as calls: who leads to a step, and where it leads.
func hierarchy() feature {
	return feature{
		methods: []method{
			asks(protocol.MethodTextDocumentPrepareCallHierarchy, prepareHierarchy),
			asks(protocol.MethodCallHierarchyIncomingCalls, incoming),
			asks(protocol.MethodCallHierarchyOutgoingCalls, outgoing),
		},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.CallHierarchyProvider = protocol.Boolean(true)
		},
	}
}

// hierarchyData travels with an item: a step may be part of several flows.
type hierarchyData struct {
	File string `json:"file"`
	Flow string `json:"flow"`
	Step string `json:"step"`
}

func prepareHierarchy(ctx context.Context, r *request, p *protocol.CallHierarchyPrepareParams) ([]protocol.CallHierarchyItem, error) {
	if r.python(p.TextDocument.URI) == nil {
		return nil, nil
	}
	_, h, err := r.at(ctx, p.TextDocumentPositionParams)
	if err != nil || h == nil || h.spot.Kind != names.Step {
		return nil, err
	}
	n := h.Graph.Node(h.spot.Name)
	if n == nil {
		return nil, nil
	}
	if item, ok := r.hierarchyItem(h.Facts, n.Step); ok {
		return []protocol.CallHierarchyItem{item}, nil
	}
	return nil, nil
}

func (r *request) hierarchyItem(f *snapshot.Facts, s *graph.Step) (protocol.CallHierarchyItem, bool) {
	file := r.snap.File(s.Body.File)
	if file == nil {
		return protocol.CallHierarchyItem{}, false
	}
	raw, err := json.Marshal(hierarchyData{f.Flow.File, f.Flow.Name, s.Name})
	return protocol.CallHierarchyItem{
		Name: s.Name, Kind: protocol.SymbolKindMethod, Detail: ptr(f.Flow.Name + " · " + (&explain.Context{Facts: f}).Role(s.Name)),
		URI: file.URI, Range: file.Map().Range(s.Body), SelectionRange: file.Map().Range(s.NameRange), Data: raw,
	}, err == nil
}

// flowOf finds the flow and the step of an item again.
func (r *request) flowOf(ctx context.Context, item *protocol.CallHierarchyItem) (*snapshot.Facts, string, error) {
	var d hierarchyData
	if json.Unmarshal(item.Data, &d) != nil || d.File == "" {
		return nil, "", jsonrpc2.Errorf(jsonrpc2.InvalidParams, "the item %q has no data of this server's", item.Name)
	}
	a, err := r.snap.Analysis(ctx, d.File)
	if ctx.Err() != nil {
		return nil, "", ctx.Err()
	}
	if err != nil { // the file is gone
		return nil, "", nil
	}
	for _, f := range slices.Concat(a.Facts(), a.Classes()) {
		if f.Flow.Name == d.Flow {
			return f, d.Step, nil
		}
	}
	return nil, "", nil
}

func incoming(ctx context.Context, r *request, p *protocol.CallHierarchyIncomingCallsParams) ([]protocol.CallHierarchyIncomingCall, error) {
	f, step, err := r.flowOf(ctx, &p.Item)
	if err != nil || f == nil {
		return nil, err
	}
	var out []protocol.CallHierarchyIncomingCall
	for _, e := range edges.In(f.Graph, step) {
		if item, ok := r.hierarchyItem(f, e.Other); ok {
			out = append(out, protocol.CallHierarchyIncomingCall{From: item, FromRanges: r.ranges(e.At)})
		}
	}
	return out, nil
}

func outgoing(ctx context.Context, r *request, p *protocol.CallHierarchyOutgoingCallsParams) ([]protocol.CallHierarchyOutgoingCall, error) {
	f, step, err := r.flowOf(ctx, &p.Item)
	if err != nil || f == nil {
		return nil, err
	}
	var out []protocol.CallHierarchyOutgoingCall
	for _, e := range edges.Out(f.Graph, step) {
		if item, ok := r.hierarchyItem(f, e.Other); ok {
			out = append(out, protocol.CallHierarchyOutgoingCall{To: item, FromRanges: r.ranges(e.At)})
		}
	}
	return out, nil
}

func (r *request) ranges(list []graph.Range) []protocol.Range {
	out := []protocol.Range{}
	for _, at := range list {
		if loc, ok := r.location(at); ok {
			out = append(out, loc.Range)
		}
	}
	return out
}
