package flow

import "context"

// Flow makes the struct that embeds it (by value) a flow.
type Flow struct {
	_ [0]func() // flows are not to be compared
	// left is what the flow has of the store, in a task.
	left *left
}

// Context is what a step is given. It is cancelled when the step's time is over and when the run is interrupted. It is plain data, so that
// a test of a step can make one: flow.Context{Context: t.Context()}.
type Context struct {
	context.Context
	Current
}

// Current says which task is running.
type Current struct {
	FlowName, RunID, StepName, TaskID string
	// Pathspec is FlowName/RunID/StepName/TaskID.
	Pathspec string
	// OriginRunID is the run that this one resumes; empty if it resumes none.
	OriginRunID string
	Namespace   string
	User        string
	// TempDir is a folder for the task alone, which is deleted when the task has ended.
	TempDir string
	// RetryCount is 0 for a task's first attempt.
	RetryCount int
	Tags       []string
	// Foreach are the foreaches that the task is in, outermost first.
	Foreach []Frame
	// Loop counts how often each step that repeats itself has been run before, outermost first.
	Loop []int
	// Parallel is the task's place in a gang, nil outside of one.
	Parallel *Parallel
	// Project is nil where the flow has none.
	Project *Project
	// ParameterNames are those of the flow, as on the command line.
	ParameterNames []string
	// TriggerRuns are the runs that started this one, as Flow/run.
	TriggerRuns []string
}

// Index returns the number of the task's item in the innermost foreach, or -1 outside of one.
func (c Current) Index() int {
	if len(c.Foreach) == 0 {
		return -1
	}
	return c.Foreach[len(c.Foreach)-1].Index
}

// Frame is the place of a task in one foreach.
type Frame struct {
	// Step is the foreach's body, its first step.
	Step string
	// Var is the artifact with the items.
	Var string
	// Splits is the number of items.
	Splits int
	Index  int
	// Value is the item as a short text.
	Value string
}

// Parallel is the place of a task among those of a gang.
type Parallel struct {
	Nodes, Index  int
	ControlTaskID string
	// MainIP is where the others reach the first node.
	MainIP string
}

// Project says where the runs and deployments of a flow belong.
type Project struct {
	Name, Branch, FlowName string
	Production             bool
	// UserBranch says that the branch is the user's own, because none was named.
	UserBranch bool
}
