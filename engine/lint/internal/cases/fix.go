package cases

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// fixes applies every fix that a case offers and holds that it removes its finding and adds none.
func (s Suite) fixes(t *testing.T) {
	t.Parallel()
	var offered sync.Map
	t.Run("each", func(t *testing.T) {
		Each(t, func(t *testing.T, c *Case) {
			before := s.Judge(t, c)
			for _, d := range before {
				if d.Fix == nil {
					continue
				}
				offered.Store(d.Code, true)
				after := s.Judge(t, c.Apply(d.Fix))
				left := slices.ContainsFunc(after, func(x lint.Diagnostic) bool { return x.Code == d.Code && x.Message == d.Message })
				if left || len(after) >= len(before) {
					t.Errorf("%q leaves %+v", d.Fix.Title, after)
				}
			}
		})
	})
	for _, code := range s.Fixable {
		if _, ok := offered.Load(code); !ok {
			t.Errorf("no case offers a fix for %s", code)
		}
	}
}

// Apply returns the case with a fix applied.
func (c *Case) Apply(fix *lint.Fix) *Case {
	out := c
	edits := slices.Clone(fix.Edits)
	slices.SortStableFunc(edits, func(a, b lint.Edit) int { // last first, so that places stay true
		return cmp.Or(cmp.Compare(b.Range.Start.Line, a.Range.Start.Line), cmp.Compare(b.Range.Start.Column, a.Range.Start.Column))
	})
	for _, e := range edits {
		source := python.Text([]byte(out.File(e.Range.File)))
		start, end := offset(source, e.Range.Start), offset(source, e.Range.End)
		out = out.with(e.Range.File, source[:start]+e.Text+source[end:])
	}
	return out
}

func offset(source string, p graph.Pos) int {
	at := 0
	for range p.Line - 1 {
		at += strings.IndexByte(source[at:], '\n') + 1
	}
	return at + len(string([]rune(source[at:])[:p.Column-1]))
}
