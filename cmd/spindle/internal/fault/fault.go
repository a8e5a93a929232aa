// Package fault holds the kinds of errors that a command can end with.
//
// A fault says how a command ended, so that exit codes, hints and JSON failures are decided in one place each. Errors that are none
// of these are failures of the work itself.
package fault

import (
	"errors"
	"fmt"
	"syscall"
)

// Usage is a wrong command line: an unknown option, a missing argument, a bad value.
type Usage struct {
	Message string
	// Command is what to ask for help about, such as "spindle run".
	Command string
}

// Error implements error.
func (u *Usage) Error() string { return u.Message }

// Usagef makes a [Usage] error.
func Usagef(format string, args ...any) error {
	return &Usage{Message: fmt.Sprintf(format, args...)}
}

// Signal is the end of a command that was told to stop by a signal.
type Signal struct {
	Signal syscall.Signal
}

// Error implements error.
func (s *Signal) Error() string {
	if s.Signal == syscall.SIGTERM {
		return "terminated"
	}
	return "interrupted"
}

// Store is a run that had to end because its store could not be written or read.
type Store struct {
	Err error
}

// Error implements error.
func (s *Store) Error() string { return s.Err.Error() }

// Unwrap implements errors.Unwrap.
func (s *Store) Unwrap() error { return s.Err }

// Partial is a command that did some of what it was asked to do, and not the rest.
type Partial struct {
	Err error
}

// Error implements error.
func (p *Partial) Error() string { return p.Err.Error() }

// Unwrap implements errors.Unwrap.
func (p *Partial) Unwrap() error { return p.Err }

// Pending is a plan that has something to do, where that was asked.
type Pending struct{ Message string }

// Error implements error.
func (p *Pending) Error() string { return p.Message }

// Reported wraps an error that the user has already been told about in full, such as the diagnostics of a check.
type Reported struct {
	Err error
}

// Error implements error.
func (r *Reported) Error() string { return r.Err.Error() }

// Unwrap implements errors.Unwrap.
func (r *Reported) Unwrap() error { return r.Err }

// Bug is a panic that was caught at the top: a fault of Spindle itself.
type Bug struct {
	Value any
	Stack []byte
}

// Error implements error.
func (b *Bug) Error() string { return fmt.Sprintf("internal error: %v", b.Value) }

// NotFound says that what was asked for does not exist: a run, a step, a task.
type NotFound struct {
	Message string
}

// Error implements error.
func (n *NotFound) Error() string { return n.Message }

type hinted struct {
	err  error
	hint string
}

func (h *hinted) Error() string { return h.err.Error() }
func (h *hinted) Unwrap() error { return h.err }

// WithHint adds what the user can do about err.
func WithHint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &hinted{err: err, hint: fmt.Sprintf(format, args...)}
}

// Hint is the innermost hint of err, empty when it has none.
func Hint(err error) string {
	hint := ""
	for err != nil {
		if h, ok := errors.AsType[*hinted](err); ok {
			hint, err = h.hint, h.err
			continue
		}
		return hint
	}
	return hint
}
