// Command wide is a flow in Go with what can be different in a container.
package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spindle-flow/spindle/flow"
)

// Settings are what the config cfg has.
type Settings struct{ Factor int }

// Wide has a nested foreach, and a retry.
type Wide struct {
	flow.Flow
	Add int      `param:"add" default:"1"`
	Cfg Settings `config:"cfg" value:"{\"factor\": 2}"`

	Letters  []string
	Numbers  []int
	Letter   string
	Product  string
	Products []string
	Tried    int
	Large    []float64
	Problem  *flow.Failure
	Told     string
}

// Start splits.
func (w *Wide) Start(ctx flow.Context) (flow.Next, error) {
	w.Letters = []string{"a", "b"}
	w.Large = make([]float64, 1<<17)
	for i := range w.Large {
		w.Large[i] = float64(i) / 3
	}
	return flow.Split(w.Many, w.Flaky, w.GivenUp), nil
}

// Many fans out.
func (w *Wide) Many(ctx flow.Context) (flow.Next, error) {
	return flow.Foreach(w.Branch, w.Letters), nil
}

// Branch fans out again.
func (w *Wide) Branch(ctx flow.Context, letter string) (flow.Next, error) {
	w.Letter, w.Numbers = letter, []int{1, 2, 3}
	return flow.Foreach(w.Leaf, w.Numbers), nil
}

// Leaf prints.
func (w *Wide) Leaf(ctx flow.Context, number int) (flow.Next, error) {
	w.Product = fmt.Sprint(w.Letter, number*w.Cfg.Factor+w.Add)
	fmt.Println("hello", w.Product)
	fmt.Fprintln(os.Stderr, "to stderr")
	return flow.Join(w.Inner), nil
}

// Inner joins the leaves of a branch.
func (w *Wide) Inner(ctx flow.Context, inputs []*Wide) (flow.Next, error) {
	for _, in := range inputs {
		w.Products = append(w.Products, in.Product)
	}
	return flow.Join(w.Outer), nil
}

// Outer joins the branches.
func (w *Wide) Outer(ctx flow.Context, inputs []*Wide) (flow.Next, error) {
	for _, in := range inputs {
		w.Products = append(w.Products, in.Products...)
	}
	slices.Sort(w.Products)
	return flow.Join(w.Whole), nil
}

// Flaky fails the first time.
func (w *Wide) Flaky(ctx flow.Context) (flow.Next, error) {
	if ctx.RetryCount == 0 {
		return flow.Next{}, errors.New("not yet")
	}
	w.Tried = ctx.RetryCount
	return flow.Join(w.Whole), nil
}

// GivenUp fails for good.
func (w *Wide) GivenUp(ctx flow.Context) (flow.Next, error) {
	var none []int
	_ = none[len(w.Letters)]
	return flow.Join(w.Whole), nil
}

// Whole joins all.
func (w *Wide) Whole(ctx flow.Context, inputs []*Wide) (flow.Next, error) {
	for _, in := range inputs {
		if in.Problem != nil {
			w.Told = in.Problem.Type
		}
	}
	if err := flow.Merge(w, inputs, flow.Include("Large", "Products", "Tried")); err != nil {
		return flow.Next{}, err
	}
	return flow.To(w.End), nil
}

// End prints what is left.
func (w *Wide) End(ctx flow.Context) (flow.Next, error) {
	if os.Getenv("WIDE_FAIL") != "" {
		return flow.Next{}, errors.New("asked to fail")
	}
	fmt.Println("products", w.Products, "tried", w.Tried, len(w.Large), w.Told)
	return flow.End(), nil
}

func main() {
	flow.Main(&Wide{},
		flow.Step((*Wide).Flaky, flow.Retry{Times: 2}), flow.Step((*Wide).GivenUp, flow.Catch{Field: "Problem"}),
		flow.Step((*Wide).Leaf, flow.Resources{MemoryMB: 600}))
}
