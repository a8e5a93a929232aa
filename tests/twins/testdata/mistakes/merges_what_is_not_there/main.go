// Command merges_what_is_not_there is wrong: a join merges a name that no branch has.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

type MergesWhatIsNotThere struct {
	flow.Flow
	X, Y int
}

func (t *MergesWhatIsNotThere) Start(ctx flow.Context) (flow.Next, error) {
	t.X = 1
	return flow.Split(t.A, t.B), nil
}

func (t *MergesWhatIsNotThere) A(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Join), nil }

func (t *MergesWhatIsNotThere) B(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Join), nil }

func (t *MergesWhatIsNotThere) Join(ctx flow.Context, inputs []*MergesWhatIsNotThere) (flow.Next, error) {
	return flow.To(t.End), flow.Merge(t, inputs, flow.Include("X", "Y")) // SP213
}

func (t *MergesWhatIsNotThere) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.X)
	return flow.End(), nil
}

func main() { flow.Main(&MergesWhatIsNotThere{}) }
