package view

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

const indent = "    "

// Listing is a flow told step by step.
type Listing struct {
	Doc   string   // of the flow
	Steps []string // one text of several lines for each reachable step, in topological order
}

// Show lists the steps with their decorators, documentation and transitions.
func Show(g *graph.Graph, x graph.Extra) Listing {
	l := Listing{Doc: graph.CleanDoc(g.Flow.Doc)}
	for _, name := range g.Order {
		l.Steps = append(l.Steps, showStep(g.Node(name), x))
	}
	return l
}

func showStep(n *graph.Node, x graph.Extra) string {
	var lines []string
	for _, d := range decorators(n, x) {
		lines = append(lines, "@"+d.Name)
	}
	lines = append(lines, "Step "+n.Name)
	doc := graph.CleanDoc(n.Step.Doc)
	if doc == "" {
		doc = "?"
	}
	for line := range strings.Lines(doc) {
		lines = append(lines, indent+strings.TrimRight(line, "\r\n"))
	}
	if n.Type != graph.TypeEnd {
		lines = append(lines, indent+"=> "+strings.Join(n.Out, ", "))
	}
	return strings.Join(lines, "\n")
}

// decorators returns what running the code told about the step's decorators, else what is written, innermost first.
func decorators(n *graph.Node, x graph.Extra) []graph.Attached {
	if s, ok := x.Steps[n.Name]; ok {
		return s.Decorators
	}
	written := n.Step.Decorators
	out := make([]graph.Attached, 0, len(written))
	for i := len(written) - 1; i >= 0; i-- {
		out = append(out, graph.Attached{Name: written[i].Name, StaticallyDefined: true})
	}
	return out
}
