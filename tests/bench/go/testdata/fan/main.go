// Command fan is a foreach of tasks that do next to nothing.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Fan is the flow.
type Fan struct {
	flow.Flow
	N     int `param:"n" default:"100"`
	Items []int
	Y     int
	Total int
}

// Start makes the items.
func (t *Fan) Start(ctx flow.Context) (flow.Next, error) {
	t.Items = make([]int, t.N)
	for i := range t.Items {
		t.Items[i] = i
	}
	return flow.Foreach(t.Body, t.Items), nil
}

// Body is the task that is counted.
func (t *Fan) Body(ctx flow.Context, item int) (flow.Next, error) {
	t.Y = item
	return flow.Join(t.Join), nil
}

// Join sums up.
func (t *Fan) Join(ctx flow.Context, inputs []*Fan) (flow.Next, error) {
	for _, in := range inputs {
		t.Total += in.Y
	}
	return flow.To(t.End), flow.Merge(t, inputs, flow.Include("Items"))
}

// End checks the sum.
func (t *Fan) End(ctx flow.Context) (flow.Next, error) {
	if t.Total != t.N*(t.N-1)/2 {
		return flow.Next{}, fmt.Errorf("the sum is %d", t.Total)
	}
	return flow.End(), nil
}

func main() { flow.Main(&Fan{}) }
