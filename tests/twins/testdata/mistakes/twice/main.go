// Command twice is wrong: a split names one branch twice.
package main

import "github.com/spindle-flow/spindle/flow"

type Twice struct{ flow.Flow }

func (t *Twice) Start(ctx flow.Context) (flow.Next, error) {
	return flow.Split(t.A, t.B, t.A), nil // SP134
}

func (t *Twice) A(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Join), nil }

func (t *Twice) B(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Join), nil }

func (t *Twice) Join(ctx flow.Context, inputs []*Twice) (flow.Next, error) {
	return flow.To(t.End), nil
}

func (t *Twice) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&Twice{}) }
