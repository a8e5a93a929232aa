// Command currents is a flow that notes where it is.
package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/flow"
)

// Note is what a step can say of itself.
type Note struct {
	Flow, Step string
	Retry      int
	Namespace  string
	User       string
	Tags       []string
	Pathspec   bool
}

func note(ctx flow.Context) Note {
	tags := slices.DeleteFunc(slices.Clone(ctx.Tags), func(t string) bool { return strings.Contains(t, ":") })
	slices.Sort(tags)
	whole := strings.Join([]string{ctx.FlowName, ctx.RunID, ctx.StepName, ctx.TaskID}, "/")
	return Note{
		Flow: ctx.FlowName, Step: ctx.StepName, Retry: ctx.RetryCount, Namespace: ctx.Namespace, User: ctx.User,
		Tags: tags, Pathspec: ctx.Pathspec == whole,
	}
}

// Currents is the twin of flow.py.
type Currents struct {
	flow.Flow
	Alpha    int `param:"alpha" default:"1"`
	AtStart  Note
	Outside  bool
	Items    []string
	AtBody   Note
	Where    int
	AtBodies []Note
	Wheres   []int
}

// Start is a plain step.
func (t *Currents) Start(ctx flow.Context) (flow.Next, error) {
	t.AtStart = note(ctx)
	t.Outside = ctx.Index() == -1
	t.Items = []string{"a", "b"}
	return flow.Foreach(t.Body, t.Items), nil
}

// Body is one of a foreach.
func (t *Currents) Body(ctx flow.Context, _ string) (flow.Next, error) {
	t.AtBody = note(ctx)
	t.Where = ctx.Index()
	return flow.Join(t.Join), nil
}

// Join collects.
func (t *Currents) Join(ctx flow.Context, inputs []*Currents) (flow.Next, error) {
	for _, in := range inputs {
		t.AtBodies = append(t.AtBodies, in.AtBody)
		t.Wheres = append(t.Wheres, in.Where)
	}
	return flow.To(t.End), nil
}

// End prints.
func (t *Currents) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(ctx.FlowName, ctx.StepName)
	return flow.End(), nil
}

func main() { flow.Main(&Currents{}) }
