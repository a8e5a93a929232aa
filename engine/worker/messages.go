// Package worker speaks the task protocol (docs/task-protocol.md) and starts the processes that execute step bodies.
package worker

import "encoding/json"

// Protocol is the version of the task protocol this engine speaks.
const Protocol = 1

// Description is what a worker says a flow is, after importing it.
type Description struct {
	Name       string          `json:"name"`
	File       string          `json:"file"`
	Line       int             `json:"line"`
	Doc        string          `json:"doc"`
	Steps      []DescribedStep `json:"steps"`
	Parameters []Parameter     `json:"parameters"`
	Constants  []Constant      `json:"constants"`
	Decorators []Decorator     `json:"decorators"`
	Project    *Project        `json:"project"`
	SystemTags []string        `json:"system_tags"`
	ExitHooks  ExitHooks       `json:"exit_hooks"`
	Warnings   []string        `json:"warnings"`
	Files      []string        `json:"files"`
	Isolation  Isolation       `json:"isolation"`
	// Package is what mutators add to the code package; nil where they add nothing.
	Package *PackageWish `json:"package,omitempty"`
	// Configs are the values of the flow's configs, by name, for the other processes of a run.
	Configs json.RawMessage `json:"configs,omitempty"`
}

// PackageWish are further files of a code package, or why there can be none.
type PackageWish struct {
	Files []PackageFile `json:"files"`
	Error string        `json:"error"`
}

