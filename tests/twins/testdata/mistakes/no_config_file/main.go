// Command no_config_file is wrong: a config's file is not there.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

type NoConfigFile struct {
	flow.Flow
	Cfg map[string]any `config:"cfg" file:"nowhere.json"` // SP401
}

func (t *NoConfigFile) Start(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.Cfg)
	return flow.To(t.End), nil
}

func (t *NoConfigFile) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() { flow.Main(&NoConfigFile{}) }
