package config

import (
	"time"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Variant is one flow under one set of configs in one environment, with all that spindle.yaml says of it: defaults, templates, matrices and
// references are worked out.
type Variant struct {
	Name string
	// At is the key in spindle.yaml that makes the variant.
	At          graph.Range
	Cell        []Coordinate // of a matrix, empty outside of one
	Project     string
	Environment Environment

	Flow       Flow
	Configs    []ConfigFiles
	Sets       []Value // Name is the path: cfg.optimizer.lr
	Parameters []Value

	Target     Word // step-functions, argo, airflow; empty for none
	Compute    Word // batch, kubernetes, local; empty for none
	Schedule   *Schedule
	Triggers   []Trigger
	Tags       []Word
	With       []Word
	Env        []Value // texts
	Resources  []Resources
	Timeouts   []Timeout
	Limit      time.Duration // of a whole run, 0 for none
	MaxWorkers int           // 0 for none given
	Queue      Word          // the environment's, where the variant has none
	Image      Word          // the environment's, where the variant has none
	Namespace  Word
	Suffixes   []Word // of files that the code package has besides .py
	// Options are the target's own, by their names: what stands under step-functions.
	Options []Value

	// Settings is all of the above as a flat list, in an order that follows from the names alone: what a plan compares.
	Settings []Setting
}

// Coordinate is an axis of a matrix with the value that a variant has on it.
type Coordinate struct {
	Axis, Value string
	// File is the file that makes the value, empty where the axis is no pattern of files.
	File string
}

// Flow is a flow's file.
type Flow struct {
	Path  string // as written, from the project's folder, with slashes
	Class string // empty for the one flow of the file
	File  string // where it is: a file, or the folder of a package in Go
	Go    bool   // it is in Go
	At    graph.Range
}

// ConfigFiles are the files of a config, each over the one before it.
type ConfigFiles struct {
	Name  string
	At    graph.Range // the name
	Files []Word      // as written, from the project's folder
}

// Value is a named value. Its range is in Value.
type Value struct {
	Name  string
	At    graph.Range // the name
	Value *graph.Value
}

// Schedule says when runs are started.
type Schedule struct {
	Cron     Word // as written: five fields, six, hourly, daily or weekly
	Timezone Word // empty for UTC
}

// Trigger is something else that starts runs: an event, or a successful run of another flow.
type Trigger struct {
	Event, Flow Word              // one of them
	Parameters  map[string]string // names of parameters with keys of the event
	At          graph.Range
}

// Resources are what the tasks of a step need. What is zero or empty is not said.
type Resources struct {
	Step         string // * for all steps that say nothing themselves
	At           graph.Range
	CPU          float64
	Memory       int // MB
	GPU          *int
	SharedMemory int // MB
	Disk         int // GB
	Queue        string
	Image        string
}

// Timeout is how long a task of a step may take.
type Timeout struct {
	Step  string // * for all steps that say nothing themselves
	At    graph.Range
	Limit time.Duration
}

// Environment is a place that variants are deployed to. What is empty is not said: the configuration of the machine says it.
type Environment struct {
	Name string // empty in a project without environments
	At   graph.Range

	Datastore, Datatools      Word // s3://bucket/folder
	Region, Endpoint, Service Word
	Roles                     Roles
	Production                bool
	Branch                    Word

	settings *graph.Value
}

// Roles are roles of IAM, by name or ARN.
type Roles struct {
	Job, Execution, StateMachine, Events Word
}

// Setting is one thing that spindle.yaml says of a variant, directly or by way of what it extends.
type Setting struct {
	Name  string // dotted: resources.train.memory
	Value string // JSON
	At    graph.Range
}
