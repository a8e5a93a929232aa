package view

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Raw dumps every reachable node with all that is known about it.
func Raw(g *graph.Graph, x graph.Extra) string {
	var b strings.Builder
	for i, name := range g.Order {
		if i > 0 {
			b.WriteByte('\n')
		}
		rawNode(&b, g.Node(name), x)
	}
	return b.String()
}

// RawJSON returns the graph as a value for JSON: graph holds the steps by name, graph_structure their nesting.
func RawJSON(g *graph.Graph, x graph.Extra) graph.Object {
	extra := x
	extra.Steps = map[string]graph.StepExtra{}
	for n := range g.All() {
		s := x.Steps[n.Name]
		s.Decorators = decorators(n, x)
		extra.Steps[n.Name] = s
	}
	steps, structure := graph.Outline(g, extra)
	return graph.Object{{Name: "graph", Value: steps}, {Name: "graph_structure", Value: structure}}
}

func rawNode(b *strings.Builder, n *graph.Node, x graph.Extra) {
	next := n.Step.Next
	foreach, condition, tail := "", "", 0
	if next != nil {
		foreach, condition, tail = next.Foreach, next.Condition, next.Range.Start.Line
	}
	at := n.Step.NameRange
	fmt.Fprintf(b, "[%s %s (%s line %d)]\n", n.Name, kindWord(n.Type), at.File, at.Start.Line)
	field := func(name, format string, args ...any) {
		fmt.Fprintf(b, indent+name+"="+format+"\n", args...)
	}
	field("in_funcs", "%s", boxes(n.In))
	field("out_funcs", "%s", boxes(n.Out))
	field("split_parents", "%s", boxes(n.SplitParents))
	field("split_branches", "%s", boxes(n.SplitBranches))
	field("matching_join", "%s", orNone(box(n.MatchingJoin)))
	field("is_inside_foreach", "%s", truth(n.InsideForeach))
	field("decorators", "%s", rawDecorators(decorators(n, x)))
	field("num_args", "%d", n.Step.Positional())
	field("has_tail_next", "%s (line %d)", truth(next != nil), tail)
	field("invalid_tail_next", "%s", truth(next != nil && next.Kind == graph.Invalid))
	field("foreach_param", "%s", orNone(foreach))
	field("condition", "%s", orNone(condition))
	field("parallel_step", "%s", truth(n.Step.Parallel == graph.Yes))
	field("parallel_foreach", "%s", truth(next != nil && next.Kind == graph.Parallel))
	fmt.Fprintf(b, indent+"-> %s", boxes(n.Out))
}

func rawDecorators(list []graph.Attached) string {
	parts := make([]string, len(list))
	for i, d := range list {
		mode := "static"
		if !d.StaticallyDefined {
			mode = "dynamic"
		}
		var by []string
		if json.Unmarshal(d.InsertedBy, &by) == nil && len(by) > 0 {
			mode += " (inserted by " + strings.Join(by, " from ") + ")"
		}
		parts[i] = d.Name + "<" + mode + pythonAttributes(d.Attributes) + ">"
	}
	return strings.Join(parts, " | ")
}

func boxes(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = box(n)
	}
	return strings.Join(out, ", ")
}

func box(name string) string {
	if name == "" {
		return ""
	}
	return "[" + name + "]"
}

func orNone(s string) string {
	if s == "" {
		return "None"
	}
	return s
}

func truth(b bool) string {
	if b {
		return "True"
	}
	return "False"
}
