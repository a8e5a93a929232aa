package lsp

import (
	"cmp"
	"context"
	"slices"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/names"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// hit is a place that names something of a flow.
type hit struct {
	*snapshot.Facts
	spot *names.Spot
}

// flowsOf lists the flows that a file is part of: its own, else those that use a class of it.
func (r *request) flowsOf(ctx context.Context, u uri.URI) (*snapshot.File, []*snapshot.Facts, error) {
	f, a, err := r.analysis(ctx, u)
	if err != nil {
		return nil, nil, err
	}
	if a != nil && len(a.Flows) > 0 {
		return f, a.Facts(), nil
	}
	if f = r.document(u); f == nil {
		return nil, nil, nil
	}
	facts, err := r.users(ctx, f.Path)
	return f, facts, err
}

// classesOf lists the classes of a file that its flows derive from.
func (r *request) classesOf(ctx context.Context, f *snapshot.File) ([]*snapshot.Facts, error) {
	_, a, err := r.analysis(ctx, f.URI)
	if err != nil || a == nil {
		return nil, err
	}
	return a.Classes(), nil
}

// shownOf lists the flows that a file is part of, and then the classes of the file that its flows derive from.
func (r *request) shownOf(ctx context.Context, u uri.URI) (*snapshot.File, []*snapshot.Facts, error) {
	f, flows, err := r.flowsOf(ctx, u)
	if err != nil || f == nil {
		return nil, nil, err
	}
	classes, err := r.classesOf(ctx, f)
	return f, slices.Concat(flows, classes), err
}

// users lists all flows that a file is part of.
func (r *request) users(ctx context.Context, path string) ([]*snapshot.Facts, error) {
	list, err := r.snap.Users(ctx, path)
	if err != nil {
		return nil, err
	}
	var out []*snapshot.Facts
	for _, a := range list {
		out = append(out, a.Facts()...)
	}
	return out, nil
}

// at finds what stands at a place, in the first of the file's flows that knows it; nil for nothing of a flow's.
func (r *request) at(ctx context.Context, p protocol.TextDocumentPositionParams) (*snapshot.File, *hit, error) {
	f, facts, err := r.flowsOf(ctx, p.TextDocument.URI)
	if err != nil || f == nil {
		return nil, nil, err
	}
	pos := f.Map().ToGraph(p.Position)
	if h := find(facts, f.Path, pos); h != nil {
		return f, h, nil
	}
	if facts, err = r.classesOf(ctx, f); err != nil {
		return nil, nil, err
	}
	if h := find(facts, f.Path, pos); h != nil {
		return f, h, nil
	}
	// A class that flows of other files derive from may stand beside a flow.
	if facts, err = r.users(ctx, f.Path); err != nil {
		return nil, nil, err
	}
	return f, find(facts, f.Path, pos), nil
}

func find(facts []*snapshot.Facts, path string, pos graph.Pos) *hit {
	for _, fact := range facts {
		if s := fact.Names().At(path, pos); s != nil {
			return &hit{fact, s}
		}
	}
	return nil
}

// spread lists all places that name the same as a hit: in its flow, and in the flows that share some of the places.
func (r *request) spread(ctx context.Context, h *hit) (spots []*names.Spot, flows []*snapshot.Facts, err error) {
	seen := map[graph.Range]bool{}
	add := func(f *snapshot.Facts) {
		flows = append(flows, f)
		for _, s := range f.Names().Of(h.spot.Symbol) {
			if !seen[s.Range] {
				seen[s.Range] = true
				spots = append(spots, s)
			}
		}
	}
	add(h.Facts)
	others, err := r.all(ctx)
	if err != nil {
		return nil, nil, err
	}
	for more := true; more; {
		more = false
		for i, f := range others {
			if f != nil && shares(f, h.spot.Symbol, seen) {
				others[i], more = nil, true
				if f != h.Facts {
					add(f)
				}
			}
		}
	}
	slices.SortStableFunc(spots, func(a, b *names.Spot) int { return compareRange(a.Range, b.Range) })
	return spots, flows, nil
}

func shares(f *snapshot.Facts, s names.Symbol, seen map[graph.Range]bool) bool {
	return slices.ContainsFunc(f.Names().Of(s), func(spot *names.Spot) bool { return seen[spot.Range] })
}

// all lists the flows of the workspace and the classes they derive from.
func (r *request) all(ctx context.Context) ([]*snapshot.Facts, error) {
	paths, err := r.workspaceFiles(ctx)
	if err != nil {
		return nil, err
	}
	var out []*snapshot.Facts
	for _, path := range paths {
		a, err := r.snap.Analysis(ctx, path)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil && !a.None {
			out = append(append(out, a.Facts()...), a.Classes()...)
		}
	}
	return out, nil
}

func compareRange(a, b graph.Range) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Start.Line, b.Start.Line), cmp.Compare(a.Start.Column, b.Start.Column))
}
