// Command gang_without_join is wrong: a gang is not joined.
package main

import "github.com/spindle-flow/spindle/flow"

type GangWithoutJoin struct{ flow.Flow }

func (t *GangWithoutJoin) Start(ctx flow.Context) (flow.Next, error) {
	return flow.Gang(t.Train, 2), nil
}

func (t *GangWithoutJoin) Train(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.End), nil // SP132
}

func (t *GangWithoutJoin) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&GangWithoutJoin{}) }
