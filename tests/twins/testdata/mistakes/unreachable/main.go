// Command unreachable is wrong: nothing leads to a step.
package main

import "github.com/spindle-flow/spindle/flow"

type Unreachable struct{ flow.Flow }

func (t *Unreachable) Start(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

func (t *Unreachable) Old(ctx flow.Context) (flow.Next, error) { // SP120
	return flow.To(t.End), nil
}

func (t *Unreachable) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&Unreachable{}) }
