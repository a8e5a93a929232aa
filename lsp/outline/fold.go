package outline

import (
	"cmp"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// Fold is a stretch of whole lines, from 1, of which the first stays to be seen.
type Fold struct{ First, Last int }

// Folds are the stretches of a file that can be folded: flows, steps, and transitions that take several lines.
func Folds(flows []*snapshot.Facts, file string) []Fold {
	var out []Fold
	add := func(at graph.Range, first, last int) {
		if at.File == file && last > first {
			out = append(out, Fold{first, last})
		}
	}
	for _, f := range flows {
		add(f.Flow.Range, f.Flow.NameRange.Start.Line, f.Flow.Range.End.Line)
		for _, s := range f.Flow.Steps {
			add(s.Body, s.NameRange.Start.Line, s.Body.End.Line)
			if s.Next != nil { // the closing bracket stays
				add(s.Next.Range, s.Next.Range.Start.Line, s.Next.Range.End.Line-1)
			}
		}
	}
	slices.SortFunc(out, func(a, b Fold) int { return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(b.Last, a.Last)) })
	return slices.CompactFunc(out, func(a, b Fold) bool { return a.First == b.First })
}
