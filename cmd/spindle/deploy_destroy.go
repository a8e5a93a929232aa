package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config/deploy"
)

func newDeployDestroy(a *app) *cobra.Command {
	o := applyOptions{planOptions: planOptions{against: againstRecord, prune: true}, width: applyWidth, all: true}
	cmd := &cobra.Command{
		Use: "destroy", Short: "Remove what is deployed",
		Long: text(`Remove the deployments of an environment, or some of them, with their schedules. What would be removed is shown, and asked about, first. Runs that go on
are not ended by that everywhere; past runs and their data stay. What others have put in the place of a deployment is not touched.`),
		Example: `  spindle deploy destroy --env dev
  spindle deploy destroy --env dev --variant 'us-*' --yes`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.deployDestroy(cmd.Context(), &o) },
	}
	o.bind(cmd, true)
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "don't ask")
	cmd.Flags().IntVar(&o.width, "parallel", o.width, "do `N` variants at once")
	cmd.Flags().StringVar(&o.summary, "summary", "", "add what was done as Markdown to a `FILE`")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) deployDestroy(ctx context.Context, o *applyOptions) error {
	d, err := a.deployment(ctx, &o.deployOptions)
	if err != nil {
		return err
	}
	return d.locked(ctx, "destroy", func(ctx context.Context) error {
		known, err := d.book.All(ctx)
		if err != nil {
			return workspace.WithRemedy(err)
		}
		d.before = known
		d.wanted.Problems = nil // what is wrong with what is wanted keeps nothing from being removed
		plan := deploy.Destroy(known, d.chosen)
		if len(plan.Changes) == 0 && !d.json {
			d.say("Nothing is deployed of %s.", d.project)
		}
		return d.carryOut(ctx, plan, o)
	})
}

type unlockJSON struct {
	Held   bool           `json:"held"`
	Holder *deploy.Holder `json:"holder"` // null where nobody held it
}

func newDeployUnlock(a *app) *cobra.Command {
	var o deployOptions
	yes := false
	cmd := &cobra.Command{
		Use: "unlock", Short: "Take the lock of an environment away",
		Long: text(`Take the lock of an environment away from whoever holds it. An apply that is still alive notices within half a minute and begins nothing more; what it
has begun the next apply finishes. A lock whose holder is gone runs out by itself within two minutes.`),
		Example: `  spindle deploy unlock --env prod`,
		Args:    arguments(0, 0, ""),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.deployUnlock(cmd.Context(), &o, yes) },
	}
	o.bind(cmd, false)
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "don't ask")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) deployUnlock(ctx context.Context, o *deployOptions, yes bool) error {
	d, err := a.deployment(ctx, o)
	if err != nil {
		return err
	}
	if err := d.online(); err != nil {
		return err
	}
	holder, err := d.book.Holder(ctx)
	if err != nil {
		return workspace.WithRemedy(err)
	}
	if holder != nil {
		if err := a.confirm(yes, false, fmt.Sprintf("Take the lock away from %s on %s?", holder.Owner, holder.Host)); err != nil {
			return err
		}
		if holder, err = d.book.Unlock(ctx); err != nil {
			return workspace.WithRemedy(err)
		}
	}
	switch {
	case a.json:
		report.WriteJSON(a.io.Out, unlockJSON{holder != nil, holder})
	case holder == nil:
		a.say("Nobody holds the lock of %s.", d.project)
	default:
		a.say("The lock of %s is free. It was held by %s on %s, for %s, since %s.", d.project, holder.Owner, holder.Host, holder.Doing, holder.Taken.Local().Format("15:04:05"))
	}
	return nil
}

// missing is a target's word that something is not there, with the way out.
func missing(err error, variant, env string) error {
	return fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("%s: %v", variant, err)}, "`spindle deploy status%s` lists what is deployed", env)
}
