package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/engine/graph/view"
)

func newOutputRaw(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "output-raw FLOW", Short: "Print all that is known about a flow's graph", GroupID: groupFlow,
		Example: `  spindle output-raw flow.py
  spindle output-raw flow.py --json | jq .graph_structure`,
		Args: arguments(1, 1, "a flow: flow.py"),
		RunE: func(cmd *cobra.Command, args []string) error {
			flow, extra, err := a.usable(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if !a.json {
				a.say("Internal representation of the flow:")
				fmt.Fprintln(a.io.Out, view.Raw(flow.Graph, extra))
				return nil
			}
			text, err := json.MarshalIndent(view.RawJSON(flow.Graph, extra), "", "    ")
			if err != nil {
				return fmt.Errorf("writing the graph: %w", err)
			}
			fmt.Fprintf(a.io.Out, "%s\n", text)
			return nil
		},
	}
	a.bindJSON(cmd)
	return cmd
}
