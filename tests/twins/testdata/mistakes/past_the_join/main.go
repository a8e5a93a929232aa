// Command past_the_join is wrong: a branch goes past the join of its split.
package main

import "github.com/spindle-flow/spindle/flow"

type PastTheJoin struct{ flow.Flow }

func (t *PastTheJoin) Start(ctx flow.Context) (flow.Next, error) {
	return flow.Split(t.A, t.B), nil
}

func (t *PastTheJoin) A(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Join), nil }

func (t *PastTheJoin) B(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

func (t *PastTheJoin) Join(ctx flow.Context, inputs []*PastTheJoin) (flow.Next, error) { // SP122
	return flow.To(t.End), nil
}

func (t *PastTheJoin) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&PastTheJoin{}) }
