package lsp

import (
	"context"
	"unicode/utf8"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/project"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// fixAll makes all safe fixes in a file, as `spindle lint --fix` does, and returns the one edit that comes to.
func (r *request) fixAll(ctx context.Context, f *snapshot.File) (*protocol.WorkspaceEdit, error) {
	options := project.Options{Workers: 1, Of: func(file string) files.Options { return r.snap.LintOptions(file) }}
	only := func(file string) bool { return file == f.Path }
	changes, err := project.Fix(ctx, []project.Source{{File: f.Path}}, options, r.snap.ReadFile, only)
	if err != nil {
		return nil, err
	}
	text, ok := changes.Files[f.Path]
	if !ok {
		return &protocol.WorkspaceEdit{}, nil
	}
	return r.documentEdit(map[string][]protocol.TextEdit{f.Path: {replacement(f, string(text))}}), nil
}

// replacement is the edit that makes one text of another and leaves alone what both begin and end with.
func replacement(f *snapshot.File, text string) protocol.TextEdit {
	old := f.Text()
	n := min(len(old), len(text))
	start := 0
	for start < n && old[start] == text[start] {
		start++
	}
	for start > 0 && (start < len(old) && !utf8.RuneStart(old[start]) || start < len(text) && !utf8.RuneStart(text[start])) {
		start--
	}
	tail := 0
	for tail < n-start && old[len(old)-1-tail] == text[len(text)-1-tail] {
		tail++
	}
	for tail > 0 && !utf8.RuneStart(old[len(old)-tail]) {
		tail--
	}
	m := f.Map()
	return protocol.TextEdit{
		Range:   protocol.Range{Start: m.Position(start), End: m.Position(len(old) - tail)},
		NewText: text[start : len(text)-tail],
	}
}
