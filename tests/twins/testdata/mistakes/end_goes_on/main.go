// Command end_goes_on is wrong: the last step leads to another.
package main

import "github.com/spindle-flow/spindle/flow"

type EndGoesOn struct{ flow.Flow }

func (t *EndGoesOn) Start(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.End), nil
}

func (t *EndGoesOn) End(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.CleanUp), nil // SP110
}

func (t *EndGoesOn) CleanUp(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.End), nil
}

func main() { flow.Main(&EndGoesOn{}) }
