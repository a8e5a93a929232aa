// Command split is a flow of branches within branches.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// SplitUp is the twin of flow.py.
type SplitUp struct {
	flow.Flow
	Base, Part int
	Piece      string
	Pieces     []string
	Parts      []int
}

// Start splits in three.
func (t *SplitUp) Start(ctx flow.Context) (flow.Next, error) {
	t.Base = 100
	return flow.Split(t.Left, t.Middle, t.Right), nil
}

// Left is a branch.
func (t *SplitUp) Left(ctx flow.Context) (flow.Next, error) {
	t.Part = t.Base + 1
	return flow.Join(t.Together), nil
}

// Middle splits again.
func (t *SplitUp) Middle(ctx flow.Context) (flow.Next, error) {
	return flow.Split(t.Upper, t.Lower), nil
}

// Upper is a branch of a branch.
func (t *SplitUp) Upper(ctx flow.Context) (flow.Next, error) {
	t.Piece = "up"
	return flow.Join(t.Meet), nil
}

// Lower is the other.
func (t *SplitUp) Lower(ctx flow.Context) (flow.Next, error) {
	t.Piece = "low"
	return flow.Join(t.Meet), nil
}

// Meet joins the inner branches.
func (t *SplitUp) Meet(ctx flow.Context, inputs []*SplitUp) (flow.Next, error) {
	for _, in := range inputs {
		t.Pieces = append(t.Pieces, in.Piece)
	}
	t.Part = 2
	return flow.Join(t.Together), nil
}

// Right is a branch.
func (t *SplitUp) Right(ctx flow.Context) (flow.Next, error) {
	t.Part = t.Base + 3
	return flow.Join(t.Together), nil
}

// Together joins the outer branches.
func (t *SplitUp) Together(ctx flow.Context, inputs []*SplitUp) (flow.Next, error) {
	for _, in := range inputs {
		t.Parts = append(t.Parts, in.Part)
	}
	return flow.To(t.End), nil
}

// End prints the sum.
func (t *SplitUp) End(ctx flow.Context) (flow.Next, error) {
	sum := 0
	for _, p := range t.Parts {
		sum += p
	}
	fmt.Println("parts", sum)
	return flow.End(), nil
}

func main() { flow.Main(&SplitUp{}) }
