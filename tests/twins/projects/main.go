// Command projects is a flow of a project.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Projects is the twin of flow.py.
type Projects struct {
	flow.Flow
	Place      []string
	Production bool
}

// Start notes what the flow is called.
func (t *Projects) Start(ctx flow.Context) (flow.Next, error) {
	t.Place = []string{ctx.Project.Name, ctx.Project.Branch, ctx.Project.FlowName}
	t.Production = ctx.Project.Production
	return flow.To(t.End), nil
}

// End prints.
func (t *Projects) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.Place[2])
	return flow.End(), nil
}

func main() { flow.Main(&Projects{}, flow.ProjectName("twins")) }
