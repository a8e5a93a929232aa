package task

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/worker"
)

// typeEnd is the type of the end step's node.
const typeEnd = "end"

// NodeOf is a step's place in the graph as the worker is told.
func NodeOf(n *graph.Node, end bool) worker.Node {
	node := worker.Node{Type: typeEnd, Next: []string{}, Assigns: n.Step.Assigns}
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

// GraphInfo is the artifact _graph_info of a flow as its source and its description tell it, for the process that stores the parameters. Files in folder are
// named from there, if it is not empty: the artifact of a deployment must not depend on where it was made.
func GraphInfo(g *graph.Graph, d *worker.Description, folder string) (json.RawMessage, error) {
	extra := Extra(d)
	for name, s := range extra.Steps {
		if rel, ok := strings.CutPrefix(s.File, folder+"/"); ok && folder != "" {
			s.File = rel
			extra.Steps[name] = s
		}
	}
	extra.CasePairs = true
	info, err := json.Marshal(graph.GraphInfo(g, extra))
	if err != nil {
		return nil, fmt.Errorf("describe the graph: %w", err)
	}
	return info, nil
}

// Extra is what a description adds to what the source says of a flow.
func Extra(d *worker.Description) graph.Extra {
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
