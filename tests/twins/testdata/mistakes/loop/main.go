// Command loop is wrong: a step leads back to an earlier one.
package main

import "github.com/spindle-flow/spindle/flow"

type Loop struct{ flow.Flow }

func (t *Loop) Start(ctx flow.Context) (flow.Next, error) { return flow.To(t.Middle), nil }

func (t *Loop) Middle(ctx flow.Context) (flow.Next, error) { return flow.To(t.Later), nil }

func (t *Loop) Later(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.Middle), nil // SP119
}

func (t *Loop) End(ctx flow.Context) (flow.Next, error) {
	return flow.End(), nil
}

func main() { flow.Main(&Loop{}) }
