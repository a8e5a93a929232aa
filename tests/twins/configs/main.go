// Command configs is a flow that reads two configs.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Settings is what base.json has.
type Settings struct {
	Name   string  `json:"name"`
	Rate   float64 `json:"rate"`
	Layers []struct {
		Units int `json:"units"`
	} `json:"layers"`
	Options struct {
		Deep struct {
			Er bool `json:"er"`
		} `json:"deep"`
		None *int `json:"none"`
	} `json:"options"`
}

// Configs is the twin of flow.py.
type Configs struct {
	flow.Flow
	Cfg      Settings       `config:"cfg" file:"base.json"`
	Other    map[string]int `config:"other" value:"{\"limit\": 1}"`
	NameRead string
	Units    []int
	Deep     bool
	Limit    int
}

// Start reads both.
func (t *Configs) Start(ctx flow.Context) (flow.Next, error) {
	t.NameRead = t.Cfg.Name
	for _, layer := range t.Cfg.Layers {
		t.Units = append(t.Units, layer.Units)
	}
	t.Deep = t.Cfg.Options.Deep.Er
	t.Limit = t.Other["limit"]
	return flow.To(t.End), nil
}

// End prints.
func (t *Configs) End(ctx flow.Context) (flow.Next, error) {
	fmt.Printf("%s at %g, limit %d\n", t.Cfg.Name, t.Cfg.Rate, t.Limit)
	return flow.End(), nil
}

func main() { flow.Main(&Configs{}) }
