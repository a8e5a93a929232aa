package files

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// unfinished reports whether findings show a flow that lacks steps, as a base class does whose steps come with the classes that derive from it. A
// name that looks mistyped is not a missing step.
func unfinished(found []lint.Diagnostic) bool {
	return slices.ContainsFunc(found, func(d lint.Diagnostic) bool {
		return d.Code == "SP103" || d.Code == "SP106" || d.Code == "SP118" && d.Fix == nil
	})
}

// template says of a class that is no whole flow what is certain of it: faults of single steps and their decorators, whatever is derived from it.
func template(f *graph.Flow, found []lint.Diagnostic) []lint.Diagnostic {
	out := []lint.Diagnostic{{
		Code: "SP001", Severity: lint.Info, Range: f.NameRange,
		Message: f.Name + " is no whole flow and nothing here starts it, so it is taken for a base class",
		Detail:  "Its graph is judged where a flow derives from it.",
	}}
	for _, d := range found {
		if certain(d.Code) {
			out = append(out, d)
		}
	}
	lint.Sort(out)
	return out
}

// certain are the rules whose findings don't depend on which other steps there are.
func certain(code string) bool {
	switch code {
	case "SP001", "SP101", "SP102", "SP112", "SP113", "SP114", "SP116", "SP125", "SP126", "SP127", "SP130":
		return true
	}
	return code >= "SP300" && code < "SP400"
}
