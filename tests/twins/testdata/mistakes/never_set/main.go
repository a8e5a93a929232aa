// Command never_set is wrong: an artifact is read that nothing sets.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

type NeverSet struct {
	flow.Flow
	X, Y int
}

func (t *NeverSet) Start(ctx flow.Context) (flow.Next, error) {
	t.X = 1
	return flow.To(t.End), nil
}

func (t *NeverSet) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.X, t.Y) // SP201
	return flow.End(), nil
}

func main() { flow.Main(&NeverSet{}) }
