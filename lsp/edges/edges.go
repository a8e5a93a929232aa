// Package edges lists the edges of a flow's graph at a step, with the places of the source that make them.
package edges

import "github.com/spindle-flow/spindle/engine/graph"

// Edge leads from a step to the other one or from the other one to it.
type Edge struct {
	Other *graph.Step
	// At are the places that name the step it leads to. They stand in the step it comes from.
	At []graph.Range
}

// In lists the edges to a step, in the order of the steps they come from.
func In(g *graph.Graph, name string) []Edge {
	var out []Edge
	for _, s := range g.Flow.Steps {
		if at := places(s, name); len(at) > 0 {
			out = append(out, Edge{s, at})
		}
	}
	return out
}

// Out lists the edges from a step, in the order it names them. Steps that there are not are left out.
func Out(g *graph.Graph, name string) []Edge {
	n := g.Node(name)
	if n == nil || n.Step.Next == nil {
		return nil
	}
	var out []Edge
	seen := map[string]bool{}
	for _, t := range n.Step.Next.Targets {
		to := g.Node(t.Step)
		if to == nil || seen[t.Step] {
			continue
		}
		seen[t.Step] = true
		out = append(out, Edge{to.Step, places(n.Step, t.Step)})
	}
	return out
}

func places(from *graph.Step, to string) []graph.Range {
	if from.Next == nil {
		return nil
	}
	var out []graph.Range
	for _, t := range from.Next.Targets {
		if t.Step == to {
			out = append(out, t.Range)
		}
	}
	return out
}
