// Command switching is a flow that chooses its way.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Switching is the twin of flow.py.
type Switching struct {
	flow.Flow
	Road     string `param:"road" default:"right"`
	Choice   string
	Went     string
	Level    int
	HighSeen bool
	Enough   bool
}

// Start chooses by a text.
func (t *Switching) Start(ctx flow.Context) (flow.Next, error) {
	t.Choice = t.Road
	return flow.Switch(t.Choice, flow.Case("left", t.GoLeft), flow.Case("right", t.GoRight)), nil
}

// GoLeft is one way.
func (t *Switching) GoLeft(ctx flow.Context) (flow.Next, error) {
	t.Went = "left"
	return flow.To(t.Number), nil
}

// GoRight is the other.
func (t *Switching) GoRight(ctx flow.Context) (flow.Next, error) {
	t.Went = "right"
	return flow.To(t.Number), nil
}

// Number chooses by a number.
func (t *Switching) Number(ctx flow.Context) (flow.Next, error) {
	t.Level = 2
	return flow.Switch(t.Level, flow.Case(1, t.Low), flow.Case(2, t.High)), nil
}

// Low is one way.
func (t *Switching) Low(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.Truth), nil
}

// High is the other.
func (t *Switching) High(ctx flow.Context) (flow.Next, error) {
	t.HighSeen = true
	return flow.To(t.Truth), nil
}

// Truth chooses by a truth.
func (t *Switching) Truth(ctx flow.Context) (flow.Next, error) {
	t.Enough = t.Went == "left"
	return flow.Switch(t.Enough, flow.Case(true, t.End), flow.Case(false, t.More)), nil
}

// More is a way round.
func (t *Switching) More(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.End), nil
}

// End prints.
func (t *Switching) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("went", t.Went)
	return flow.End(), nil
}

func main() { flow.Main(&Switching{}) }
