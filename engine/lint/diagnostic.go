package lint

import (
	"cmp"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Severity is how bad a finding is.
type Severity string

// The severities. Only an error keeps a flow from running.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Diagnostic is one finding.
type Diagnostic struct {
	Code     string      `json:"code"`
	Severity Severity    `json:"severity"`
	Range    graph.Range `json:"range"`
	Message  string      `json:"message"`           // one sentence without a full stop
	Detail   string      `json:"detail,omitempty"`  // what to do about it
	Related  []Related   `json:"related,omitempty"` // other places it is about
	Fix      *Fix        `json:"fix,omitempty"`     // a change that is safe to apply
}

// Related is another place a finding is about.
type Related struct {
	Range   graph.Range `json:"range"`
	Message string      `json:"message"`
}

// Fix is a change of the source that removes the fault.
type Fix struct {
	Title string `json:"title"`
	Edits []Edit `json:"edits"`
}

// Edit replaces a range of the source by a text.
type Edit struct {
	Range graph.Range `json:"range"`
	Text  string      `json:"text"`
}

// HasErrors reports whether any finding keeps the flow from running.
func HasErrors(list []Diagnostic) bool {
	return slices.ContainsFunc(list, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sort brings findings into the order of their places in the source.
func Sort(list []Diagnostic) {
	slices.SortStableFunc(list, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Range.File, b.Range.File),
			cmp.Compare(a.Range.Start.Line, b.Range.Start.Line),
			cmp.Compare(a.Range.Start.Column, b.Range.Start.Column),
			cmp.Compare(a.Code, b.Code),
		)
	})
}
