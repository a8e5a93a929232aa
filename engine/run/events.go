package run

import (
	"syscall"
	"time"
)

// Observer receives what happens during a run. Event is called from several goroutines, but never from two at once and always in
// an order that makes sense for each task (started, lines, finished). It must return quickly: the run waits for it.
type Observer interface {
	Event(Event)
}

// Event is one of the types of this file. Fronts switch on the concrete type; unknown types may be ignored.
type Event interface {
	event()
}

// TaskRef names a task in an event.
type TaskRef struct {
	Flow string
	Run  string
	Step string
	Task string
	// PID is the task's process; 0 when it has none (yet): clones, tasks that could not be started.
	PID int
}

// Pathspec is "run/step/task", as console lines show it.
func (t TaskRef) Pathspec() string {
	return t.Run + "/" + t.Step + "/" + t.Task
}

// RunStarted is the first event of a run, once it has an id.
type RunStarted struct {
	At   time.Time
	Flow string
	Run  string
	// Origin is the run that is resumed, empty for a fresh run.
	Origin string
}

// TaskStarted says that a task's process is running.
type TaskStarted struct {
	At      time.Time
	Task    TaskRef
	Attempt int // 0 for the first
	// Fallback is true for the attempts in which the body is not run but the step's catch handles the failure.
	Fallback bool
}

// Stream is one of a task's output streams.
type Stream string

// The streams of a task.
const (
	Stdout Stream = "stdout"
	Stderr Stream = "stderr"
)

// TaskLine is one line a task printed, without its newline. Text may hold any bytes.
// Output of the parameters task (which has no log of its own) comes with Step "_parameters".
type TaskLine struct {
	At     time.Time
	Task   TaskRef
	Stream Stream
	Text   []byte
}

// TaskPlaced says where a task is that does not run on this machine, each time that has changed. It may come before TaskStarted.
type TaskPlaced struct {
	At    time.Time
	Task  TaskRef
	Place string // batch
	Job   string // its name there
	State string // in the words of the place
	// Reason says what it waits for, where that needs saying.
	Reason string
}

// TaskForeach says that a finishing task splits into N children. It comes before its TaskFinished.
type TaskForeach struct {
	At   time.Time
	Task TaskRef
	N    int
}

// TaskFinished says that a task has ended well and is durably stored.
type TaskFinished struct {
	At      time.Time
	Task    TaskRef
	Attempt int
	Caught  bool // a catch took over
}

// TaskFailed says that one attempt of a task has failed.
type TaskFailed struct {
	At       time.Time
	Task     TaskRef
	Attempt  int
	ExitCode int            // 0 when ended by a signal
	Signal   syscall.Signal // 0 when it exited
	TimedOut bool
	Killed   bool // by the engine: the run is being stopped, or its time was up
	// Exception is what the step's code raised, "Type: message"; empty when the process died without a word.
	Exception string
	Retried   bool // another attempt follows
	// Place is where the task ran when not on this machine; what happened to it there has been said in its own lines.
	Place string
}

// Segfault is true when the process died of a segmentation fault.
func (e TaskFailed) Segfault() bool { return e.Signal == syscall.SIGSEGV }

// WillNotRetry says that a failed task has no attempts left though it asked for some, or was not allowed another.
type WillNotRetry struct {
	At   time.Time
	Task TaskRef
}

// ResumeStarted comes before RunStarted when a run is resumed, while the origin is being read.
type ResumeStarted struct {
	At     time.Time
	Flow   string
	Origin string
}

// CloneStarted says that the origin's finished tasks are being cloned.
type CloneStarted struct {
	At     time.Time
	Flow   string
	Origin string
	N      int // tasks to clone
}

// Cloned says that one task of the origin is now a finished task of this run.
type Cloned struct {
	At     time.Time
	Task   TaskRef
	Origin TaskRef
}

// CloneFinished ends the cloning. Only is true when nothing will be run after it (clone-only).
type CloneFinished struct {
	At     time.Time
	Flow   string
	Origin string
	N      int
	Only   bool
}

// OriginSkipped says that a finished task of the origin is not cloned but run again, and why: its stored values cannot be trusted.
type OriginSkipped struct {
	At     time.Time
	Origin TaskRef
	Reason string
}

// Stopping says that the run will not be finished: running tasks are being ended.
type Stopping struct {
	At time.Time
	// Interrupted is true when the user asked for it, false when a task failed.
	Interrupted bool
	Active      int // tasks still running
}

// Killing says that tasks did not end in the time they were given and are killed.
type Killing struct {
	At     time.Time
	Active int
	After  time.Duration
}

// RunFailed is the last event of a run that did not succeed.
type RunFailed struct {
	At   time.Time
	Flow string
	Run  string
	// Step and Task name the task that failed; empty when the engine itself did (full disk, …).
	Step, Task  string
	Interrupted bool
	Err         error
}

// RunDone is the last event of a run that succeeded.
type RunDone struct {
	At        time.Time
	Flow      string
	Run       string
	Started   time.Time
	Tasks     int // tasks run
	Cloned    int // tasks cloned
	CloneOnly bool
}

// Progress comes about once a second and after each change of a step's first or last task.
type Progress struct {
	At      time.Time
	Started time.Time
	Steps   []StepProgress // steps that have begun, in the order they began
	Queued  int            // tasks ready to start
	// NotStarted are steps no task of which has been started, in the graph's order.
	NotStarted []string
}

// StepProgress counts a step's tasks.
type StepProgress struct {
	Step    string
	Running int
	Done    int // finished, clones included
	Failed  int // failed for good
	// Total is how many tasks of this step are known so far: for a foreach all its children as soon as the split has finished.
	Total   int
	Started time.Time
}

// MetadataDelayed says that what is recorded about the run cannot be passed on for now. It is kept meanwhile.
type MetadataDelayed struct {
	At      time.Time
	Place   string // who does not take it
	Reason  string
	Waiting int // records that are kept
	// Starting is true when the run cannot begin before, for it has no id; Ending when all its tasks have ended and it waits only for this. Otherwise it
	// goes on.
	Starting, Ending bool
}

// MetadataResumed says that it can be passed on again.
type MetadataResumed struct {
	At      time.Time
	Place   string
	Waiting int
}

// MetadataAwaited says that all tasks have ended and the run waits only for its records to be passed on.
type MetadataAwaited struct {
	At      time.Time
	Place   string
	Waiting int
}

// MetadataLost says of a run that failed or was interrupted that some of its records were not passed on.
type MetadataLost struct {
	At  time.Time
	Err error
}

// OriginMended says that tasks of the run that is resumed have been recorded which its own process, killed, had not passed on.
type OriginMended struct {
	At    time.Time
	Run   string
	Tasks int
}

func (RunStarted) event()    {}
func (TaskStarted) event()   {}
func (TaskLine) event()      {}
func (TaskPlaced) event()    {}
func (TaskForeach) event()   {}
func (TaskFinished) event()  {}
func (TaskFailed) event()    {}
func (WillNotRetry) event()  {}
func (ResumeStarted) event() {}
func (CloneStarted) event()  {}
func (Cloned) event()        {}
func (CloneFinished) event() {}
func (OriginSkipped) event() {}
func (Stopping) event()      {}
func (Killing) event()       {}
func (RunFailed) event()     {}
func (RunDone) event()       {}
func (Progress) event()      {}

func (OriginMended) event()    {}
func (MetadataDelayed) event() {}
func (MetadataResumed) event() {}
func (MetadataAwaited) event() {}
func (MetadataLost) event()    {}
