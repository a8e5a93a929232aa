package lsp

import (
	"context"
)

// workspaceFiles lists the Python files of the workspace that have to do with flows.
func (r *request) workspaceFiles(context.Context) ([]string, error) { return r.snap.Known(), nil }
