package flow

import (
	"errors"
	"fmt"
	"reflect"
)

// Failure is what a [Catch] leaves of an error. In Python it reads as Metaflow's exception wrapper.
type Failure struct {
	// Type is the error's Go type.
	Type    string
	Message string
	// Trace is the error with its stack, if it had one.
	Trace string
}

// Error returns the message.
func (f *Failure) Error() string { return f.Message }

// Fatal marks an error as one that a further attempt would not mend: the step is not retried.
func Fatal(err error) error {
	if err == nil {
		return nil
	}
	return &fatalError{err}
}

type fatalError struct{ err error }

func (e *fatalError) Error() string { return e.err.Error() }
func (e *fatalError) Unwrap() error { return e.err }

func isFatal(err error) bool { return errors.As(err, new(*fatalError)) }

// typeOfError names the type of an error; those that only carry a text are an error.
func typeOfError(err error) string {
	var panicked *panicError
	var late *timeoutError
	switch {
	case errors.As(err, &panicked):
		return "panic"
	case errors.As(err, &late):
		return "flow.Timeout"
	}
	for {
		name := fmt.Sprintf("%T", err)
		switch name {
		case "*flow.fatalError", "*fmt.wrapError":
			err = errors.Unwrap(err)
			continue
		case "*errors.errorString", "*fmt.wrapErrors", "*errors.joinError":
			return "error"
		}
		return name
	}
}

// traceOf is an error's text with the stack, if it has one.
func traceOf(err error) string {
	var panicked *panicError
	if errors.As(err, &panicked) {
		return panicked.trace
	}
	return typeOfError(err) + ": " + err.Error() + "\n"
}

func failureValue(f *Failure) reflect.Value { return reflect.ValueOf(f) }
