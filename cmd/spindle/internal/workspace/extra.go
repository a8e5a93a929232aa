package workspace

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Extra is what a description adds to what the source says, for the views of a graph. The description may be nil.
func Extra(d *worker.Description) graph.Extra {
	if d == nil {
		return graph.Extra{}
	}
	return task.Extra(d)
}
