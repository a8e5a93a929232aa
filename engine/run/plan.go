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

// nodeOf is a step's place in the graph as the worker is told.
func nodeOf(n *graph.Node, end bool) worker.Node {
	node := worker.Node{Type: machine.End.String(), Next: []string{}}
	if end || n.Step.Next == nil {
		return node
	}
	next := n.Step.Next
	node.Type = string(next.Kind)
	node.Next = n.Out
	node.Foreach = next.Foreach
	node.Condition = next.Condition
	node.Parallel = next.Kind == graph.Parallel
	if next.Kind == graph.Switch {
		node.Cases = make(map[string]string, len(next.Targets))
		for _, t := range next.Targets {
			node.Cases[t.Case] = t.Step
		}
	}
	return node
}

// extraOf is what the description adds to the artifact _graph_info.
func extraOf(d *worker.Description) graph.Extra {
	x := graph.Extra{Steps: map[string]graph.StepExtra{}, Decorators: attached(d.Decorators)}
	for _, p := range d.Parameters {
		x.Parameters = append(x.Parameters, graph.Named{Name: p.Attr, Type: p.Class})
	}
	for _, c := range d.Constants {
		x.Constants = append(x.Constants, graph.Named{Name: c.Name, Type: c.Type})
	}
	for _, s := range d.Steps {
		x.Steps[s.Name] = graph.StepExtra{Decorators: attached(s.Decorators), NodeInfo: s.NodeInfo, Doc: s.Doc, File: s.File}
	}
	return x
}

func attached(list []worker.Decorator) []graph.Attached {
	var out []graph.Attached
	for _, d := range list {
		out = append(out, graph.Attached{Name: d.Name, Attributes: d.Attributes, StaticallyDefined: d.StaticallyDefined, InsertedBy: d.InsertedBy})
	}
	return out
}

// scriptName is the flow's file as records name it.
func scriptName(cfg Config) string { return filepath.Base(cfg.Description.File) }
