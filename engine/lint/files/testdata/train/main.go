// Command train is a flow of two files with some faults.
package main

import "github.com/spindle-flow/spindle/flow"

// Train leads to a step that nothing ends, and to one that is not there.
type Train struct {
	flow.Flow
	Rows int
}

func (t *Train) Start(ctx flow.Context) (flow.Next, error) {
	t.Rows = 1
	return flow.To(t.Fit), nil
}

func (t *Train) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&Train{}) }
