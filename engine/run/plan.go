package run

import (
	"fmt"
	"path/filepath"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/worker"
)

// kinds are the forms of transition in the machine's words.
var kinds = map[graph.Kind]machine.Kind{
	graph.Linear: machine.Linear, graph.Split: machine.Split, graph.Foreach: machine.Foreach,
	graph.Parallel: machine.Parallel, graph.Switch: machine.Switch,
}

// PlanOf is a graph as the machine needs it, with the attempts the description gives each step. The graph must be free of structural faults.
func PlanOf(g *graph.Graph, d *worker.Description) (machine.Plan, error) {
	plan := machine.Plan{Start: g.Start, End: g.End}
	described := describedSteps(d)
	for n := range g.All() {
		step := machine.Step{Name: n.Name, Kind: machine.End, Join: n.Type == graph.TypeJoin}
		if n.Name != g.End {
			next := n.Step.Next
			if next == nil {
				return plan, fmt.Errorf("step %q does not end in self.next", n.Name)
			}
			kind, ok := kinds[next.Kind]
			if !ok {
				return plan, fmt.Errorf("step %q: its transition cannot be run: %s", n.Name, next.Problem)
			}
			step.Kind, step.Next = kind, n.Out
		}
		if s := described[n.Name]; s != nil {
			step.UserRetries, step.ErrorRetries = s.Retries.User, s.Retries.Error
		}
		plan.Steps = append(plan.Steps, step)
	}
	return plan, nil
}

func describedSteps(d *worker.Description) map[string]*worker.DescribedStep {
	steps := map[string]*worker.DescribedStep{}
	if d != nil {
		for i := range d.Steps {
			steps[d.Steps[i].Name] = &d.Steps[i]
		}
	}
	return steps
}

// scriptName is the flow's file as records name it.
func scriptName(cfg Config) string { return filepath.Base(cfg.Description.File) }
