// Command gang is a flow with a step that runs on several nodes at once.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Ganged is the twin of flow.py.
type Ganged struct {
	flow.Flow
	Base  int
	Node  int
	Nodes int
	Main  string
	Part  int
	Parts []int
	Seen  []int
}

// Start asks for three nodes.
func (t *Ganged) Start(ctx flow.Context) (flow.Next, error) {
	t.Base = 100
	return flow.Gang(t.Train, 3), nil
}

// Train is one node.
func (t *Ganged) Train(ctx flow.Context) (flow.Next, error) {
	t.Node = ctx.Parallel.Index
	t.Nodes = ctx.Parallel.Nodes
	t.Main = ctx.Parallel.MainIP
	t.Part = t.Base + t.Node
	return flow.Join(t.Combine), nil
}

// Combine joins the nodes.
func (t *Ganged) Combine(ctx flow.Context, inputs []*Ganged) (flow.Next, error) {
	for _, in := range inputs {
		t.Parts = append(t.Parts, in.Part)
		t.Seen = append(t.Seen, in.Nodes)
	}
	return flow.To(t.End), nil
}

// End prints.
func (t *Ganged) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("total", t.Parts[0]+t.Parts[1]+t.Parts[2])
	return flow.End(), nil
}

func main() { flow.Main(&Ganged{}) }
