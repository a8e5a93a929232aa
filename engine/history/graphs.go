package history

import (
	"context"
	"sync"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// graphs are decoded graphs by key: all tasks of a run share one.
type graphs struct {
	mu    sync.Mutex
	byKey map[artifact.Key]*graph // guarded by mu
}

// maxGraphs bounds how many are kept.
const maxGraphs = 256

// graph is the one a task carries, nil if it carries none that can be read: its absence only makes searches longer.
func (r *Reader) graph(ctx context.Context, sc scope, t metadata.TaskID) (*graph, error) {
	rec, err := sc.meta.Artifact(ctx, t, metadata.Latest, "_graph_info")
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	gs := &r.shared.graphs
	gs.mu.Lock()
	g, ok := gs.byKey[artifact.Key(rec.Key)]
	gs.mu.Unlock()
	if ok {
		return g, nil
	}
	raw, err := r.bytes(ctx, sc, t, rec)
	if err != nil {
		return nil, err
	}
	g = parseGraph(raw)
	gs.mu.Lock()
	defer gs.mu.Unlock()
	if gs.byKey == nil || len(gs.byKey) >= maxGraphs {
		gs.byKey = map[artifact.Key]*graph{}
	}
	gs.byKey[artifact.Key(rec.Key)] = g
	return g, nil
}
