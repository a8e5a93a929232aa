// Command lost_at_a_join is wrong: a join passes nothing on.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

type LostAtAJoin struct {
	flow.Flow
	Items     []int
	NameOfRun string
	Y, Total  int
}

func (t *LostAtAJoin) Start(ctx flow.Context) (flow.Next, error) {
	t.Items = []int{1, 2}
	t.NameOfRun = "x"
	return flow.Foreach(t.Body, t.Items), nil
}

func (t *LostAtAJoin) Body(ctx flow.Context, item int) (flow.Next, error) {
	t.Y = item
	return flow.Join(t.Join), nil
}

func (t *LostAtAJoin) Join(ctx flow.Context, inputs []*LostAtAJoin) (flow.Next, error) {
	for _, in := range inputs {
		t.Total += in.Y
	}
	return flow.To(t.End), nil
}

func (t *LostAtAJoin) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.Total, t.NameOfRun) // SP203
	return flow.End(), nil
}

func main() { flow.Main(&LostAtAJoin{}) }
