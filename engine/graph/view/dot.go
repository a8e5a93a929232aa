package view

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Dot returns the graph as Graphviz source. Switches are green hexagons whose edges carry their cases.
func Dot(g *graph.Graph) string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n", g.Flow.Name)
	for n := range g.All() {
		b.WriteString(dotNode(n))
	}
	for n := range g.All() {
		dotEdges(&b, n)
	}
	b.WriteString("}")
	return b.String()
}

func dotNode(n *graph.Node) string {
	if n.Type == graph.TypeSwitch {
		return fmt.Sprintf("%q [ label = <<b>%s</b><br/><font point-size=\"9\">switch: %s</font>>   fontname = \"Helvetica\""+
			"   shape = \"hexagon\"   style = \"filled\" fillcolor = \"lightgreen\" ];\n", n.Name, n.Name, dotHTML(n.Step.Next.Condition))
	}
	kind := kindWord(n.Type)
	if n.Step.Positional() > 1 {
		kind = "join"
	}
	return fmt.Sprintf("%q[ label = <<b>%s</b> | <font point-size=\"10\">%s</font>>   fontname = \"Helvetica\"   shape = \"record\" ];\n",
		n.Name, n.Name, kind)
}

func dotEdges(b *strings.Builder, n *graph.Node) {
	if n.Type != graph.TypeSwitch {
		for _, to := range n.Out {
			fmt.Fprintf(b, "%s -> %s;\n", n.Name, to)
		}
		return
	}
	for _, t := range n.Step.Next.Targets {
		fmt.Fprintf(b, "%s -> %s [label=\"%s\" color=\"blue\" fontcolor=\"blue\"];\n", n.Name, t.Step, dotString(t.Case))
	}
}

// dotString escapes text for a quoted Graphviz string.
func dotString(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s)
}

// dotHTML escapes text for a label in angle brackets.
func dotHTML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// kindWord is the short name of a node type: a foreach and a parallel split are both called foreach.
func kindWord(t graph.Type) string {
	switch t {
	case graph.TypeSplit:
		return "split"
	case graph.TypeForeach, graph.TypeParallel:
		return "foreach"
	case graph.TypeUnknown:
		return "None"
	}
	return string(t)
}
