// Command ends is a flow whose first and last step have other names.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Ends is the twin of flow.py.
type Ends struct {
	flow.Flow
	X int
}

// Prepare is the first step.
func (t *Ends) Prepare(ctx flow.Context) (flow.Next, error) {
	t.X = 1
	return flow.To(t.Finish), nil
}

// Finish is the last.
func (t *Ends) Finish(ctx flow.Context) (flow.Next, error) {
	fmt.Println("x is", t.X)
	return flow.End(), nil
}

func main() {
	flow.Main(&Ends{}, flow.Step((*Ends).Prepare, flow.AsStart()), flow.Step((*Ends).Finish, flow.AsEnd()))
}
