package report

import (
	"encoding/json"
	"io"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/exitcode"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/lint"
)

// Failure is how a failed command ends with --json: one object on stderr.
type Failure struct {
	Error FailureError `json:"error"`
}

// FailureError says what failed.
type FailureError struct {
	Kind        string            `json:"kind"` // the name of the exit code: failed, usage, store, …
	ExitCode    int               `json:"exit_code"`
	Message     string            `json:"message"`
	Hint        string            `json:"hint,omitempty"`
	Diagnostics []lint.Diagnostic `json:"diagnostics,omitempty"`
}

// WriteFailure writes err as JSON.
func WriteFailure(w io.Writer, err error, diagnostics []lint.Diagnostic) {
	code := exitcode.Of(err)
	f := FailureError{Kind: exitcode.Name(code), ExitCode: int(code), Message: err.Error(), Hint: fault.Hint(err), Diagnostics: diagnostics}
	WriteJSON(w, Failure{Error: f})
}

// WriteJSON writes a value as indented JSON. A write that fails has nobody left to be told.
func WriteJSON(w io.Writer, value any) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(value)
}
