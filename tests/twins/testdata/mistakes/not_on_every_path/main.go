// Command not_on_every_path is wrong: an artifact is set on one path only.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

type NotOnEveryPath struct {
	flow.Flow
	Way    string `param:"way" default:"a"`
	Choice string
	Found  int
}

func (t *NotOnEveryPath) Start(ctx flow.Context) (flow.Next, error) {
	t.Choice = t.Way
	return flow.Switch(t.Choice, flow.Case("a", t.A), flow.Case("b", t.B)), nil
}

func (t *NotOnEveryPath) A(ctx flow.Context) (flow.Next, error) {
	t.Found = 1
	return flow.To(t.End), nil
}

func (t *NotOnEveryPath) B(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

func (t *NotOnEveryPath) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.Found) // SP202
	return flow.End(), nil
}

func main() { flow.Main(&NotOnEveryPath{}) }
