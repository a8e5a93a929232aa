package wire

import "encoding/json"

// Hello is the first message of either side.
type Hello struct {
	Type       string   `json:"type"`
	Protocol   int      `json:"protocol"`
	Language   string   `json:"language,omitempty"`
	Version    string   `json:"version,omitempty"`
	SDK        string   `json:"sdk,omitempty"`
	Executable string   `json:"executable,omitempty"`
	File       string   `json:"file,omitempty"`
	PID        int      `json:"pid,omitempty"`
	Can        []string `json:"can,omitempty"`
	Engine     string   `json:"engine,omitempty"`
}

// Options are those of describe and task that a flow in Go heeds.
type Options struct {
	Branch     string `json:"branch"`
	Production bool   `json:"production"`
	User       string `json:"user"`
	Spin       bool   `json:"spin"`
	// SkipDecorators leaves all decorators out; for a spin.
	SkipDecorators bool `json:"skip_decorators"`
	// Configs are nil until the engine was asked for them.
	Configs map[string]ConfigValue `json:"configs"`
}

// ConfigValue is a config's value: at most one of its fields is set, none for no value.
type ConfigValue struct {
	Text   *string `json:"text,omitempty"`
	JSON   *string `json:"json,omitempty"`
	Stored *Place  `json:"stored,omitempty"`
	Plain  bool    `json:"plain,omitempty"`
}

// Describe asks what a flow is.
type Describe struct {
	ID      *int64   `json:"id"`
	Source  string   `json:"source"`
	Class   string   `json:"class"`
	With    []string `json:"with"`
	Options Options  `json:"options"`
}

// Error is an answer that refuses.
type Error struct {
	Type    string `json:"type"`
	Re      *int64 `json:"re,omitempty"`
	Kind    string `json:"kind"`
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
}

// Ref is an artifact as it stands in a task's table.
type Ref struct {
	Key      string `json:"key"`
	Size     int64  `json:"size"`
	Type     string `json:"type"`
	Encoding string `json:"encoding"`
}

// Input is one parent task.
type Input struct {
	Pathspec  string         `json:"pathspec"`
	Step      string         `json:"step"`
	Artifacts map[string]Ref `json:"artifacts"`
}

// Node is the step's place in the graph as its source has it.
type Node struct {
	Type      string            `json:"type"`
	Next      []string          `json:"next"`
	Foreach   string            `json:"foreach"`
	Condition string            `json:"condition"`
	Cases     map[string]string `json:"cases"`
	Parallel  bool              `json:"parallel"`
	// Assigns are the artifacts that the source says the step may assign; nil where it says nothing.
	Assigns []string `json:"assigns"`
}

// Frame is one level of a foreach stack.
type Frame struct {
	Step      string `json:"step"`
	Var       string `json:"var"`
	NumSplits *int   `json:"num_splits"`
	Index     int    `json:"index"`
	Value     string `json:"value"`
}

// Parallel is a task's place in a gang.
type Parallel struct {
	NumNodes      int    `json:"num_nodes"`
	NodeIndex     int    `json:"node_index"`
	ControlTaskID string `json:"control_task_id"`
	MainIP        string `json:"main_ip"`
}

// Project is what the flow's project is.
type Project struct {
	Name       string `json:"name"`
	Branch     string `json:"branch"`
	FlowName   string `json:"flow_name"`
	Production bool   `json:"production"`
	UserBranch bool   `json:"user_branch"`
}

// Task is everything that is needed to run one task.
type Task struct {
	Type           string              `json:"type"`
	Protocol       int                 `json:"protocol"`
	Kind           string              `json:"kind"`
	Source         string              `json:"source"`
	Class          string              `json:"class"`
	With           []string            `json:"with"`
	Options        Options             `json:"options"`
	Flow           string              `json:"flow"`
	RunID          string              `json:"run_id"`
	Step           string              `json:"step"`
	TaskID         string              `json:"task_id"`
	Attempt        int                 `json:"attempt"`
	UserRetries    int                 `json:"user_retries"`
	ErrorRetries   int                 `json:"error_retries"`
	Inputs         []Input             `json:"inputs"`
	InputsFile     string              `json:"inputs_file"`
	Join           bool                `json:"join"`
	Node           Node                `json:"node"`
	SplitIndex     *int                `json:"split_index"`
	ForeachStack   []Frame             `json:"foreach_stack"`
	IterationStack []int               `json:"iteration_stack"`
	Parallel       *Parallel           `json:"parallel"`
	OriginRunID    string              `json:"origin_run_id"`
	Namespace      string              `json:"namespace"`
	User           string              `json:"user"`
	Tags           []string            `json:"tags"`
	Project        *Project            `json:"project"`
	ParameterNames []string            `json:"parameter_names"`
	TriggerRuns    []string            `json:"trigger_runs"`
	Env            map[string]string   `json:"env"`
	Scratch        string              `json:"scratch"`
	Spill          string              `json:"spill"`
	TempDir        string              `json:"temp_dir"`
	Values         map[string][]string `json:"values"`
	GraphInfo      json.RawMessage     `json:"graph_info"`
}

// Place is where the bytes of a value lie, or why they can't be had.
type Place struct {
	Path      string `json:"path"`
	Offset    int64  `json:"offset"`
	Size      int64  `json:"size"`
	Encoding  string `json:"encoding"`
	Temporary bool   `json:"temporary"`
	// Data are the bytes themselves, of a small value; it has no path then.
	Data  []byte `json:"data,omitempty"`
	Error *Fault `json:"error,omitempty"`
}

// Fault is a refused get or store call.
type Fault struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

// Error returns the message.
func (f *Fault) Error() string { return f.Message }

// Produced is a new artifact at a place in a result file, or a small one with its bytes.
type Produced struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Encoding string `json:"encoding"`
	File     string `json:"file,omitempty"`
	Offset   int64  `json:"offset,omitempty"`
	Data     []byte `json:"data,omitempty"`
	Size     int64  `json:"size"`
}

// Transition is where a task says the run goes.
type Transition struct {
	Next      []string `json:"next"`
	Foreach   string   `json:"foreach"`
	NumSplits int      `json:"num_splits"`
	Values    []string `json:"values"`
	Parallel  int      `json:"parallel"`
	Condition string   `json:"condition"`
}

// Exception is a failure of the user's code.
type Exception struct {
	Type      string `json:"type"`
	Message   string `json:"message"`
	Traceback string `json:"traceback"`
	File      string `json:"file"`
	Line      int    `json:"line"`
}

// Invalid is a parameter's value that can't be used.
type Invalid struct {
	Parameter string `json:"parameter"`
	Message   string `json:"message"`
}

// Done is the last message of a task that has done what it was to do.
type Done struct {
	Type       string      `json:"type"`
	Success    bool        `json:"success"`
	Artifacts  []Produced  `json:"artifacts"`
	Inherit    []Inherited `json:"inherit"`
	Transition *Transition `json:"transition"`
	Caught     bool        `json:"caught"`
	// Answer is what was asked for.
	Answer json.RawMessage `json:"answer,omitempty"`
}

// Failed is the last message of a task that has failed.
type Failed struct {
	Type      string      `json:"type"`
	Persisted bool        `json:"persisted"`
	Artifacts []Produced  `json:"artifacts"`
	Inherit   []Inherited `json:"inherit"`
	Exception Exception   `json:"exception"`
	Retry     bool        `json:"retry"`
}

// Wrong is the last message of a task whose parameters are wrong.
type Wrong struct {
	Type   string    `json:"type"`
	Errors []Invalid `json:"errors"`
}
