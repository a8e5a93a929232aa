// Command nothing_to_join is wrong: a join without a split.
package main

import "github.com/spindle-flow/spindle/flow"

type NothingToJoin struct{ flow.Flow }

func (t *NothingToJoin) Start(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Join), nil }

func (t *NothingToJoin) Join(ctx flow.Context, inputs []*NothingToJoin) (flow.Next, error) { // SP123
	return flow.To(t.End), nil
}

func (t *NothingToJoin) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&NothingToJoin{}) }
