// Command linear is a flow of steps in a row.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Linear is the twin of flow.py.
type Linear struct {
	flow.Flow
	X, Y, Zero int
	NameOfIt   string
}

// Start sets what the others read.
func (t *Linear) Start(ctx flow.Context) (flow.Next, error) {
	t.X = 1
	t.Zero = 0
	t.NameOfIt = "ünïcode"
	return flow.To(t.Middle), nil
}

// Middle replaces one artifact and makes another.
func (t *Linear) Middle(ctx flow.Context) (flow.Next, error) {
	t.Y = t.X + 1
	t.X = 10
	return flow.To(t.End), nil
}

// End prints.
func (t *Linear) End(ctx flow.Context) (flow.Next, error) {
	fmt.Printf("x is %d and y is %d\n", t.X, t.Y)
	return flow.End(), nil
}

func main() { flow.Main(&Linear{}) }
