// Command conflict is a flow whose join merges what can't be.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Conflict is the twin of flow.py.
type Conflict struct {
	flow.Flow
	Clash int
}

// Start splits.
func (t *Conflict) Start(ctx flow.Context) (flow.Next, error) {
	return flow.Split(t.One, t.Two), nil
}

// One says one thing.
func (t *Conflict) One(ctx flow.Context) (flow.Next, error) {
	t.Clash = 1
	return flow.Join(t.Join), nil
}

// Two says another.
func (t *Conflict) Two(ctx flow.Context) (flow.Next, error) {
	t.Clash = 2
	return flow.Join(t.Join), nil
}

// Join merges all the same.
func (t *Conflict) Join(ctx flow.Context, inputs []*Conflict) (flow.Next, error) {
	if err := flow.Merge(t, inputs); err != nil {
		return flow.Next{}, err
	}
	return flow.To(t.End), nil
}

// End is not reached.
func (t *Conflict) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("not reached")
	return flow.End(), nil
}

func main() { flow.Main(&Conflict{}) }
