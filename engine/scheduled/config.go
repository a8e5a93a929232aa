package scheduled

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/task"
)

// Config is what one task needs of its surroundings.
type Config struct {
	Deployment *Deployment
	At         Coordinates

	Objects *objects.Client
	Store   *artifact.Store
	// Group makes what Store writes durable; the store was opened with it.
	Group *disk.Group
	// Metadata is the team's service; nil for none: then it is what the store shows.
	Metadata metadata.Deferred
	// Ready makes the place ready where processes run. It is called at most once, and not for a task that is done.
	Ready func(ctx context.Context) (*Place, error)

	PythonVersion string
	// Records are recorded with the task, beside those of the deployment: what the container knows of its own job. Nil for none.
	Records func() map[string]string
	// Show gets each line the step prints, without its newline, and what is said about it.
	Show func(s compute.Stream, text []byte)
	Now  func() time.Time
	// Random is where the ids of log lines come from.
	Random io.Reader
}

// Place is where the processes of a task run.
type Place struct {
	Compute compute.Compute
	// Code is the folder in which the flow's code is unpacked.
	Code    string
	Folders task.Folders
	TempDir string // current.tempdir
	// Client makes the answerer of one process's calls of the client API. Each has its own, since a process may turn to another store.
	Client func() Client
	// Started is told of the process of a step.
	Started func(pid int)
}

// Client serves the calls of the client API that tasks make while they run.
type Client interface {
	Serve(ctx context.Context, call string, args json.RawMessage) (any, error)
}

// Report is what came of a task.
type Report struct {
	// Done says that the task is done and all of it is stored.
	Done bool
	// Before says that this was so before: nothing was run.
	Before bool
	// Failure is how the step failed, one clause, where it did.
	Failure string
	Attempt int
}
