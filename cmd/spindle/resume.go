package main

import "github.com/spf13/cobra"

func newResume(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "resume FLOW [STEP]", Short: "Go on from where a run failed", GroupID: groupRun,
		Long: text(`Make a new run out of an earlier one: what has finished there is taken over, what failed or never started is run, with the code as it is
now. With STEP that step and all that follows it is run again, whether it had finished or not. Parameters are those of the earlier run, which
may have been made by Metaflow.`),
		Example: `  spindle resume flow.py
  spindle resume flow.py train
  spindle resume flow.py --origin-run-id 1795219783672502
  spindle resume flow.py --clone-only`,
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.launch(cmd.Context(), &launch{app: a, cmd: cmd, verb: "resume", args: args})
		},
	}
}
