// Command catch_on_a_branch is wrong: a step that branches is caught.
package main

import "github.com/spindle-flow/spindle/flow"

type CatchOnABranch struct {
	flow.Flow
	Items   []int
	Problem *flow.Failure
}

func (t *CatchOnABranch) Start(ctx flow.Context) (flow.Next, error) {
	t.Items = []int{1, 2}
	return flow.Foreach(t.Body, t.Items), nil
}

func (t *CatchOnABranch) Body(ctx flow.Context, _ int) (flow.Next, error) {
	return flow.Join(t.Join), nil
}

func (t *CatchOnABranch) Join(ctx flow.Context, inputs []*CatchOnABranch) (flow.Next, error) {
	return flow.To(t.End), nil
}

func (t *CatchOnABranch) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() {
	flow.Main(&CatchOnABranch{},
		flow.Step((*CatchOnABranch).Start, flow.Catch{Field: "Problem"})) // SP313
}
