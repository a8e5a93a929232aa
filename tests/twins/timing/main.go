// Command timing is a flow whose steps run out of time.
package main

import (
	"fmt"
	"time"

	"github.com/spindle-flow/spindle/flow"
)

// Timing is the twin of flow.py.
type Timing struct {
	flow.Flow
	Attempt int
	Late    *flow.Failure
	WasLate bool
}

// Start waits for its end at the first try.
func (t *Timing) Start(ctx flow.Context) (flow.Next, error) {
	if ctx.RetryCount == 0 {
		<-ctx.Done()
		return flow.Next{}, ctx.Err()
	}
	t.Attempt = ctx.RetryCount
	return flow.To(t.Slow), nil
}

// Slow does not look at its context: it is ended all the same.
func (t *Timing) Slow(ctx flow.Context) (flow.Next, error) {
	time.Sleep(time.Minute)
	return flow.To(t.End), nil
}

// End prints.
func (t *Timing) End(ctx flow.Context) (flow.Next, error) {
	t.WasLate = t.Late != nil
	fmt.Println("attempt", t.Attempt)
	return flow.End(), nil
}

func main() {
	flow.Main(&Timing{},
		flow.Step((*Timing).Start, flow.Timeout(time.Second), flow.Retry{Times: 1}),
		flow.Step((*Timing).Slow, flow.Catch{Field: "Late"}, flow.Timeout(time.Second)))
}
