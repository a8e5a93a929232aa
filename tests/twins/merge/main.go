// Command merge is a flow whose joins bring artifacts together.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Merging is the twin of flow.py.
type Merging struct {
	flow.Flow
	Common   string
	Clash    int
	Unwanted string
	FromOne  []int
	FromTwo  map[string]int
	Refused  []string
	Extra    int
}

// Start sets what both branches have.
func (t *Merging) Start(ctx flow.Context) (flow.Next, error) {
	t.Common = "same everywhere"
	t.Clash = 0
	t.Unwanted = "drop me"
	return flow.Split(t.One, t.Two), nil
}

// One is a branch.
func (t *Merging) One(ctx flow.Context) (flow.Next, error) {
	t.Clash = 1
	t.FromOne = []int{1, 1}
	return flow.Join(t.Resolve), nil
}

// Two is a branch.
func (t *Merging) Two(ctx flow.Context) (flow.Next, error) {
	t.Clash = 2
	t.FromTwo = map[string]int{"two": 2}
	return flow.Join(t.Resolve), nil
}

// Resolve merges, once it has said what becomes of the conflict.
func (t *Merging) Resolve(ctx flow.Context, inputs []*Merging) (flow.Next, error) {
	t.Refused = []string{}
	if err := flow.Merge(t, inputs); err != nil {
		t.Refused = append(t.Refused, "all")
	}
	if err := flow.Merge(t, inputs, flow.Include("Common", "Clash")); err != nil {
		t.Refused = append(t.Refused, "included")
	}
	t.Clash = inputs[0].Clash + inputs[1].Clash
	if err := flow.Merge(t, inputs, flow.Exclude("Unwanted")); err != nil {
		return flow.Next{}, err
	}
	return flow.To(t.Again), nil
}

// Again splits.
func (t *Merging) Again(ctx flow.Context) (flow.Next, error) {
	return flow.Split(t.Three, t.Four), nil
}

// Three is a branch.
func (t *Merging) Three(ctx flow.Context) (flow.Next, error) {
	t.Extra = 3
	return flow.Join(t.Picky), nil
}

// Four is a branch.
func (t *Merging) Four(ctx flow.Context) (flow.Next, error) {
	t.Extra = 4
	return flow.Join(t.Picky), nil
}

// Picky takes two artifacts and leaves the rest.
func (t *Merging) Picky(ctx flow.Context, inputs []*Merging) (flow.Next, error) {
	return flow.To(t.End), flow.Merge(t, inputs, flow.Include("Common", "Clash"))
}

// End prints them.
func (t *Merging) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.Common, t.Clash)
	return flow.End(), nil
}

func main() { flow.Main(&Merging{}) }
