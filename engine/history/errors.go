package history

import (
	"errors"
	"fmt"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// Kinds of [Error], as in docs/task-protocol.md.
const (
	NotFound        = "not_found"
	InvalidPathspec = "invalid_pathspec"
	InvalidCall     = "invalid_call"
	Namespace       = "namespace"
	Unfinished      = "unfinished"
	Corrupt         = "corrupt"
	BadTags         = "tags"
	IO              = "io"
	UnknownCall     = "unknown_call"
)

// Error is a refused call. Every error of a [Reader] is one.
type Error struct {
	Kind    string
	Message string
	Err     error // what it was made of, if anything
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Unwrap is what the error was made of.
func (e *Error) Unwrap() error { return e.Err }

// ErrorKind makes an Error a worker.Kinded.
func (e *Error) ErrorKind() string { return e.Kind }

// refuse makes an Error.
func refuse(kind, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Message: err.Error(), Err: errors.Unwrap(err)}
}

// classify gives any error a kind.
func classify(err error) error {
	var known *Error
	var damagedMeta *metadata.CorruptError
	var tags *metadata.TagError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.As(err, &damagedMeta), errors.Is(err, artifact.ErrCorrupt):
		return &Error{Kind: Corrupt, Message: err.Error(), Err: err}
	case errors.As(err, &tags):
		return &Error{Kind: BadTags, Message: err.Error(), Err: err}
	case errors.Is(err, metadata.ErrNotFound), errors.Is(err, artifact.ErrMissing):
		return &Error{Kind: NotFound, Message: err.Error(), Err: err}
	case errors.Is(err, artifact.ErrUnfinished):
		return &Error{Kind: Unfinished, Message: err.Error(), Err: err}
	}
	return &Error{Kind: IO, Message: err.Error(), Err: err}
}

func isNotFound(err error) bool { return errors.Is(err, metadata.ErrNotFound) }
