package structure

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/lint"
)

// besideThePaths are the errors that leave no doubt where a run goes.
var besideThePaths = []string{"SP101", "SP102"}

// PathsKnown says whether the findings of Check leave the paths through the graph as they were meant. Where they don't, what can be said
// of the data that moves along them would mostly follow from the graph's fault.
func PathsKnown(found []lint.Diagnostic) bool {
	return !slices.ContainsFunc(found, func(d lint.Diagnostic) bool {
		return d.Severity == lint.Error && !slices.Contains(besideThePaths, d.Code)
	})
}
