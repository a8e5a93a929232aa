// Command every is a flow in Go with what a deployment decides in a way of its own: parameters, a config, an included file, a loop, a nested foreach, a retry.
package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/flow"
)

// Settings are what the config cfg has.
type Settings struct{ Factor int }

// Every has every construct that a deployment can run.
type Every struct {
	flow.Flow
	Alpha int       `param:"alpha" default:"3"`
	Shape []int     `param:"shape" default:"1,2"`
	Words flow.File `param:"words" default:"words.txt"`
	Cfg   Settings  `config:"cfg" value:"{\"factor\": 2}"`

	Letters []string
	Numbers []int
	Letter  string
	Value   int
	Total   int
	Left    int
	Again   bool
	Tried   int
	Where   string
}

// Start reads the file.
func (e *Every) Start(ctx flow.Context) (flow.Next, error) {
	text, err := e.Words.Text()
	if err != nil {
		return flow.Next{}, err
	}
	e.Letters = strings.Fields(text)
	fmt.Println("alpha is", e.Alpha, "of", ctx.Pathspec != "")
	return flow.Split(e.Fan, e.Flaky), nil
}

// Fan fans out.
func (e *Every) Fan(ctx flow.Context) (flow.Next, error) {
	return flow.Foreach(e.Branch, e.Letters), nil
}

// Branch fans out again.
func (e *Every) Branch(ctx flow.Context, letter string) (flow.Next, error) {
	e.Letter, e.Numbers = letter, e.Shape
	return flow.Foreach(e.Leaf, e.Numbers), nil
}

// Leaf computes.
func (e *Every) Leaf(ctx flow.Context, number int) (flow.Next, error) {
	e.Value = number * e.Cfg.Factor * e.Alpha
	return flow.Join(e.Inner), nil
}

// Inner adds up the leaves.
func (e *Every) Inner(ctx flow.Context, inputs []*Every) (flow.Next, error) {
	for _, in := range inputs {
		e.Total += in.Value
	}
	return flow.Join(e.Outer), nil
}

// Outer adds up the branches.
func (e *Every) Outer(ctx flow.Context, inputs []*Every) (flow.Next, error) {
	for _, in := range inputs {
		e.Total += in.Total
	}
	e.Left = e.Alpha
	return flow.To(e.Count), nil
}

// Count goes round.
func (e *Every) Count(ctx flow.Context) (flow.Next, error) {
	e.Left--
	e.Again = e.Left > 0
	return flow.Switch(e.Again, flow.Case(true, e.Count), flow.Case(false, e.Counted)), nil
}

// Counted is behind the loop.
func (e *Every) Counted(ctx flow.Context) (flow.Next, error) { return flow.Join(e.Whole), nil }

// Flaky fails the first time.
func (e *Every) Flaky(ctx flow.Context) (flow.Next, error) {
	if ctx.RetryCount == 0 {
		return flow.Next{}, errors.New("not yet")
	}
	e.Tried = ctx.RetryCount
	return flow.Join(e.Whole), nil
}

// Whole joins all.
func (e *Every) Whole(ctx flow.Context, inputs []*Every) (flow.Next, error) {
	if err := flow.Merge(e, inputs, flow.Include("Total", "Tried", "Left")); err != nil {
		return flow.Next{}, err
	}
	e.Where = ctx.FlowName + " of " + ctx.User
	return flow.To(e.End), nil
}

// End prints what is left.
func (e *Every) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("total", e.Total, "tried", e.Tried, "left", e.Left, e.Where)
	return flow.End(), nil
}

func main() { flow.Main(&Every{}, flow.Step((*Every).Flaky, flow.Retry{Times: 1})) }
