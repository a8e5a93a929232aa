package scheduled

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Describe fills in what the flow says of itself: as its source tells, which must be free of structural faults, and as the worker does. Request is what the
// worker was asked. Parameters get no defaults of the deployment's own. What the code package, the store and the people are is left to the caller.
func (d *Deployment) Describe(g *graph.Graph, about *worker.Description, request worker.DescribeRequest) error {
	info, err := task.GraphInfo(g, about, filepath.Dir(request.Source))
	if err != nil {
		return err
	}
	d.Version, d.GraphInfo = Version, info
	d.Flow, d.Class, d.With, d.Options = about.Name, request.Class, request.With, maps.Clone(request.Options)
	if about.Configs != nil {
		if d.Options == nil {
			d.Options = map[string]any{}
		}
		d.Options[worker.ConfigsOption] = about.Configs
	}
	d.Start, d.End, d.Project = g.Start, g.End, about.Project
	d.Parameters, d.ParameterNames = nil, []string{}
	for _, p := range about.Parameters {
		d.ParameterNames = append(d.ParameterNames, p.Attr)
		if p.Kind != "config" {
			d.Parameters = append(d.Parameters, Parameter{Name: p.Name, Multiple: p.Multiple})
		}
	}
	described := map[string]*worker.DescribedStep{}
	for i := range about.Steps {
		described[about.Steps[i].Name] = &about.Steps[i]
	}
	d.Steps = nil
	for n := range g.All() {
		if !n.Reachable {
			continue
		}
		s, err := stepOf(g, n, described[n.Name])
		if err != nil {
			return err
		}
		d.Steps = append(d.Steps, s)
	}
	return nil
}

// stepOf is a step of the graph with what the worker says of it.
func stepOf(g *graph.Graph, n *graph.Node, about *worker.DescribedStep) (Step, error) {
	s := Step{Name: n.Name, Node: task.NodeOf(n, n.Name == g.End), Join: n.Type == graph.TypeJoin, Recursive: n.Recursive}
	around := n.SplitParents
	if s.Join {
		if len(around) == 0 {
			return s, fmt.Errorf("step %q is a join, and nothing was split before it", n.Name)
		}
		s.Split, around = around[len(around)-1], around[:len(around)-1]
		s.Branches = branches(g, n, s.Split)
	}
	for _, split := range around {
		if g.Node(split).Type == graph.TypeForeach {
			s.Foreach = append(s.Foreach, split)
		}
	}
	if about != nil {
		s.Retries, s.Env = about.Retries, about.Environment
		s.Timeout = time.Duration(about.TimeoutSeconds * float64(time.Second))
	}
	return s, nil
}

// branches are, for each branch of the split that a join closes, the steps that may lead from it to the join.
func branches(g *graph.Graph, join *graph.Node, split string) [][]string {
	first := g.Node(split).Out
	list := make([][]string, len(first))
	depth := len(join.SplitParents)
	for _, name := range join.In {
		in := g.Node(name)
		if !in.Reachable || len(in.SplitBranches) < depth {
			continue
		}
		if i := slices.Index(first, in.SplitBranches[depth-1]); i >= 0 {
			list[i] = append(list[i], name)
		}
	}
	return list
}
