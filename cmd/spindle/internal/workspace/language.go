package workspace

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Language is what a flow is written in: how its source is read, and what runs it. [Workspace.Locate] alone decides which it is.
type Language interface {
	// Name is the language's name, in lower case.
	Name() string
	// read puts what the source says into f.Static, nil where it does not tell what the flow is; the faults say why.
	read(ctx context.Context, f *Flow) ([]graph.Fault, error)
	// complete makes f.Static what the worker's description says, and reports whether that changed it.
	complete(ctx context.Context, f *Flow, d *worker.Description) (changed bool, err error)
	// program finds or makes what runs the flow.
	program(ctx context.Context, w *Workspace, at Place, o ProgramOptions) (Program, error)
	// sources are files that the program at a place is made of, beside those that its description names.
	sources(ctx context.Context, w *Workspace, at Place) []string
}

// Program is what runs a flow: an interpreter with the SDK, or the flow's own binary.
type Program interface {
	Language() Language
	// Version is that of the language; known once a worker has started.
	Version() string
	// Start starts a worker. It lives on when the Program is closed.
	Start(ctx context.Context) (*worker.Worker, error)
	// Task is how a process for one task starts.
	Task() worker.Program
	// Grace is how long after its timeout a task is killed, 0 for what its isolation says: code that has to be imported first needs more.
	Grace() time.Duration
	// Code makes the code package, what remote tasks get.
	Code(ctx context.Context, flow *Flow, d *worker.Description) (*codepackage.Package, error)
	// Close says that no more processes of it will be started.
	Close() error
}

// ProgramOptions say how a flow is to be run.
type ProgramOptions struct {
	Python string // the value of --python, for flows in Python
	// Likely says that there is most likely a worker which runs already: whether all is whole that another needs is looked at when one is started.
	Likely bool
	// Texts are built in place of files of a flow in Go, by absolute path.
	Texts map[string][]byte
	// Out and Err get what the flow's code prints outside of tasks.
	Out, Err io.Writer
}

// Program finds or makes what runs the flow at a place.
func (w *Workspace) Program(ctx context.Context, at Place, o ProgramOptions) (Program, error) {
	return at.Language.program(ctx, w, at, o)
}

// MadeOf are files that the flow at a place is made of, beside those that its description names: whoever waits for a change looks at them, too.
func (w *Workspace) MadeOf(ctx context.Context, at Place) []string {
	return at.Language.sources(ctx, w, at)
}

// importLimit is how long importing a flow may take; SPINDLE_IMPORT_LIMIT (seconds) replaces it.
const importLimit = 5 * time.Minute

const importVariable = "SPINDLE_IMPORT_LIMIT"

// launcher starts a worker's process otherwise than by executing its program.
type launcher func(ctx context.Context, control, stdout, stderr *os.File) (worker.Launched, error)

// workerOptions are what workers of all languages have in common.
func (w *Workspace) workerOptions(p worker.Program, out, errOut io.Writer) (worker.Options, error) {
	limit := importLimit
	if text := w.Env(importVariable); text != "" {
		seconds, err := time.ParseDuration(text + "s")
		if err != nil || seconds <= 0 {
			return worker.Options{}, fault.Usagef("%s=%q is not a number of seconds", importVariable, text)
		}
		limit = seconds
	}
	return worker.Options{
		Program:   p,
		Engine:    w.Engine(),
		Stdout:    pass(out),
		Stderr:    pass(errOut),
		Limit:     limit,
		LimitHint: "an import that needs longer gets it with " + importVariable + "=<seconds>",
	}, nil
}

// Engine is how this binary introduces itself to workers.
func (w *Workspace) Engine() worker.Identity {
	return worker.Identity{Version: version.Number, File: w.Executable}
}

func pass(w io.Writer) func([]byte) {
	return func(b []byte) {
		// Whoever closed the stream does not want to hear it.
		_, _ = w.Write(b)
	}
}
