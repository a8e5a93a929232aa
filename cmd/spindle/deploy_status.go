package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config/deploy"
)

type statusJSON struct {
	Project     string              `json:"project"`
	Environment string              `json:"environment"`
	Lock        *deploy.Holder      `json:"lock"` // null where nobody holds it
	Variants    []statusVariantJSON `json:"variants"`
}

type statusVariantJSON struct {
	Variant string           `json:"variant"`
	State   string           `json:"state"` // deployed, changed (files say something else), drifted, unfinished, absent, foreign, left (not in spindle.yaml)
	Target  string           `json:"target"`
	Name    string           `json:"name"`
	Owner   string           `json:"owner"`
	Changed string           `json:"changed"` // RFC 3339; empty where nothing is there
	Is      *deploy.Identity `json:"identity"`
	LastRun *deploy.Run      `json:"last_run"` // null for none
}

func newDeployStatus(a *app) *cobra.Command {
	var o deployOptions
	cmd := &cobra.Command{
		Use: "status", Short: "Show what is deployed, and how its last runs went",
		Long: text(`Show for each variant whether it is deployed as the project's files say, from which commit and by whom, and how its last run went. changed means that
the files say something else than what is deployed, drifted that what is deployed was changed by hand.`),
		Example: `  spindle deploy status --env prod
  spindle deploy status --env prod --json | jq '.variants[] | select(.state != "deployed")'`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.deployStatus(cmd.Context(), &o) },
	}
	o.bind(cmd, true)
	a.bindJSON(cmd)
	return cmd
}

func (a *app) deployStatus(ctx context.Context, o *deployOptions) error {
	d, err := a.deployment(ctx, o)
	if err != nil {
		return err
	}
	plan, err := d.plan(ctx, againstLive)
	if err != nil {
		return err
	}
	out := statusJSON{Project: plan.Project, Environment: d.project.Environment, Variants: make([]statusVariantJSON, len(plan.Changes))}
	if out.Lock, err = d.book.Holder(ctx); err != nil {
		return workspace.WithRemedy(err)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for i, c := range plan.Changes {
		g.Go(func() (err error) {
			out.Variants[i], err = d.status(ctx, c)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return workspace.WithRemedy(err)
	}
	if a.json {
		report.WriteJSON(a.io.Out, out)
		return nil
	}
	d.printStatus(out)
	return nil
}

// status is how one variant stands.
func (d *deployment) status(ctx context.Context, c *deploy.Change) (statusVariantJSON, error) {
	s := statusVariantJSON{Variant: c.Variant, State: stateOf(c), Target: c.Target, Name: c.Name, Owner: c.Owner}
	target, err := d.targets(c.Target)
	if err != nil {
		return s, err
	}
	if c.Applied != nil {
		s.Name = c.Applied.Name
	}
	live, err := target.Live(ctx, s.Name)
	if err != nil || live == nil {
		return s, err
	}
	s.Owner, s.Changed, s.Is = live.Owner, stamp(live.Changed), live.Identity
	runs, err := target.Runs(ctx, s.Name, nil, 1)
	if err == nil && len(runs) > 0 {
		s.LastRun = &runs[0]
	}
	return s, err
}

func stateOf(c *deploy.Change) string {
	switch {
	case c.Owner != "":
		return "foreign"
	case c.Action == deploy.Create:
		return "absent"
	case c.Action == deploy.Finish:
		return "unfinished"
	case c.Action == deploy.Remove:
		return "left"
	case len(c.Drift) > 0:
		return "drifted"
	case c.Action == deploy.Update:
		return "changed"
	}
	return "deployed"
}

func (d *deployment) printStatus(out statusJSON) {
	p := d.io.OutPalette()
	t := table.New("VARIANT", "STATE", "COMMIT", "BY", "SINCE", "LAST RUN", "")
	for _, v := range out.Variants {
		commit, by, run, when := "", v.Owner, "", ""
		if v.Is != nil {
			by, commit = v.Is.By, v.Is.Commit[:min(len(v.Is.Commit), 10)]
			if v.Is.Dirty {
				commit += " dirty"
			}
		}
		if v.LastRun != nil {
			run, when = string(v.LastRun.State), v.LastRun.Started.Local().Format("2006-01-02 15:04")
		}
		t.Row(v.Variant, v.State, commit, by, strings.Replace(strings.TrimSuffix(v.Changed, "Z"), "T", " ", 1)[:min(16, len(v.Changed))], run, when)
		t.Paint(1, map[bool]func(string) string{true: p.Green, false: p.Yellow}[v.State == "deployed"])
		if v.LastRun != nil {
			t.Paint(5, runColor(p, v.LastRun.State))
		}
	}
	d.printTable(t)
	if out.Lock != nil {
		d.say("%s", fmt.Sprintf("%s is under way: %s on %s, since %s", out.Lock.Doing, out.Lock.Owner, out.Lock.Host, out.Lock.Taken.Local().Format("15:04:05")))
	}
}
