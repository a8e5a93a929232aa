// Command no_case is wrong: a switch has no case for what is set.
package main

import "github.com/spindle-flow/spindle/flow"

type NoCase struct {
	flow.Flow
	Way string
}

func (t *NoCase) Start(ctx flow.Context) (flow.Next, error) {
	t.Way = "c"
	return flow.Switch(t.Way, flow.Case("a", t.A), flow.Case("b", t.End)), nil // SP215
}

func (t *NoCase) A(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

func (t *NoCase) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&NoCase{}) }
