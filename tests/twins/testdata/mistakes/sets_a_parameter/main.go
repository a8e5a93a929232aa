// Command sets_a_parameter is wrong: a step sets a parameter.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

type SetsAParameter struct {
	flow.Flow
	Alpha int `param:"alpha" default:"1"`
}

func (t *SetsAParameter) Start(ctx flow.Context) (flow.Next, error) {
	t.Alpha = 2 // SP209
	return flow.To(t.End), nil
}

func (t *SetsAParameter) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.Alpha)
	return flow.End(), nil
}

func main() { flow.Main(&SetsAParameter{}) }
