package run

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/worker"
)

// ErrInterrupted is what a run ends with when its context was cancelled.
var ErrInterrupted = errors.New("the run was interrupted")

// UsageError says that parameters were given values they cannot have: all of them at once.
type UsageError struct {
	Errors []worker.Invalid
}

// Error lists the wrong parameters.
func (e *UsageError) Error() string {
	var b strings.Builder
	b.WriteString("invalid parameters:")
	for i, inv := range e.Errors {
		if i > 0 {
			b.WriteByte(';')
		}
		fmt.Fprintf(&b, " %s: %s", inv.Parameter, inv.Message)
	}
	return b.String()
}

// ExistsError says that a run of the chosen id is there already.
type ExistsError struct{ Flow, Run string }

// Error says which.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("there is a run %q of flow %q already", e.Run, e.Flow)
}

// ParametersError says that the values of the parameters could not be computed: a deploy-time function failed.
type ParametersError struct {
	Exception *worker.Exception // nil when the process died
	Reason    string            // how it died
	Output    string            // the last it printed
}

// Error says what failed.
func (e *ParametersError) Error() string {
	if e.Exception != nil {
		return fmt.Sprintf("the parameters could not be evaluated: %s: %s", e.Exception.Type, e.Exception.Message)
	}
	if e.Output != "" {
		return fmt.Sprintf("the parameters could not be evaluated: %s; its last output:\n%s", e.Reason, e.Output)
	}
	return "the parameters could not be evaluated: " + e.Reason
}

// StepError says that a task failed for good.
type StepError struct {
	Step, Task string
	// Err is why, beyond the failure of the task's own code; nil for that.
	Err       error
	Exception *worker.Exception // what the code raised; nil when the process died or Err is set
	Reason    string            // how the process ended, when it raised nothing
}

// Error names the task.
func (e *StepError) Error() string {
	s := fmt.Sprintf("step %q (task-id %s) failed", e.Step, e.Task)
	switch {
	case e.Err != nil:
		return s + ": " + e.Err.Error()
	case e.Exception != nil:
		return s + ": " + exceptionText(e.Exception)
	case e.Reason != "":
		return s + ": " + e.Reason
	}
	return s
}

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.Err }

func exceptionText(e *worker.Exception) string {
	if e == nil {
		return ""
	}
	if e.Message == "" {
		return e.Type
	}
	return e.Type + ": " + e.Message
}

// StorageError says that the run had to end because something could not be written or read, and what that means for the user.
type StorageError struct {
	Op   string // what was being done
	Flow string
	Run  string // empty when there was no run yet
	Err  error
}

// Error says what could not be done.
func (e *StorageError) Error() string { return fmt.Sprintf("%s: %v", e.Op, e.Err) }

// Remedy is what to do before the run can go on, empty when nothing is known to help.
func (e *StorageError) Remedy() string {
	var remote *objects.Error
	switch {
	case errors.As(e.Err, &remote):
		return remote.Remedy()
	case errors.Is(e.Err, syscall.ENOSPC), errors.Is(e.Err, syscall.EDQUOT):
		return "make room on the disk"
	case errors.Is(e.Err, syscall.EROFS), errors.Is(e.Err, fs.ErrPermission):
		return "make the datastore writable"
	}
	return ""
}

// Unwrap returns the cause.
func (e *StorageError) Unwrap() error { return e.Err }

// OriginError says that a run cannot be resumed, and why.
type OriginError struct {
	Flow, Run string
	Reason    string
	Err       error
}

// Error says why.
func (e *OriginError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Reason, e.Err)
	}
	return e.Reason
}

// Unwrap returns the cause.
func (e *OriginError) Unwrap() error { return e.Err }
