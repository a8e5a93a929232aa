package files

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// compilers are the faults that a compiler tells.
func compilers(faults []graph.Fault) []graph.Fault {
	return slices.DeleteFunc(slices.Clone(faults), func(f graph.Fault) bool { return !compiler(f) })
}

func compiler(f graph.Fault) bool { return f.Kind == graph.FaultType || f.Kind == graph.FaultSyntax }

// remaining are the faults to tell: without the compiler's where somebody else tells them.
func remaining(faults []graph.Fault, g Go) []graph.Fault {
	if !g.Compiled {
		return faults
	}
	return slices.DeleteFunc(slices.Clone(faults), compiler)
}

// leaveOut drops the findings about what the compiler refuses: it would be told twice.
func (r *Result) leaveOut(refused []graph.Fault) {
	for i := range r.Flows {
		r.Flows[i].Findings = slices.DeleteFunc(r.Flows[i].Findings, func(d lint.Diagnostic) bool {
			return slices.ContainsFunc(refused, func(f graph.Fault) bool { return within(d.Range, f.Range) })
		})
	}
}

// within reports whether a place starts in another one.
func within(outer, inner graph.Range) bool {
	return outer.File == inner.File && !before(inner.Start, outer.Start) && before(inner.Start, outer.End)
}

func before(a, b graph.Pos) bool { return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column }
