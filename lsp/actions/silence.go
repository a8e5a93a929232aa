package actions

import (
	"context"
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/source"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// silence offers the comment that makes a rule say nothing about a line.
func (s *Site) silence(ctx context.Context, d *lint.Diagnostic) ([]Action, error) {
	if !strings.HasPrefix(d.Code, "SP") || d.Code == "SP100" || d.Code == "SP143" {
		return nil, nil // what can't be silenced
	}
	for _, line := range []int{d.Range.Start.Line, d.Range.End.Line} {
		edits := []lint.Edit{s.comment(line, d.Code)}
		ok, err := s.helps(ctx, d, edits)
		if err != nil {
			return nil, err
		}
		if ok {
			return []Action{{Title: fmt.Sprintf("Ignore %s on this line", d.Code), Kind: QuickFix, Edits: edits, For: d}}, nil
		}
	}
	return nil, nil
}

// comment is the edit that names a rule in the line's ignore comment, or adds one.
func (s *Site) comment(line int, code string) lint.Edit {
	m := s.Map(s.File)
	text := m.Text()
	if source.Of(s.File) == source.Python {
		text = python.Text([]byte(text))
	}
	at, insert := rules.IgnoreEdit(s.File, text, line, code)
	at = m.GraphPos(m.GraphOffset(at))
	return lint.Edit{Range: graph.Range{File: s.File, Start: at, End: at}, Text: insert}
}
