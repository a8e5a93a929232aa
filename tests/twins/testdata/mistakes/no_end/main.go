// Command no_end is wrong: there is no last step.
package main

import "github.com/spindle-flow/spindle/flow"

type NoEnd struct{ flow.Flow } // SP106

func (t *NoEnd) Start(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.Finish), nil
}

func (t *NoEnd) Finish(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.Start), nil // SP109
}

func main() { flow.Main(&NoEnd{}) }
