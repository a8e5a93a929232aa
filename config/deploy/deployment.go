package deploy

import (
	"encoding/json"
	"time"

	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Identity says what a deployment is of. It goes with the deployment and with every run of it.
type Identity struct {
	Project     string `json:"project"`
	Variant     string `json:"variant"`
	Environment string `json:"environment"`
	// Flow is the hash of the flow's code, Config that of its configs' values, Settings that of all that spindle.yaml says of it.
	Flow     string `json:"flow_hash"`
	Config   string `json:"config_hash"`
	Settings string `json:"settings_hash"`
	Commit   string `json:"commit,omitempty"` // of Git; empty outside of a repository
	Dirty    bool   `json:"dirty,omitempty"`  // with changes that are not committed
	By       string `json:"by"`               // who deployed it
}

// Deployment is a variant made ready for a target.
type Deployment struct {
	// Name is the deployment's on the target, valid there.
	Name     string
	Identity Identity // zero for what no spindle.yaml names: `flow.py step-functions create`

	Graph       *graph.Graph
	Description *worker.Description
	// Request is what the worker was asked to describe. Its Source is that of this machine; SourceFile is the same seen from the package's top.
	Request    worker.DescribeRequest
	SourceFile string
	// Code is the code package, Helpers are the helper binaries by architecture. Their places are known before they are sent: they follow from content.
	Code       remote.Blob
	CodeRecord string // what is recorded of it with tasks (codepackage.Record)
	Helpers    map[string]remote.Blob

	Root        string            // the datastore: s3://bucket/prefix
	Datatools   string            // as in remote.Job
	Environment map[string]string // variables of helpers and steps, beside those of @environment
	Container   map[string]string // variables of the container itself
	Endpoint    string            // of an object store that is not AWS's own
	Region      string
	Batch       batch.Settings

	User       string // for whom runs go, who owns the deployment
	Tags       []string
	SystemTags []string
	Namespace  *string // what the client API sees in tasks; nil for all
	Token      string  // the production token
	// Parameters are what runs get that are not given them: values of spindle.yaml, functions of the flow that compute defaults, files that were included. They
	// are texts, as on the command line.
	Parameters map[string][]string
	// Schedule is a cron expression of the target's kind, empty for none; Timezone is empty for UTC.
	Schedule   string
	Timezone   string
	Limit      time.Duration // of a whole run; 0 for none
	MaxWorkers int           // tasks of a foreach side by side
	Version    string        // of this engine
	Recorded   string        // the same as it is recorded with runs
	GoVersion  string        // of the Go that built the program of a flow in Go
	// Target has what only the target knows, by its own names: spindle.yaml's `step-functions:`, or options of the command.
	Target map[string]json.RawMessage
}
