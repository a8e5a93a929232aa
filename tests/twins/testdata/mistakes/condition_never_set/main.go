// Command condition_never_set is wrong: nothing sets what a switch looks at.
package main

import "github.com/spindle-flow/spindle/flow"

type ConditionNeverSet struct {
	flow.Flow
	Way string
}

func (t *ConditionNeverSet) Start(ctx flow.Context) (flow.Next, error) {
	return flow.Switch(t.Way, flow.Case("a", t.A), flow.Case("b", t.End)), nil // SP214
}

func (t *ConditionNeverSet) A(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

func (t *ConditionNeverSet) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&ConditionNeverSet{}) }
