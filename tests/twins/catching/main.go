// Command catching is a flow that goes on when its steps have failed.
package main

import (
	"errors"
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Catching is the twin of flow.py.
type Catching struct {
	flow.Flow
	Before  string
	Problem *flow.Failure
	Seen    string
	Trouble *flow.Failure
	Numbers []int
	Failed  *flow.Failure
	Part    int
	Parts   []int
	Reasons []string
}

// Start fails.
func (t *Catching) Start(ctx flow.Context) (flow.Next, error) {
	t.Before = "kept"
	return flow.To(t.Silent), errors.New("no luck: ünlucky")
}

// Silent fails as well, and nothing tells of it.
func (t *Catching) Silent(ctx flow.Context) (flow.Next, error) {
	t.Seen = t.Problem.Message
	return flow.To(t.Fine), errors.New("nobody keeps this")
}

// Fine works.
func (t *Catching) Fine(ctx flow.Context) (flow.Next, error) {
	t.Numbers = []int{1, 0, 2}
	return flow.To(t.Pick), nil
}

// Pick fans out.
func (t *Catching) Pick(ctx flow.Context) (flow.Next, error) {
	return flow.Foreach(t.Divide, t.Numbers), nil
}

// Divide fails for one of three.
func (t *Catching) Divide(ctx flow.Context, by int) (flow.Next, error) {
	if by == 0 {
		return flow.Next{}, errors.New("division by zero")
	}
	t.Part = 10 / by
	return flow.Join(t.Join), nil
}

// Join reads what was caught.
func (t *Catching) Join(ctx flow.Context, inputs []*Catching) (flow.Next, error) {
	for _, in := range inputs {
		part, reason := in.Part, ""
		if in.Failed != nil {
			part, reason = -1, in.Failed.Message
		}
		t.Parts = append(t.Parts, part)
		t.Reasons = append(t.Reasons, reason)
	}
	return flow.To(t.End), flow.Merge(t, inputs, flow.Include("Before", "Seen", "Trouble"))
}

// End prints.
func (t *Catching) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("parts", t.Parts[0], t.Parts[1], t.Parts[2])
	return flow.End(), nil
}

func main() {
	flow.Main(&Catching{},
		flow.Step((*Catching).Start, flow.Catch{Field: "Problem"}),
		flow.Step((*Catching).Silent, flow.Catch{}),
		flow.Step((*Catching).Fine, flow.Catch{Field: "Trouble"}),
		flow.Step((*Catching).Divide, flow.Catch{Field: "Failed"}))
}
