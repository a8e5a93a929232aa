package main

import (
	"context"

	"github.com/spf13/cobra"
)

func newRun(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "run FLOW [--PARAMETER VALUE ...]", Short: "Run a flow on this machine", GroupID: groupRun,
		Long: text(`Run a flow on this machine. FLOW is its file, flow.py:Class where the file has several flows, or for a flow in Go the folder of its package. Its parameters are options;
METAFLOW_RUN_<NAME> in the environment gives one a value too. ` + "`spindle run flow.py --help`" + ` lists those of a flow.

Configs of the flow get their values by --config NAME FILE, of several files with a comma between them the later over the earlier, or by
--config-value NAME JSON; --set NAME.KEY=VALUE changes one key. ` + "`spindle config show flow.py`" + ` prints what comes of it.`),
		Example: `  spindle run flow.py
  spindle run flow.py --alpha 0.5 --tag nightly
  spindle run flow.py --config cfg base.json,us.json --set cfg.lr=0.1
  spindle run flow.py --with retry:times=3 --max-workers 4
  spindle run flow.py --run-id-file id.txt > run.log
  spindle run ./train --alpha 0.5`,
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.launch(cmd.Context(), &launch{app: a, cmd: cmd, verb: "run", args: args})
		},
	}
}

// launch takes a flow from the command line to the end of its run.
func (a *app) launch(ctx context.Context, l *launch) error {
	done, err := l.find(ctx)
	if done || err != nil {
		return err
	}
	// Whatever happens before the run owns the worker, the worker does not outlive it.
	defer l.stopWorker()
	if err := l.read(ctx); err != nil {
		return err
	}
	if err := l.describe(ctx); err != nil {
		return err
	}
	if err := l.parse(); err != nil {
		return err
	}
	return l.run(ctx)
}
