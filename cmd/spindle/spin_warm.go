package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/worker/warm"
)

// wantsWarm says whether a warm worker is wanted: it is for spins, and not for those that take the terminal.
func (l *launch) wantsWarm() bool {
	if l.verb != "spin" {
		return false
	}
	for _, name := range []string{"no-warm", "pdb", "debugpy"} {
		if _, given := l.scanned.Last(name); given {
			return false
		}
	}
	return true
}

// keeper is the way to a warm worker, nil where there is none.
func (l *launch) keeper(program workspace.Program, flowDir string) *workspace.Warm {
	python, ok := program.(*workspace.Python)
	if !ok || !l.wantsWarm() {
		return nil
	}
	idle, err := l.ws.WarmIdle()
	if err != nil {
		return nil // said in parse
	}
	keeper := python.Warm(flowDir, idle)
	if keeper != nil {
		keeper.Cells = l.source != nil
	}
	return keeper
}

// takeWarm gets the worker from the keeper if there seemed to be one, else in the ordinary way.
func (l *launch) takeWarm(ctx context.Context) (err error) {
	if l.worker != nil {
		l.cold = true
		return nil
	}
	if l.worker, err = l.warm.Start(ctx, l.request); err == nil {
		return nil
	}
	l.cold = true
	l.worker, err = l.program.Start(ctx)
	return err
}

// keepWarm starts a keeper for the next spin, when this one had none.
func (l *launch) keepWarm() {
	if l.warm == nil || !l.cold || l.description == nil || !l.description.Isolation.ForkSafe {
		return
	}
	_ = l.warm.Keep(l.request) // without it the next spin is slower, nothing else
}

func newWorkbenchStop(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "stop FLOW", Short: "End the process that keeps the flow imported between spins",
		Long: text(`End the background process that keeps the modules of the flow's folder imported between spins. The next spin starts another; with
SPINDLE_WARM_MINUTES=0 none does. What was spun stays.`),
		Example: "  spindle workbench stop flow.py",
		Args:    arguments(1, 1, "a flow"),
		RunE: func(cmd *cobra.Command, args []string) error {
			at := a.ws.Locate(args[0])
			if at.Language.Name() == graph.Go {
				a.say("Nothing is kept in the background: a flow in Go is built.")
				return nil
			}
			place, err := a.warmPlace(cmd.Context(), at.Dir())
			if err != nil {
				return err
			}
			if pid, err := place.Stop(cmd.Context()); err == nil {
				a.say("Stopped process %d.", pid)
			} else {
				a.say("Nothing is kept in the background.")
			}
			return nil
		},
	}
}

// warmPlace is where the warm worker of a flow's folder is, if there is one.
func (a *app) warmPlace(ctx context.Context, flowDir string) (warm.Place, error) {
	found, err := a.ws.FindInterpreter(ctx, flowDir, a.top.Python)
	if err != nil {
		return warm.Place{}, err
	}
	return a.ws.WarmPlace(flowDir, found.Path)
}

// examineWarm says whether something is kept in the background for a folder.
func (a *app) examineWarm(ctx context.Context, dir string, d *doctorJSON) {
	place, err := a.warmPlace(ctx, dir)
	if err != nil {
		return // what is wrong with the interpreter is said of it
	}
	if status, err := place.Status(ctx); err == nil {
		d.Warm = &warmJSON{PID: status.PID, Flows: append([]string{}, status.Flows...), Base: status.Base, Seconds: int(status.Left.Seconds())}
	}
}

func warmText(w *warmJSON) string {
	if w == nil {
		return ""
	}
	return fmt.Sprintf("process %d, for %s more; `spindle workbench stop FLOW` ends it", w.PID, time.Duration(w.Seconds)*time.Second)
}
