// Command retrying is a flow whose steps work at the second or third try, or never.
package main

import (
	"errors"
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Retrying is the twin of flow.py.
type Retrying struct {
	flow.Flow
	Attempt  int
	Items    []int
	Failed   *flow.Failure
	Attempts []int
}

// Start works at the third try.
func (t *Retrying) Start(ctx flow.Context) (flow.Next, error) {
	t.Attempt = ctx.RetryCount + 1
	fmt.Println("attempt", ctx.RetryCount)
	if ctx.RetryCount < 2 {
		return flow.Next{}, fmt.Errorf("not yet: %d", ctx.RetryCount)
	}
	t.Items = []int{0, 1}
	return flow.Foreach(t.Body, t.Items), nil
}

// Body never works for one of the two.
func (t *Retrying) Body(ctx flow.Context, item int) (flow.Next, error) {
	t.Attempt = ctx.RetryCount
	if item == 1 {
		return flow.Next{}, errors.New("item one never works")
	}
	return flow.Join(t.Join), nil
}

// Join says which.
func (t *Retrying) Join(ctx flow.Context, inputs []*Retrying) (flow.Next, error) {
	for _, in := range inputs {
		if in.Failed != nil {
			in.Attempt = -1
		}
		t.Attempts = append(t.Attempts, in.Attempt)
	}
	return flow.To(t.End), nil
}

// End prints.
func (t *Retrying) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("attempts", t.Attempts[0], t.Attempts[1])
	return flow.End(), nil
}

func main() {
	flow.Main(&Retrying{},
		flow.Step((*Retrying).Start, flow.Retry{Times: 3}),
		flow.Step((*Retrying).Body, flow.Catch{Field: "Failed"}, flow.Retry{Times: 1}))
}
