package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/engine/run"
)

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

// follow waits for the end of a run that another process is resuming: with --reentrant any of several may be the one that does it.
func (l *launch) follow(ctx context.Context, stores *workspace.Stores, taken *run.ExistsError) error {
	l.say("Run %s is another process's: waiting for its end.", taken.Run)
	past := stores.History(l.ws, l.description.Name)
	for {
		s, err := past.Run(ctx, taken.Flow, taken.Run)
		if err != nil {
			return err
		}
		switch s.State {
		case history.Running:
		case history.Done:
			fmt.Fprintln(l.io.Out, "Done! (by another process)")
			return nil
		default:
			err := fmt.Errorf("the process that resumed run %s left it %s", taken.Run, s.State)
			return fault.WithHint(err, "go on from here: spindle resume %s --origin-run-id %s", l.spec, taken.Run)
		}
		select {
		case <-ctx.Done():
			return run.ErrInterrupted
		case <-time.After(time.Second):
		}
	}
}
