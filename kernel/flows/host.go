package flows

import (
	"context"
	"encoding/json"

	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/spin"
)

// Host is what runs flows for the cells: the command that serves the kernel. What goes wrong it says on the stage's stderr, as on a command line; the
// error is for the outcome of the cell.
type Host interface {
	// Dir is the folder of the notebook.
	Dir() string
	// Where is what a user's name for a flow means: an absolute path, the class where several are there, and what the flow is written in, empty for Python.
	Where(spec string) (path, class, language string)
	// Evaluate builds a cell of Go and runs it. Faults of the code are a [gobinary.Error]; a process that fails an error that says how it ended.
	Evaluate(ctx context.Context, e Evaluation, stage Stage) error
	// Spin spins a step. The arguments are those of `spindle spin` after the flow.
	Spin(ctx context.Context, s *Source, args []string, stage Stage) (*spin.Result, error)
	// Prepare makes the first spin of a flow quicker, in the background; nothing is said of it.
	Prepare(ctx context.Context, s *Source, stage Stage)
	// Run runs the flow. The arguments are those of `spindle run` after the flow.
	Run(ctx context.Context, s *Source, args []string, stage Stage) error
	// Promote makes a run of the workbench and runs what follows. The arguments are those of `spindle workbench promote` after the flow.
	Promote(ctx context.Context, s *Source, args []string, stage Stage) error
	// Command runs a verb of the command line that only looks.
	Command(ctx context.Context, args []string, stage Stage) error
	// View opens the flow's workbench to look at.
	View(ctx context.Context, s *Source) (spin.View, func(), error)
}

// Stage is where a step that runs is seen and heard.
type Stage interface {
	run.Observer
	// Stream prints what is said outside of tasks; the name is stdout or stderr.
	Stream(name, text string)
	// Show shows what a step's body shows.
	Show(kind string, content json.RawMessage)
	// Debugging are the variables that let a frontend debug a step's process; none when nobody debugs.
	Debugging() map[string]string
}
