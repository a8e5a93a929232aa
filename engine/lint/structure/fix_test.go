package structure_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// TestFixes applies every fix that a case offers and holds that it removes its finding and adds none.
func TestFixes(t *testing.T) {
	t.Parallel()
	offered := make(chan string, 1000)
	t.Run("cases", func(t *testing.T) {
		eachCase(t, func(t *testing.T, _ string, a *txtar.Archive) {
			before := findings(t, a)
			for _, d := range before {
				if d.Fix == nil {
					continue
				}
				offered <- d.Code
				after := findings(t, apply(a, d.Fix))
				if len(after) >= len(before) || slices.ContainsFunc(after, func(x lint.Diagnostic) bool { return x.Code == d.Code && x.Message == d.Message }) {
					t.Errorf("%q leaves %+v", d.Fix.Title, after)
				}
			}
		})
	})
	close(offered)
	codes := map[string]bool{}
	for code := range offered {
		codes[code] = true
	}
	for _, code := range []string{"SP110", "SP118", "SP121"} {
		if !codes[code] {
			t.Errorf("no case offers a fix for %s", code)
		}
	}
}

func apply(a *txtar.Archive, fix *lint.Fix) *txtar.Archive {
	out := &txtar.Archive{Files: slices.Clone(a.Files)}
	for _, e := range fix.Edits {
		source := python.Text([]byte(file(out, e.Range.File)))
		start, end := offset(source, e.Range.Start), offset(source, e.Range.End)
		setFile(out, e.Range.File, source[:start]+e.Text+source[end:])
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
