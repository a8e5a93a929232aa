package markers

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/lsp/position"
)

// Span writes a range as editors show it: lines and columns from 1, the end left out where it is the start.
func Span(r protocol.Range) string {
	s := fmt.Sprintf("%d:%d", r.Start.Line+1, r.Start.Character+1)
	switch {
	case r.End == r.Start:
		return s
	case r.End.Line == r.Start.Line:
		return fmt.Sprintf("%s-%d", s, r.End.Character+1)
	}
	return fmt.Sprintf("%s-%d:%d", s, r.End.Line+1, r.End.Character+1)
}

// Location writes a place in a file of the workspace, with the text there where it is on one line.
func (c *Case) Location(l protocol.Location) string {
	name := c.Editor.Name(l.URI)
	s := name + ":" + Span(l.Range)
	if text, ok := c.Texts[name]; ok && l.Range.Start.Line == l.Range.End.Line {
		m := position.NewMap(text, position.UTF16)
		start, end := m.Offsets(l.Range)
		s += fmt.Sprintf(" %q", text[start:end])
	}
	return s
}

// Edit writes what an edit of the workspace does: the lines it takes away and those it adds, file by file.
func (c *Case) Edit(e *protocol.WorkspaceEdit) string {
	if e == nil {
		return "no edit\n"
	}
	edits := map[uri.URI][]protocol.TextEdit{}
	maps.Copy(edits, e.Changes)
	for _, change := range e.DocumentChanges {
		switch change := change.(type) {
		case *protocol.TextDocumentEdit:
			for _, edit := range change.Edits {
				if edit, ok := edit.(*protocol.TextEdit); ok {
					edits[change.TextDocument.URI] = append(edits[change.TextDocument.URI], *edit)
				}
			}
		default:
			return fmt.Sprintf("%#v\n", change)
		}
	}
	var b strings.Builder
	for _, u := range slices.Sorted(maps.Keys(edits)) {
		name := c.Editor.Name(u)
		before := c.Texts[name]
		after, err := Apply(before, edits[u])
		if err != nil {
			fmt.Fprintf(&b, "--- %s: %v\n", name, err)
			continue
		}
		fmt.Fprintf(&b, "--- %s\n%s", name, difference(before, after))
	}
	return b.String()
}

// Apply makes edits as the protocol asks for: all positions are those of the text before.
func Apply(text string, edits []protocol.TextEdit) (string, error) {
	m := position.NewMap(text, position.UTF16)
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b protocol.TextEdit) int { return m.Offset(a.Range.Start) - m.Offset(b.Range.Start) })
	var b strings.Builder
	last := 0
	for _, e := range sorted {
		start, end := m.Offsets(e.Range)
		if start < last {
			return "", fmt.Errorf("the edits overlap at %s", Span(e.Range))
		}
		b.WriteString(text[last:start])
		b.WriteString(e.NewText)
		last = end
	}
	b.WriteString(text[last:])
	return b.String(), nil
}

// difference shows the lines between the first and the last that differ, with those that stay the same left out of long stretches.
func difference(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	var out strings.Builder
	for _, op := range shortest(a, b) {
		fmt.Fprintf(&out, "%s%s\n", op.mark, op.line)
	}
	return out.String()
}

type change struct{ mark, line string }

// shortest is a shortest list of lines to take away and to add.
func shortest(a, b []string) []change {
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []change
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			out = append(out, change{fmt.Sprintf("%d-", i+1), a[i]})
			i++
		default:
			out = append(out, change{fmt.Sprintf("%d+", j+1), b[j]})
			j++
		}
	}
	return out
}
