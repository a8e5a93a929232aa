package workspace

import (
	"fmt"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/worker"
)

// unhandled are the steps that cannot go on after a failure which @catch is to handle, because their way on depends on what they set. Only the
// description knows all decorators of a step: --with adds some. The code is that of the rule which says the same of the source.
func unhandled(flow *graph.Flow, g *graph.Graph, d *worker.Description) []lint.Diagnostic {
	catch := "@catch"
	if flow.IsGo() {
		catch = "a flow.Catch"
	}
	var found []lint.Diagnostic
	for _, s := range d.Steps {
		n := g.Node(s.Name)
		if n == nil || !s.Catch {
			continue
		}
		switch n.Type {
		case graph.TypeForeach, graph.TypeParallel, graph.TypeSwitch:
			found = append(found, lint.Diagnostic{
				Code: "SP313", Severity: lint.Error, Range: placeOf(n.Step, "catch"),
				Message: fmt.Sprintf("step %q has %s and is a %s split", s.Name, catch, n.Step.Next.Kind),
				Detail:  "After a failure nothing says where to go on; catch it in the steps before or behind.",
			})
		}
	}
	return found
}

// placeOf is where a step is decorated, or its name where the decorator came from elsewhere.
func placeOf(s *graph.Step, decorator string) graph.Range {
	for _, d := range s.Decorators {
		if d.Name == decorator {
			return d.Range
		}
	}
	return s.NameRange
}
