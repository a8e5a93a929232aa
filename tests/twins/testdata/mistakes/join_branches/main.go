// Command join_branches is wrong: a join branches at once.
package main

import "github.com/spindle-flow/spindle/flow"

type JoinBranches struct{ flow.Flow }

func (t *JoinBranches) Start(ctx flow.Context) (flow.Next, error) { return flow.Split(t.A, t.B), nil }

func (t *JoinBranches) A(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Join), nil }

func (t *JoinBranches) B(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Join), nil }

func (t *JoinBranches) Join(ctx flow.Context, inputs []*JoinBranches) (flow.Next, error) {
	return flow.Split(t.C, t.D), nil // SP114
}

func (t *JoinBranches) C(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Again), nil }

func (t *JoinBranches) D(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Again), nil }

func (t *JoinBranches) Again(ctx flow.Context, inputs []*JoinBranches) (flow.Next, error) {
	return flow.To(t.End), nil
}

func (t *JoinBranches) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&JoinBranches{}) }
