package scheduled

import (
	"encoding/json"
	"time"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Version is that of the [Deployment] document. A helper refuses another one.
const Version = 1

// Deployment is what all tasks of a deployment share. [Deployment.Describe] fills in what the flow says of itself, [Deployment.Send] puts it into the store.
type Deployment struct {
	Version    int            `json:"version"`
	Flow       string         `json:"flow"`
	Class      string         `json:"class"`
	Source     string         `json:"source"` // the flow's file, from the package's top
	With       []string       `json:"with"`
	Options    map[string]any `json:"options"` // of the description: the values of configs are among them
	Start      string         `json:"start"`
	End        string         `json:"end"`
	Steps      []Step         `json:"steps"` // by name
	Parameters []Parameter    `json:"parameters"`
	// ParameterNames are the attributes of parameters and configs, for the client API of steps.
	ParameterNames []string        `json:"parameter_names"`
	GraphInfo      json.RawMessage `json:"graph_info"` // the artifact _graph_info

	Root       string      `json:"root"`
	Datatools  string      `json:"datatools,omitempty"` // as in remote.Job
	Package    remote.Blob `json:"package"`
	CodeRecord string      `json:"code_record,omitempty"`
	// Service is the metadata service's address as containers reach it; empty for none: then metadata is what the datastore shows. Its key and headers are
	// variables of the container, or in Environment.
	Service string `json:"service,omitempty"`

	User string `json:"user"` // whom runs are recorded for
	// Token is the production token. Runs are tagged with it in place of the user; empty for none.
	Token string   `json:"token,omitempty"`
	Tags  []string `json:"tags"`
	// SystemTags are those beside the ones every run has (runtime:, python_version:, user: or production:, metaflow_version:), which tasks add themselves.
	SystemTags  []string          `json:"system_tags"`
	Namespace   *string           `json:"namespace"` // what the client API sees in steps; nil for all
	Project     *worker.Project   `json:"project"`
	Environment map[string]string `json:"environment,omitempty"` // variables of helper and step, as in remote.Job
	LogLimit    int64             `json:"log_limit"`             // bytes of each stream of an attempt that are kept, 0 for Metaflow's default
	Engine      string            `json:"engine"`                // this engine's version, for the handshake
	Recorded    string            `json:"recorded"`              // the same as it is recorded with runs: 2.19.38+spindle(0.1.0)
	// GoVersion is that of the Go that built the program of a flow in Go; empty for one in Python, whose version is the container's.
	GoVersion string `json:"go_version,omitempty"`
	// Runtime is what tasks record as what runs them: step-functions. RunPrefix goes before an execution's name to make a run's id: sfn-.
	Runtime   string `json:"runtime"`
	RunPrefix string `json:"run_prefix"`
	// Records are recorded with every task, beside what is recorded anywhere: aws-step-functions-state-machine. Of those named in [Execution] the value is
	// the execution's name.
	Records map[string]string `json:"records,omitempty"`
	// Execution are names of records whose value is the execution's name: aws-step-functions-execution.
	Execution []string `json:"execution,omitempty"`
}

// Step is one step of a deployment.
type Step struct {
	Name string      `json:"name"`
	Node worker.Node `json:"node"`
	Join bool        `json:"join"`
	// Recursive is a switch that can lead back to itself.
	Recursive bool     `json:"recursive,omitempty"`
	Foreach   []string `json:"foreach,omitempty"` // the foreach steps around it, outermost first: one for each index of its path
	Split     string   `json:"split,omitempty"`   // of a join: the step whose branches it joins
	// Branches are of a join: for each branch of the split, in its order, the steps that may lead here. A foreach has one branch.
	Branches [][]string        `json:"branches,omitempty"`
	Retries  worker.Retries    `json:"retries"`
	Timeout  time.Duration     `json:"timeout,omitempty"`
	Env      map[string]string `json:"env,omitempty"` // of @environment
}

// Parameter is a parameter of the flow.
type Parameter struct {
	Name string `json:"name"`
	// Multiple says that an execution's input may have a list of values.
	Multiple bool `json:"multiple,omitempty"`
	// Default is what it is where an execution's input has nothing, as texts the worker reads; nil for the flow's own default, which a container works out.
	Default []string `json:"default"`
}

// Step returns the step of that name, nil if there is none.
func (d *Deployment) Step(name string) *Step {
	for i := range d.Steps {
		if d.Steps[i].Name == name {
			return &d.Steps[i]
		}
	}
	return nil
}

// RunID is the id of an execution's run.
func (d *Deployment) RunID(execution string) string { return d.RunPrefix + execution }
