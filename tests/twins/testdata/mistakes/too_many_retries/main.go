// Command too_many_retries is wrong: a step is tried more often than can be.
package main

import "github.com/spindle-flow/spindle/flow"

type TooManyRetries struct{ flow.Flow }

func (t *TooManyRetries) Start(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

func (t *TooManyRetries) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() {
	flow.Main(&TooManyRetries{},
		flow.Step((*TooManyRetries).Start, flow.Retry{Times: 10})) // SP310
}
