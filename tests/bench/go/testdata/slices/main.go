// Command slices is a flow that hands a large slice of numbers from one step to the next.
package main

import (
	"errors"

	"github.com/spindle-flow/spindle/flow"
)

// Slices is the flow.
type Slices struct {
	flow.Flow
	MB     int `param:"mb" default:"256" help:"size of the slice in memory"`
	Values []float64
}

// Start fills the slice with numbers that don't compress.
func (t *Slices) Start(ctx flow.Context) (flow.Next, error) {
	t.Values = make([]float64, t.MB<<20/8)
	state := uint64(7)
	for i := range t.Values {
		state = state*6364136223846793005 + 1442695040888963407
		t.Values[i] = float64(state>>11) / (1 << 53)
	}
	return flow.To(t.End), nil
}

// End reads it.
func (t *Slices) End(ctx flow.Context) (flow.Next, error) {
	if len(t.Values) != t.MB<<20/8 {
		return flow.Next{}, errors.New("the slice has another length")
	}
	return flow.End(), nil
}

func main() { flow.Main(&Slices{}) }
