// Command one_case is wrong: a switch with one case.
package main

import "github.com/spindle-flow/spindle/flow"

type OneCase struct {
	flow.Flow
	Way string
}

func (t *OneCase) Start(ctx flow.Context) (flow.Next, error) {
	t.Way = "only"
	return flow.Switch(t.Way, flow.Case("only", t.End)), nil // SP125
}

func (t *OneCase) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&OneCase{}) }
