package machine

// TaskID names a task inside one machine: a dense number, not the id that is stored. [Parameters] is the run's parameters task.
type TaskID int32

// Parameters is the task whose artifacts the start step gets; it is not one the machine starts. NoTask is no task.
const (
	Parameters TaskID = 0
	NoTask     TaskID = -1
)

// Transition is where a finished task says the run goes next.
type Transition struct {
	Next      []string
	Foreach   string // the artifact a foreach walks
	NumSplits int
	Values    []string // one text per split; may be shorter or nil
	Parallel  int      // number of nodes
}

// Event is something that happened: [Begin], [ProcessEnded], [TaskFinished], [TaskFailed], [Cancelled] or [Broken].
type Event interface{ event() }

// Begin starts the run. The parameters task has finished.
type Begin struct{}

// ProcessEnded says that a task's process is gone and its place free; what became of the task follows in a later event.
type ProcessEnded struct{ Task TaskID }

// TaskFinished says that a task ended well and is stored.
type TaskFinished struct {
	Task       TaskID
	Transition *Transition // nil for the end step
}

// TaskFailed says that an attempt failed.
type TaskFailed struct {
	Task      TaskID
	Retryable bool
}

// Cancelled says that the user wants the run to stop.
type Cancelled struct{}

// Broken says that the engine itself cannot go on: the disk is full, say.
type Broken struct{ Err error }

// Command is something to do: [StartTask], [CloneTask], [StopTask], [Stop], [Release] or [Complete].
type Command interface{ command() }

// StartTask asks for an attempt of a task.
type StartTask struct {
	Task      TaskID
	Step      string
	Attempt   int
	Fallback  bool     // the body has used up its attempts; only handle the failure
	Join      bool     // the step takes its inputs as a list
	Inputs    []TaskID // as the step sees them; shared, not to be changed
	Stack     Stack
	Iteration []int // shared, not to be changed
	Node      *Node // place in a parallel step, nil elsewhere
}

// Node is a task's place among the tasks of a parallel step, which run side by side.
type Node struct {
	Control TaskID // the task of node 0
	Index   int
	Count   int
}

// CloneTask asks to take over a finished task of the origin. The machine already counts it as finished.
type CloneTask struct {
	Task   TaskID
	Step   string
	Origin int // [Past.Ref]
	Node   *Node
}

// StopTask asks to end one running task: another node of its parallel step has failed.
type StopTask struct{ Task TaskID }

// Stop asks to end all running tasks: the run will not be finished. It comes at most once.
type Stop struct {
	Task      TaskID // the task that failed, or NoTask
	Err       error  // why; nil when a task failed or the user cancelled
	Cancelled bool
}

// Release says that nothing needs the artifacts of a task any more.
type Release struct{ Task TaskID }

// Complete is the last command.
type Complete struct {
	State State
}

// State is how a run ended.
type State uint8

// The ends a run can have. CloneOnly: everything that had finished in the origin was cloned, and nothing was to be run.
const (
	Done State = iota
	Failed
	Interrupted
	CloneOnly
)

func (Begin) event()        {}
func (ProcessEnded) event() {}
func (TaskFinished) event() {}
func (TaskFailed) event()   {}
func (Cancelled) event()    {}
func (Broken) event()       {}

func (StartTask) command() {}
func (CloneTask) command() {}
func (StopTask) command()  {}
func (Stop) command()      {}
func (Release) command()   {}
func (Complete) command()  {}
