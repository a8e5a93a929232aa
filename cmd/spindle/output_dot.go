package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/engine/graph/view"
)

func newOutputDot(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "output-dot FLOW", Short: "Print a flow's graph for Graphviz", GroupID: groupFlow,
		Example: "  spindle output-dot flow.py | dot -Tsvg -o flow.svg",
		Args:    arguments(1, 1, "a flow: flow.py"),
		RunE: func(cmd *cobra.Command, args []string) error {
			flow, _, err := a.usable(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			a.say("Visualizing the flow as a GraphViz graph\n    Try piping the output to 'dot -Tpng -o graph.png' to produce an actual image.")
			fmt.Fprintln(a.io.Out, view.Dot(flow.Graph))
			return nil
		},
	}
}
