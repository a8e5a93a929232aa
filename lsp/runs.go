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
