package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/flowcmd"
)

// newExecFlow is what `python flow.py …` and `go run ./train …` turn into.
func newExecFlow(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "exec-flow --python FILE|--binary FILE -- flow.py|FOLDER [options] [COMMAND]", Short: "Run a command in Metaflow's order of arguments", Hidden: true,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.ArgsLenAtDash() != 0 {
				return fault.Usagef("exec-flow: the flow and its arguments stand after --")
			}
			root := cmd.Root()
			translated, err := flowcmd.Translate(args, func(verb string) (ok, takesFlow bool) {
				found, _, err := root.Find([]string{verb})
				if err != nil || found == root || found.Name() != verb {
					return false, false
				}
				return true, verb != "version" && verb != "help" && verb != "rule"
			})
			if err != nil {
				return err
			}
			again := newRoot(a)
			again.SetArgs(translated)
			if err := again.ExecuteContext(cmd.Context()); err != nil {
				return fmt.Errorf("%w", err)
			}
			return nil
		},
	}
	return cmd
}
