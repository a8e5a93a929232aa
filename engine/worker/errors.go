package worker

import (
	"fmt"
	"strings"
)

// DeathError says that a worker's process ended, or had to be ended, while it was needed.
type DeathError struct {
	Program string
	PID     int
	Exit    Exit
	Cause   error  // what the engine killed it for, nil when it died by itself
	Stderr  string // its last words
}

// Error says what died, how, and what it last wrote.
func (e *DeathError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "worker %q (pid %d) ", e.Program, e.PID)
	if e.Cause != nil {
		fmt.Fprintf(&b, "had to be stopped: %v", e.Cause)
	} else {
		b.WriteString(e.Exit.String())
	}
	if e.Stderr != "" {
		fmt.Fprintf(&b, "; its last output:\n%s", e.Stderr)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *DeathError) Unwrap() error { return e.Cause }

// VersionError says that engine and worker speak different versions of the protocol.
type VersionError struct {
	Engine Identity
	Worker Hello
	Argv   []string
}

// Error names both versions and both files.
func (e *VersionError) Error() string {
	return fmt.Sprintf("the engine %s (%s) speaks task protocol %d, the worker %s (%s) speaks %d: install the same version of both",
		named(e.Engine.File), e.Engine.Version, Protocol, named(e.workerFile()), e.Worker.SDK, e.Worker.Protocol)
}

func (e *VersionError) workerFile() string {
	switch {
	case e.Worker.File != "":
		return e.Worker.File
	case e.Worker.Executable != "":
		return e.Worker.Executable + " (" + strings.Join(e.Argv, " ") + ")"
	default:
		return strings.Join(e.Argv, " ")
	}
}

func named(file string) string {
	if file == "" {
		return "(file unknown)"
	}
	return file
}

// The kinds of a [FlowError].
const (
	KindSyntax    = "syntax"
	KindImport    = "import"
	KindExit      = "exit"
	KindNoFlow    = "no_flow"
	KindManyFlows = "many_flows"
	KindDecorator = "decorator"
	KindParameter = "parameter"
	KindProtocol  = "protocol"
	KindDebugger  = "debugger" // the one that was asked for is not installed
	KindHang      = "hang"     // the engine's own: the import did not end within the limit
)

// FlowError is a fault of the user's file found by importing it.
type FlowError struct {
	Kind       string   `json:"kind"`
	Message    string   `json:"message"`
	File       string   `json:"file"`
	Line       int      `json:"line"`
	Column     int      `json:"column"`
	Text       string   `json:"text"`
	Traceback  string   `json:"traceback"`
	Module     string   `json:"module"`
	Executable string   `json:"executable"`
	Classes    []string `json:"classes"`
}

// Error returns the message with its place.
func (e *FlowError) Error() string {
	switch {
	case e.File == "":
		return e.Message
	case e.Line <= 0:
		return fmt.Sprintf("%s: %s", e.File, e.Message)
	case e.Column <= 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
	default:
		return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
	}
}

// RefusedError is the worker's `error` reply to a request other than describe.
type RefusedError struct{ Request, Message string }

// Error says what was refused and why.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("worker refused to %s: %s", e.Request, e.Message)
}
