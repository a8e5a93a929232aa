// Package main is a flow for the tests of the notebook.
package main

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/flow"
)

// Point is an item.
type Point struct{ X, Y float64 }

// Tiny adds up.
type Tiny struct {
	flow.Flow
	Alpha float64 `param:"alpha" default:"0.5" help:"how much"`
	Items []Point
	Y     float64
	Total float64
	Words map[string]int `artifact:"counts"`
}

// Start makes the items.
func (t *Tiny) Start(ctx flow.Context) (flow.Next, error) {
	t.Items = []Point{{1, 2}, {3, 4}, {5, 6}}
	t.Words = map[string]int{}
	for _, w := range strings.Fields("a b a") {
		t.Words[w]++
	}
	return flow.Foreach(t.Body, t.Items), nil
}

// Body has one item.
func (t *Tiny) Body(ctx flow.Context, p Point) (flow.Next, error) {
	t.Y = scaled(p, t.Alpha)
	fmt.Println("item", p.X)
	return flow.Join(t.Meet), nil
}

// scaled is what helps Body.
func scaled(p Point, by float64) float64 { return p.X * by }

// Meet adds up.
func (t *Tiny) Meet(ctx flow.Context, in []*Tiny) (flow.Next, error) {
	for _, i := range in {
		t.Total += i.Y
	}
	if err := flow.Merge(t, in, flow.Include("Words")); err != nil {
		return flow.Next{}, err
	}
	return flow.To(t.End), nil
}

// End tells.
func (t *Tiny) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("total", t.Total)
	return flow.End(), nil
}

func main() { flow.Main(&Tiny{}) }
