// Command train has a fault for each of the servers that look at it: one of its graph, one of its code.
package main

import "github.com/spindle-flow/spindle/flow"

// Train fits a grid.
type Train struct {
	flow.Flow
	Grid []int
	Best int
}

// Start lays out the grid.
func (t *Train) Start(ctx flow.Context) (flow.Next, error) {
	t.Grid = []int{1, 2}
	return flow.Foreach(t.Fit, t.Grid), nil
}

// Lost is reached by nothing.
func (t *Train) Lost(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

// End shows what was found.
func (t *Train) End(ctx flow.Context) (flow.Next, error) {
	println(t.Best, undefinedName)
	return flow.End(), nil
}

func main() { flow.Main(&Train{}) }
