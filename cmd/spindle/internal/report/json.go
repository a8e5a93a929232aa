package report

import (
	"encoding/json"
	"io"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/exitcode"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/graph"
)

// JSONDiagnostic is a diagnostic in the output of --json.
type JSONDiagnostic struct {
	Code     string    `json:"code"`
	Severity Severity  `json:"severity"`
	File     string    `json:"file"`
	Start    graph.Pos `json:"start"`
	End      graph.Pos `json:"end"`
	Message  string    `json:"message"`
	Help     string    `json:"help,omitempty"`
}

// JSON are diagnostics for --json; never nil.
func JSON(diagnostics []Diagnostic) []JSONDiagnostic {
	out := make([]JSONDiagnostic, len(diagnostics))
	for i, d := range diagnostics {
		out[i] = JSONDiagnostic{
			Code: d.Code, Severity: d.Severity, File: d.Range.File, Start: d.Range.Start, End: d.Range.End, Message: d.Message, Help: d.Help,
		}
	}
	return out
}

// Failure is how a failed command ends with --json: one object on stderr.
type Failure struct {
	Error FailureError `json:"error"`
}

// FailureError says what failed.
type FailureError struct {
	Kind     string           `json:"kind"` // the name of the exit code: failed, usage, store, …
	ExitCode int              `json:"exit_code"`
	Message  string           `json:"message"`
	Hint     string           `json:"hint,omitempty"`
	Faults   []JSONDiagnostic `json:"diagnostics,omitempty"`
}

// WriteFailure writes err as JSON.
func WriteFailure(w io.Writer, err error, diagnostics []Diagnostic) {
	code := exitcode.Of(err)
	f := FailureError{Kind: exitcode.Name(code), ExitCode: int(code), Message: err.Error(), Hint: fault.Hint(err)}
	if len(diagnostics) > 0 {
		f.Faults = JSON(diagnostics)
	}
	WriteJSON(w, Failure{Error: f})
}

// WriteJSON writes a value as indented JSON. A write that fails has nobody left to be told.
func WriteJSON(w io.Writer, value any) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(value)
}
