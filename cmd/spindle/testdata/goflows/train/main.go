// Command train is the flow of the scripts about flows in Go.
package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spindle-flow/spindle/flow"
)

// Settings are what the config cfg has.
type Settings struct {
	Rate  float64
	Names []string
}

// Train fits a model for each item and keeps the best one.
type Train struct {
	flow.Flow
	Alpha float64  `param:"alpha" default:"0.5" help:"learning rate"`
	Rows  int      `param:"rows" default:"3" help:"number of rows"`
	Cfg   Settings `config:"cfg" value:"{\"rate\": 2, \"names\": [\"a\", \"b\"]}"`

	Grid   []string
	Item   string
	Scores map[string]float64
	Score  float64
	Best   string
}

// Start makes the grid.
func (t *Train) Start(ctx flow.Context) (flow.Next, error) {
	fmt.Printf("alpha %v, rows %d, rate %v\n", t.Alpha, t.Rows, t.Cfg.Rate)
	for i := range t.Rows {
		t.Grid = append(t.Grid, fmt.Sprintf("item%d", i))
	}
	return flow.Foreach(t.FitModel, t.Grid), nil
}

// FitModel fits one item.
func (t *Train) FitModel(ctx flow.Context, item string) (flow.Next, error) {
	if os.Getenv("TRAIN_FAIL") == item {
		return flow.Next{}, errors.New("no fit for " + item)
	}
	t.Item = item
	t.Score = t.Alpha * t.Cfg.Rate * float64(ctx.Index()+1)
	fmt.Println("fitted", item)
	return flow.Join(t.Pick), nil
}

// Pick keeps the best.
func (t *Train) Pick(ctx flow.Context, inputs []*Train) (flow.Next, error) {
	t.Scores = map[string]float64{}
	for _, in := range inputs {
		t.Scores[in.Item] = in.Score
		if in.Score >= t.Score {
			t.Score, t.Best = in.Score, in.Item
		}
	}
	return flow.To(t.End), nil
}

// End prints the result.
func (t *Train) End(ctx flow.Context) (flow.Next, error) {
	if os.Getenv("TRAIN_WAIT") != "" {
		fmt.Println("waiting")
		select {
		case <-ctx.Done():
			return flow.Next{}, ctx.Err()
		case <-time.After(time.Minute):
		}
	}
	fmt.Printf("best is %s with %v\n", t.Best, t.Score)
	return flow.End(), nil
}

func main() {
	flow.Main(&Train{}, flow.Step((*Train).FitModel, flow.Resources{CPU: 2}))
}
