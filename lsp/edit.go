package lsp

import (
	"cmp"
	"slices"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/lsp/position"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// newline is how the lines of a text end.
func newline(text string) string {
	if strings.Contains(text, "\r\n") {
		return "\r\n"
	}
	return "\n"
}

// applied is a text with edits made in it. Ok is false where they overlap.
func applied(m *position.Map, edits []lint.Edit) (text string, ok bool) {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b lint.Edit) int {
		return cmp.Compare(m.GraphOffset(a.Range.Start), m.GraphOffset(b.Range.Start))
	})
	var b strings.Builder
	at, eol := 0, newline(m.Text())
	for _, e := range sorted {
		start, end := m.GraphOffset(e.Range.Start), m.GraphOffset(e.Range.End)
		if start < at || end < start {
			return "", false
		}
		b.WriteString(m.Text()[at:start])
		b.WriteString(strings.ReplaceAll(e.Text, "\n", eol))
		at = end
	}
	b.WriteString(m.Text()[at:])
	return b.String(), true
}

// workspaceEdit makes edits of the workspace's files one of the protocol's. It is nil where a file is gone.
func (r *request) workspaceEdit(edits []lint.Edit) *protocol.WorkspaceEdit {
	files := map[string][]protocol.TextEdit{}
	for _, e := range edits {
		f := r.snap.File(e.Range.File)
		if f == nil {
			return nil
		}
		files[f.Path] = append(files[f.Path], protocol.TextEdit{
			Range: f.Map().Range(e.Range), NewText: strings.ReplaceAll(e.Text, "\n", newline(f.Text())),
		})
	}
	return r.documentEdit(files)
}

// documentEdit is an edit of documents, by path, in the form that the client takes.
func (r *request) documentEdit(edits map[string][]protocol.TextEdit) *protocol.WorkspaceEdit {
	out := &protocol.WorkspaceEdit{}
	if !r.caps.documentChanges {
		out.Changes = map[uri.URI][]protocol.TextEdit{}
	}
	paths := make([]string, 0, len(edits))
	for path := range edits {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		f := r.snap.File(path)
		u := snapshot.URIOf(path)
		var version *int32
		if f != nil && f.Open {
			u, version = f.URI, &f.Version
		}
		if out.Changes != nil {
			out.Changes[u] = edits[path]
			continue
		}
		change := &protocol.TextDocumentEdit{TextDocument: protocol.OptionalVersionedTextDocumentIdentifier{
			TextDocumentIdentifier: protocol.TextDocumentIdentifier{URI: u}, Version: version,
		}}
		for i := range edits[path] {
			change.Edits = append(change.Edits, &edits[path][i])
		}
		out.DocumentChanges = append(out.DocumentChanges, change)
	}
	return out
}