// PackageFile is a file on this machine and its name in the package: below the flow's folder (user), the libraries (code) or the notes (other).
type PackageFile struct {
	Path string `json:"path"`
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// ExitHooks are the names of functions to call when a run has ended.
type ExitHooks struct {
	OnSuccess []string `json:"on_success"`
	OnError   []string `json:"on_error"`
}

// DescribedStep is one step of a [Description].
type DescribedStep struct {
	Name           string            `json:"name"`
	File           string            `json:"file"`
	Line           int               `json:"line"`
	EndLine        int               `json:"end_line"`
	Doc            string            `json:"doc"`
	Start          bool              `json:"start"`
	End            bool              `json:"end"`
	NodeInfo       json.RawMessage   `json:"node_info"`
	Decorators     []Decorator       `json:"decorators"`
	Retries        Retries           `json:"retries"`
	TimeoutSeconds float64           `json:"timeout_seconds"`
	Environment    map[string]string `json:"environment"`
	Catch          bool              `json:"catch"`
	Parallel       bool              `json:"parallel"`
}

// Retries are attempts after the first: of the user's code, and of a handler after those.
type Retries struct {
	User  int `json:"user"`
	Error int `json:"error"`
}

// Decorator is a decorator with its evaluated attributes.
type Decorator struct {
	Name              string          `json:"name"`
	Attributes        json.RawMessage `json:"attributes"`
	StaticallyDefined bool            `json:"statically_defined"`
	InsertedBy        json.RawMessage `json:"inserted_by"`
}

// Parameter is one parameter of a [Description].
type Parameter struct {
	Name        string          `json:"name"`
	Attr        string          `json:"attr"`
	Kind        string          `json:"kind"`
	Class       string          `json:"class"`
	Type        string          `json:"type"`
	Choices     []string        `json:"choices"`
	Multiple    bool            `json:"multiple"`
	Flag        bool            `json:"flag"` // takes no value on the command line; given, its value is true
	Separator   string          `json:"separator"`
	Required    bool            `json:"required"`
	Help        string          `json:"help"`
	Default     json.RawMessage `json:"default"`
	HasDefault  bool            `json:"has_default"`
	DeployTime  bool            `json:"deploy_time"`
	ShowDefault bool            `json:"show_default"`
}

// Constant is a class-level constant.
type Constant struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Project is what @project says.
type Project struct {
	Name       string `json:"name"`
	Branch     string `json:"branch"`
	FlowName   string `json:"flow_name"`
	Production bool   `json:"production"`
	UserBranch bool   `json:"user_branch"`
}

// Isolation says whether tasks may be forked from the process that imported the flow.
type Isolation struct {
	ForkSafe bool   `json:"fork_safe"`
	Reason   string `json:"reason"`
}

// Ref is an artifact as it stands in a task's table.
type Ref struct {
	Key      string `json:"key"`
	Size     int64  `json:"size"`
	Type     string `json:"type"`
	Encoding string `json:"encoding"`
}

// Input is one parent task as a task sees it.
type Input struct {
	Pathspec  string         `json:"pathspec"`
	Step      string         `json:"step"`
	Artifacts map[string]Ref `json:"artifacts"`
}

// Node is a step's place in the graph, for the worker to check self.next against.
type Node struct {
	Type      string            `json:"type"`
	Next      []string          `json:"next"`
	Foreach   string            `json:"foreach"`
	Condition string            `json:"condition"`
	Cases     map[string]string `json:"cases,omitempty"`
	Parallel  bool              `json:"parallel"`
	// Assigns are the artifacts that the step may set, as far as its source says it: for workers that cannot see assignments.
	Assigns []string `json:"assigns,omitempty"`
}

// Frame is one level of a foreach stack.
type Frame struct {
	Step      string `json:"step"`
	Var       string `json:"var"`
	NumSplits *int   `json:"num_splits"`
	Index     int    `json:"index"`
	Value     string `json:"value"`
}

// ParallelNode places a task among the nodes of a @parallel step.
type ParallelNode struct {
	NumNodes      int    `json:"num_nodes"`
	NodeIndex     int    `json:"node_index"`
	ControlTaskID string `json:"control_task_id"`
	MainIP        string `json:"main_ip"`
}

// Task is everything a process needs to run one task.
type Task struct {
	Type           string              `json:"type"` // "task"
	Protocol       int                 `json:"protocol"`
	Kind           string              `json:"kind"` // "step" or "parameters"
	Source         string              `json:"source"`
	Class          string              `json:"class"`
	With           []string            `json:"with"`
	Options        map[string]any      `json:"options"`
	Flow           string              `json:"flow"`
	RunID          string              `json:"run_id"`
	Step           string              `json:"step"`
	TaskID         string              `json:"task_id"`
	Attempt        int                 `json:"attempt"`
	UserRetries    int                 `json:"user_retries"`
	ErrorRetries   int                 `json:"error_retries"`
	Inputs         []Input             `json:"inputs,omitempty"`
	InputsFile     string              `json:"inputs_file,omitempty"`
	InputCount     int                 `json:"input_count"`
	Join           bool                `json:"join"`
	Node           Node                `json:"node"`
	SplitIndex     *int                `json:"split_index"`
	ForeachStack   []Frame             `json:"foreach_stack"`
	IterationStack []int               `json:"iteration_stack"`
	Parallel       *ParallelNode       `json:"parallel"`
	OriginRunID    *string             `json:"origin_run_id"`
	Namespace      *string             `json:"namespace"`
	User           string              `json:"user"`
	Tags           []string            `json:"tags"`
	Project        *Project            `json:"project"`
	ParameterNames []string            `json:"parameter_names"`
	TriggerRuns    []string            `json:"trigger_runs,omitempty"`
	Env            map[string]string   `json:"env,omitempty"`
	Scratch        string              `json:"scratch"`
	Spill          string              `json:"spill"`
	TempDir        string              `json:"temp_dir"`
	Values         map[string][]string `json:"values,omitempty"`
	GraphInfo      json.RawMessage     `json:"graph_info,omitempty"`
}

// Produced is a new artifact value at a place in a scratch file, or a small one with its bytes.
type Produced struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Encoding string `json:"encoding"`
	File     string `json:"file"`
	Offset   int64  `json:"offset"`
	Size     int64  `json:"size"`
	Data     []byte `json:"data,omitempty"`
	// Key is that of a value which is in the store already; there is no file then. A worker never sends it: only a place of execution that
	// stores values itself fills it in.
	Key string `json:"key,omitempty"`
}

// Inherited names artifacts passed on unchanged from one input.
type Inherited struct {
	Input int
	Names []string
}

// Transition is where a task says the run goes next.
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

// Invalid is a parameter value that could not be used.
type Invalid struct {
	Parameter string `json:"parameter"`
	Message   string `json:"message"`
}

// Result is a task's last message.
type Result struct {
	Type       string      `json:"type"` // done, failed, invalid
	Success    bool        `json:"success"`
	Caught     bool        `json:"caught"`
	Persisted  *bool       `json:"persisted"` // failed only; nil means true
	Retry      *bool       `json:"retry"`     // failed only; nil means true
	Artifacts  []Produced  `json:"artifacts"`
	Inherit    []Inherited `json:"inherit"`
	Transition *Transition `json:"transition"`
	Exception  *Exception  `json:"exception"`
	Errors     []Invalid   `json:"errors"`
	// Answer is what a process of kind changes was asked for.
	Answer json.RawMessage `json:"answer,omitempty"`
}
