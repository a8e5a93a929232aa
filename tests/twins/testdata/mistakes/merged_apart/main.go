// Command merged_apart is wrong: a join merges what its branches set differently.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

type MergedApart struct {
	flow.Flow
	X int
}

func (t *MergedApart) Start(ctx flow.Context) (flow.Next, error) { return flow.Split(t.A, t.B), nil }

func (t *MergedApart) A(ctx flow.Context) (flow.Next, error) {
	t.X = 1
	return flow.Join(t.Join), nil
}

func (t *MergedApart) B(ctx flow.Context) (flow.Next, error) {
	t.X = 2
	return flow.Join(t.Join), nil
}

func (t *MergedApart) Join(ctx flow.Context, inputs []*MergedApart) (flow.Next, error) {
	if err := flow.Merge(t, inputs); err != nil { // SP204
		return flow.Next{}, err
	}
	return flow.To(t.End), nil
}

func (t *MergedApart) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.X)
	return flow.End(), nil
}

func main() { flow.Main(&MergedApart{}) }
