// Command no_start is wrong: there is no first step.
package main

import "github.com/spindle-flow/spindle/flow"

type NoStart struct{ flow.Flow } // SP103

func (t *NoStart) Begin(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.End), nil
}

func (t *NoStart) End(ctx flow.Context) (flow.Next, error) {
	return flow.End(), nil
}

func main() { flow.Main(&NoStart{}) }
