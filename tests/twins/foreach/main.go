// Command foreach is a flow that does the same with each of some items.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Point is an item.
type Point struct {
	X int
	Y float64
}

// Fan is the twin of flow.py.
type Fan struct {
	flow.Flow
	Points []Point
	Sum    float64
	Place  int
	Again  int
	Sums   []float64
	Places []int
	Total  int
}

// Start makes the items.
func (t *Fan) Start(ctx flow.Context) (flow.Next, error) {
	for n := range 20 {
		t.Points = append(t.Points, Point{X: n, Y: float64(n) / 2})
	}
	return flow.Foreach(t.Body, t.Points), nil
}

// Body is given one.
func (t *Fan) Body(ctx flow.Context, p Point) (flow.Next, error) {
	t.Sum = float64(p.X) + p.Y
	return flow.To(t.Behind), nil
}

// Behind asks for the item.
func (t *Fan) Behind(ctx flow.Context) (flow.Next, error) {
	p, err := flow.Item[Point](ctx)
	if err != nil {
		return flow.Next{}, err
	}
	t.Place = ctx.Index()
	t.Again = p.X
	return flow.Join(t.Join), nil
}

// Join collects.
func (t *Fan) Join(ctx flow.Context, inputs []*Fan) (flow.Next, error) {
	for _, in := range inputs {
		t.Sums = append(t.Sums, in.Sum)
		t.Places = append(t.Places, in.Place)
		t.Total += in.Again
	}
	return flow.To(t.End), nil
}

// End prints.
func (t *Fan) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("total", t.Total)
	return flow.End(), nil
}

func main() { flow.Main(&Fan{}) }
