package report

import (
	"strconv"

	"github.com/spindle-flow/spindle/engine/lint"
)

// Faults is the error of a flow that cannot be used as it stands, with all that is wrong with it.
type Faults struct {
	Flow        string // its file as the user named it
	Diagnostics []lint.Diagnostic
	// Trace is where an exception came from, empty for none.
	Trace string
	// Shown is true when the diagnostics were the command's output.
	Shown bool
}

// Error implements error.
func (f *Faults) Error() string {
	n := Count(f.Diagnostics, lint.Error)
	if n == 1 {
		for _, d := range f.Diagnostics {
			if d.Severity == lint.Error {
				return place(d.Range) + d.Message
			}
		}
	}
	return f.Flow + " has " + strconv.Itoa(n) + " faults"
}

func itoa(n int) string { return strconv.Itoa(n) }
