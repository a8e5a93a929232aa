package workspace

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Extra is what a description adds to what the source says, for the views of a graph. The description may be nil.
func Extra(d *worker.Description) graph.Extra {
	if d == nil {
		return graph.Extra{}
	}
	x := graph.Extra{Decorators: attached(d.Decorators), Steps: map[string]graph.StepExtra{}}
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

func attached(decorators []worker.Decorator) []graph.Attached {
	out := make([]graph.Attached, len(decorators))
	for i, d := range decorators {
		out[i] = graph.Attached{Name: d.Name, Attributes: d.Attributes, StaticallyDefined: d.StaticallyDefined, InsertedBy: d.InsertedBy}
	}
	return out
}
