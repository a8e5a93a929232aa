package run

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Defaults of [Config].
const (
	DefaultMaxWorkers = 16
	DefaultMaxSplits  = 100
	DefaultLogLimit   = task.DefaultLogLimit
)

// ParametersStep is the step of the task that holds a run's parameters, its first task.
const ParametersStep = "_parameters"

// Clock is where a run takes its time from.
type Clock interface {
	Now() time.Time
	// After sends the time once, d from now.
	After(d time.Duration) <-chan time.Time
}

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now returns the time.
func (SystemClock) Now() time.Time { return time.Now() }

// After waits for real time.
func (SystemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Client serves the calls of the client API that tasks make while they run.
type Client interface {
	Serve(ctx context.Context, call string, args json.RawMessage) (any, error)
}

// Config is everything a run needs.
type Config struct {
	// Graph and Description are the flow: as its source says, and as the worker says after importing it.
	Graph       *graph.Graph
	Description *worker.Description
	// Request is what the worker was asked to describe; a fresh process of a task needs the same.
	Request worker.DescribeRequest

	Store    *artifact.Store
	Metadata metadata.Provider
	// Elsewhere is where values of inputs lie that are not in Store; nil when all are. It is only read.
	Elsewhere *artifact.Store
	// Private keeps the artifacts of tasks from readers of the store: their tables are the caller's alone ([Session]).
	Private bool
	// Group makes what Store and Metadata write durable; both were opened with it.
	Group   *disk.Group
	Compute compute.Compute
	// Client makes the answerer of one process's calls, whose temporary files go into dir. Each has its own, since a process may turn to
	// another store. Nil: calls are refused.
	Client func(dir string) Client

	Observer Observer // nil: nobody watches
	Clock    Clock    // nil: SystemClock
	Env      func(string) string
	// Random is where the ids of log lines come from, nil for the system's.
	Random io.Reader

	MaxWorkers int   // 0: DefaultMaxWorkers
	MaxSplits  int   // 0: DefaultMaxSplits
	LogLimit   int64 // bytes per stream and attempt; 0: DefaultLogLimit

	// RunID is the run's id when it was chosen elsewhere, empty to make one.
	RunID string
	// RunIDFile, when not empty, gets the id as soon as it is known.
	RunIDFile string
	Tags      []string
	System    metadata.System
	// Namespace is what the client API sees in tasks: nil for all.
	Namespace *string
	// TaskEnv are variables of every task beside those of its step.
	TaskEnv map[string]string
	// Values are parameters as given, by name; not for a resumed run.
	Values map[string][]string
	// Code is what is recorded of the code package that tasks of a step get (engine/codepackage), empty for those that get none. Nil: none does.
	Code func(step string) string
	// TriggerRuns are pathspecs of the runs that count as having triggered this one.
	TriggerRuns []string

	// Ended, when not nil, is called once the end of the run is on record, before the observer hears of it: the place for exit hooks. ctx is
	// that of the run and may have been cancelled.
	Ended func(ctx context.Context, s Summary)

	// Scratch is the folder below which tasks put their values first, memory-backed where possible. Empty: /dev/shm or the system's
	// temporary folder.
	Scratch string
	// StopGrace is how long running tasks may go on after one has failed, 0 for 5 s. What they finish, a resume need not repeat.
	StopGrace time.Duration

	// Resume makes this a resumed run.
	Resume *Resume
}

// Resume says which run is resumed and how.
type Resume struct {
	// Origin is the run to resume; empty for the flow's latest.
	Origin string
	// Step is run again with all that follows it, whether it had finished or not; empty for none.
	Step string
	// CloneOnly takes over what had finished and runs nothing.
	CloneOnly bool
	// Overlay changes what counts as finished, nil for nothing.
	Overlay *Overlay
}

// Overlay are finished tasks over those of an origin.
type Overlay struct {
	// Tasks take the place of the origin's at the same place in the run. Their values must be in the run's store.
	Tasks []*Finished
	// Drop are places whose tasks in the origin are not taken over.
	Drop map[string]bool
	// Parameters stand for an origin where there is none; nil where there is.
	Parameters *Finished
}

// Summary is what came of a run.
type Summary struct {
	Flow, Run string
	Origin    string
	State     RunState
	Started   time.Time
	Finished  time.Time
	Tasks     int // tasks that were run, each counted once
	Cloned    int
}

func (c *Config) setDefaults() {
	if c.MaxWorkers <= 0 {
		c.MaxWorkers = DefaultMaxWorkers
	}
	if c.MaxSplits <= 0 {
		c.MaxSplits = DefaultMaxSplits
	}
	if c.LogLimit <= 0 {
		c.LogLimit = DefaultLogLimit
	}
	if c.Clock == nil {
		c.Clock = SystemClock{}
	}
	if c.Env == nil {
		c.Env = func(string) string { return "" }
	}
	if c.StopGrace <= 0 {
		c.StopGrace = 5 * time.Second
	}
}
