// Command recursion is a flow with a step that comes again until it is content.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Recursion is the twin of flow.py.
type Recursion struct {
	flow.Flow
	Values  []int
	Value   int
	Rounds  []int
	Verdict string
	Count   int
	Counts  []int
}

// Start has two numbers.
func (t *Recursion) Start(ctx flow.Context) (flow.Next, error) {
	t.Values = []int{20, 3}
	return flow.Foreach(t.Prepare, t.Values), nil
}

// Prepare takes one.
func (t *Recursion) Prepare(ctx flow.Context, value int) (flow.Next, error) {
	t.Value = value
	t.Rounds = []int{}
	return flow.To(t.Halve), nil
}

// Halve comes again while there is something to halve.
func (t *Recursion) Halve(ctx flow.Context) (flow.Next, error) {
	t.Value /= 2
	t.Rounds = append(t.Rounds, t.Value)
	t.Verdict = "again"
	if t.Value <= 1 {
		t.Verdict = "stop"
	}
	return flow.Switch(t.Verdict, flow.Case("again", t.Halve), flow.Case("stop", t.After)), nil
}

// After counts.
func (t *Recursion) After(ctx flow.Context) (flow.Next, error) {
	t.Count = len(t.Rounds)
	return flow.Join(t.Join), nil
}

// Join collects.
func (t *Recursion) Join(ctx flow.Context, inputs []*Recursion) (flow.Next, error) {
	for _, in := range inputs {
		t.Counts = append(t.Counts, in.Count)
	}
	return flow.To(t.End), nil
}

// End prints.
func (t *Recursion) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("rounds", t.Counts[0], t.Counts[1])
	return flow.End(), nil
}

func main() { flow.Main(&Recursion{}) }
