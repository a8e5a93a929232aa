// Command foreach_left_open is wrong: a foreach within a foreach is joined once.
package main

import "github.com/spindle-flow/spindle/flow"

type ForeachLeftOpen struct {
	flow.Flow
	Outer, Inner []int
}

func (t *ForeachLeftOpen) Start(ctx flow.Context) (flow.Next, error) {
	t.Outer = []int{1, 2}
	return flow.Foreach(t.A, t.Outer), nil // SP121
}

func (t *ForeachLeftOpen) A(ctx flow.Context, _ int) (flow.Next, error) {
	t.Inner = []int{3, 4}
	return flow.Foreach(t.B, t.Inner), nil
}

func (t *ForeachLeftOpen) B(ctx flow.Context, _ int) (flow.Next, error) {
	return flow.Join(t.Join), nil
}

func (t *ForeachLeftOpen) Join(ctx flow.Context, inputs []*ForeachLeftOpen) (flow.Next, error) {
	return flow.To(t.End), nil
}

func (t *ForeachLeftOpen) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&ForeachLeftOpen{}) }
