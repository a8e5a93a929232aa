package stepfunctions

import (
	"time"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/objects"
)

// plan is all that a state machine follows from.
type plan struct {
	g           *graph.Graph
	name        string // of the machine
	flow        string // as its runs are filed
	partition   string // aws, aws-cn, aws-us-gov
	deployment  string // where the helpers' document is
	root        objects.Place
	owner       string
	token       string
	labels      map[string]string // what else is told of the deployment, in the first state
	limit       time.Duration     // of a run, 0 for none
	maxWorkers  int               // items of a foreach at once, 0 for as many as there are
	distributed bool              // every foreach is a distributed map
	jobs        map[string]*job   // by step
}

// job is how the tasks of a step are run.
type job struct {
	definition string
	queue      string
	runTime    time.Duration
	attempts   int // after the first
	wait       time.Duration
	tags       map[string]string
}
