package lsp

import (
	"context"
	"path/filepath"

	"github.com/spindle-flow/spindle/lsp/lastrun"
)

// lastRun is the newest run of the flow of a file, nil where there is none: in the store of the flow's folder, else in those of the workspace's.
func (r *request) lastRun(ctx context.Context, file, flow string) *lastrun.Run {
	return r.runs.Newest(ctx, flow, filepath.Dir(file), r.snap.Roots()...)
}

// runsChanged makes the client ask again for what shows the newest run.
func (s *session) runsChanged(ctx context.Context) {
	s.runs.Changed()
	s.refreshViews(ctx, s.store().Current())
	// A client that is gone shows nothing.
	if s.caps.refreshLenses {
		_ = s.client.CodeLensRefresh(ctx)
	}
	if s.caps.refreshHints {
		_ = s.client.InlayHintRefresh(ctx)
	}
}
