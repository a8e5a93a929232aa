// Command fan300 has 300 tasks that leave a trace outside the store each time their body runs: the twin of fan300.py.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spindle-flow/spindle/flow"
)

// Value is what a body leaves.
type Value struct{ Item, Square int }

// Fan300 is the flow.
type Fan300 struct {
	flow.Flow
	Items   []int
	Value   Value
	Squares []int
	Total   int
}

func trace(ctx flow.Context, what string) error {
	f, err := os.OpenFile(os.Getenv("SIDE_EFFECTS"), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(ctx.RunID + " " + what + "\n")
	return errors.Join(err, f.Close())
}

// Start makes the items.
func (t *Fan300) Start(ctx flow.Context) (flow.Next, error) {
	for i := range 297 {
		t.Items = append(t.Items, i)
	}
	return flow.Foreach(t.Body, t.Items), trace(ctx, "start")
}

// Body squares one.
func (t *Fan300) Body(ctx flow.Context, item int) (flow.Next, error) {
	t.Value = Value{Item: item, Square: item * item}
	return flow.Join(t.Join), trace(ctx, fmt.Sprintf("body-%d", item))
}

// Join collects.
func (t *Fan300) Join(ctx flow.Context, inputs []*Fan300) (flow.Next, error) {
	for _, in := range inputs {
		t.Squares = append(t.Squares, in.Value.Square)
	}
	return flow.To(t.End), trace(ctx, "join")
}

// End sums up.
func (t *Fan300) End(ctx flow.Context) (flow.Next, error) {
	for _, s := range t.Squares {
		t.Total += s
	}
	return flow.End(), trace(ctx, "end")
}

func main() { flow.Main(&Fan300{}) }
