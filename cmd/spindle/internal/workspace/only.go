package workspace

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// OnlyFlow is the file of the working folder that has a flow, or the folder itself for one in Go; empty where there is none. Several are an error: to guess would spin the wrong one.
func (w *Workspace) OnlyFlow(ctx context.Context) (string, error) {
	files, err := filepath.Glob(filepath.Join(w.Dir, "*.py"))
	if err != nil {
		return "", nil // a folder whose own name is a pattern: its flow has to be named
	}
	var found []string
	for _, file := range files {
		has, err := hasFlow(ctx, file)
		if err != nil {
			return "", err
		}
		if has {
			found = append(found, filepath.Base(file))
		}
	}
	if hasGoFlow(w.Dir) {
		found = append(found, ".")
	}
	if len(found) > 1 {
		return "", fault.WithHint(fault.Usagef("which flow? This folder has %s", strings.Join(found, ", ")), "name its file before the step: %s STEP", found[0])
	}
	return strings.Join(found, ""), nil
}

// hasFlow is false for what can't be read: the user never named it.
func hasFlow(ctx context.Context, file string) (bool, error) {
	data, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(data, []byte("FlowSpec")) {
		return false, nil
	}
	r, err := python.Read(ctx, python.Options{File: file})
	if err != nil {
		return false, ctx.Err()
	}
	return r.Flow != nil, nil
}
