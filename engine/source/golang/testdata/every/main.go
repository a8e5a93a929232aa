// Command every is a flow with each form of transition.
package main

import (
	"errors"
	"time"

	"github.com/spindle-flow/spindle/flow"
)

// Point is an item.
type Point struct{ X, Y int }

// Settings is what the config holds.
type Settings struct{ Rate float64 }

// Every shows all there is.
//
// In two paragraphs.
type Every struct {
	flow.Flow
	Alpha   float64       `param:"alpha" default:"0.1" help:"learning rate"`
	Rounds  int           `param:"rounds" default:"3" required:"true"`
	Wait    time.Duration `param:"wait" default:"5m"`
	Tags    []string      `param:"tags" separator:","`
	Text    flow.File     `param:"text" default:"a.txt"`
	Cfg     Settings      `config:"cfg" file:"configs/base.json"`
	Grid    []Point
	Kind    string
	Left    int
	Why     *flow.Failure
	scratch int
	Skipped func() `artifact:"-"`
	HTTPURL string `artifact:"address"`
}

// Start is the first step.
func (t *Every) Start(ctx flow.Context) (flow.Next, error) {
	if t.Alpha < 0 {
		return flow.Next{}, errors.New("alpha is negative")
	}
	t.Grid = []Point{{1, 2}}
	return flow.Foreach(t.Fit, t.Grid), nil
}

// Fit is the body of a foreach.
func (t *Every) Fit(ctx flow.Context, p Point) (next flow.Next, err error) {
	t.Left = p.X
	next = flow.Join(t.PickBest)
	return
}

// PickBest is a join.
func (t *Every) PickBest(ctx flow.Context, in []*Every) (flow.Next, error) {
	t.Left = in[0].Left
	return t.choose(), nil
}

func (t *Every) choose() flow.Next { return flow.To(t.Choose) }

// Choose is a switch that may come back to itself.
func (t *Every) Choose(ctx flow.Context) (flow.Next, error) {
	t.Kind = "split"
	return flow.Switch(t.Kind, flow.Case("split", t.Branch), flow.Case("again", t.Choose)), nil
}

// Branch is a split.
func (t *Every) Branch(ctx flow.Context) (flow.Next, error) {
	return flow.Split(t.Low, t.High), nil
}

func (t *Every) Low(ctx flow.Context) (flow.Next, error)  { return flow.Join(t.Meet), nil }
func (t *Every) High(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Meet), nil }

func (t *Every) Meet(ctx flow.Context, in []*Every) (flow.Next, error) {
	return flow.To(t.Launch), nil
}

func (t *Every) Launch(ctx flow.Context) (flow.Next, error) { return flow.Gang(t.Work, 4), nil }

func (t *Every) Work(ctx flow.Context) (flow.Next, error) { return flow.Join(t.Gather), nil }

func (t *Every) Gather(ctx flow.Context, in []*Every) (flow.Next, error) {
	return flow.To(t.End), nil
}

func (t *Every) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() {
	flow.Main(&Every{}, flow.ProjectName("demand"),
		flow.Step((*Every).Fit, flow.Retry{Times: 3}, flow.Resources{CPU: 4, MemoryMB: 8000}, flow.Timeout(5*time.Minute)),
		flow.Step((*Every).PickBest, flow.Catch{Field: "Why"}),
	)
}
