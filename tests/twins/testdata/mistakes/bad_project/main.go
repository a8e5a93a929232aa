// Command bad_project is wrong: a project's name that can't be.
package main

import "github.com/spindle-flow/spindle/flow"

type BadProject struct{ flow.Flow }

func (t *BadProject) Start(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

func (t *BadProject) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() {
	flow.Main(&BadProject{},
		flow.ProjectName("Bad Name")) // SP319
}
