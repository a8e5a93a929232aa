// Command train is a flow with faults for the analyzer to find.
package main

import "github.com/spindle-flow/spindle/flow"

// Settings is what the config holds.
type Settings struct{ Rate float64 }

// Train has a step that nothing leads to, one that is silenced, and a config whose file is no JSON.
type Train struct {
	flow.Flow
	Cfg  Settings `config:"cfg" file:"base.json"`
	Rows int
}

func (t *Train) Start(ctx flow.Context) (flow.Next, error) {
	t.Rows = int(t.Cfg.Rate)
	return flow.Switch(t.Rows, flow.Case(0, t.End), flow.Case(1, t.Start)), nil
}

func (t *Train) Lost(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

//spindle:ignore SP120 it comes with the next version
func (t *Train) Later(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

func (t *Train) End(ctx flow.Context) (flow.Next, error) {
	println(t.Rows)
	return flow.End(), nil
}

func main() { flow.Main(&Train{}) }
