// Command train is a flow that a project deploys.
package main

import "github.com/spindle-flow/spindle/flow"

// Settings are what the config cfg has.
type Settings struct{ Rate float64 }

// Train has a config.
type Train struct {
	flow.Flow
	Rows int      `param:"rows" default:"3"`
	Cfg  Settings `config:"cfg" value:"{\"rate\": 2}"`
	Sum  float64
}

// Start computes.
func (t *Train) Start(ctx flow.Context) (flow.Next, error) {
	t.Sum = t.Cfg.Rate * float64(t.Rows)
	return flow.To(t.End), nil
}

// End ends.
func (t *Train) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&Train{}) }
