// Command never_joined is wrong: a split's branches go to the end.
package main

import "github.com/spindle-flow/spindle/flow"

type NeverJoined struct{ flow.Flow }

func (t *NeverJoined) Start(ctx flow.Context) (flow.Next, error) {
	return flow.Split(t.A, t.B), nil // SP121
}

func (t *NeverJoined) A(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

func (t *NeverJoined) B(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

func (t *NeverJoined) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&NeverJoined{}) }
