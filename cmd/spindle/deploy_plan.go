package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/deploying"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/planout"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/lint"
)

// What a plan is compared with, beside a commit of Git.
const (
	againstRecord = "record"
	againstLive   = "live"
	// againstBook is what apply without --against live goes by: the record in the datastore.
	againstBook = "what the datastore has on record"
)

type planOptions struct {
	deployOptions
	against, out, summary string
	full, prune, exitCode bool
}

type planJSON struct {
	Project     string                `json:"project"`
	Environment string                `json:"environment"` // empty in a project without environments
	Against     string                `json:"against"`     // record, live, or a commit
	Commit      string                `json:"commit"`
	Dirty       bool                  `json:"dirty"`
	Summary     map[deploy.Action]int `json:"summary"`
	Changes     []changeJSON          `json:"changes"` // in the order of spindle.yaml, then what left it
	Diagnostics []lint.Diagnostic     `json:"diagnostics"`
}

type changeJSON struct {
	Variant  string                  `json:"variant"`
	Action   deploy.Action           `json:"action"`
	Target   string                  `json:"target"`
	Name     string                  `json:"name"` // on the target
	Flow     string                  `json:"flow"`
	Settings []differenceJSON        `json:"settings"`
	Files    []deploy.FileDifference `json:"files"`
	Drift    []driftJSON             `json:"drift"`
	Owner    string                  `json:"owner"` // who has something else there under the name
	OK       bool                    `json:"ok"`    // the target can run it
}

type differenceJSON struct {
	Name   string          `json:"name"`
	Before json.RawMessage `json:"before"` // null where it was not there
	After  json.RawMessage `json:"after"`
}

type driftJSON struct {
	Kind   string           `json:"kind"`
	Name   string           `json:"name"`
	What   string           `json:"what"` // changed, gone, added
	Values []differenceJSON `json:"values"`
}

func newDeployPlan(a *app) *cobra.Command {
	o := planOptions{against: againstRecord}
	cmd := &cobra.Command{
		Use: "plan", Short: "Show what apply would change",
		Long: text(`Compare what the project's files say with what was applied last, and show what apply would do with each variant. Nothing is sent, and no credentials
are needed: what was applied is on record in .spindle/deployed. With --against live that is asked for where it is deployed, and what was changed there by
hand is shown too. With --against and a commit of Git the variants are compared with those of that commit.`),
		Example: `  spindle deploy plan --env prod
  spindle deploy plan --env prod --variant 'us-*' --full
  spindle deploy plan --env prod --against live --out plan.json
  spindle deploy plan --env prod --against origin/main`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.deployPlan(cmd.Context(), &o) },
	}
	o.bind(cmd, true)
	cmd.Flags().StringVar(&o.against, "against", o.against, "compare with `WHAT`: record, live, or a commit")
	cmd.Flags().StringVar(&o.out, "out", "", "write the plan to a `FILE`, for apply --plan-file")
	cmd.Flags().BoolVar(&o.full, "full", false, "show all settings of new variants, and long values whole")
	cmd.Flags().BoolVar(&o.prune, "prune", false, "plan to remove what is not in spindle.yaml any more")
	cmd.Flags().BoolVar(&o.exitCode, "exit-code", false, "end with 5 when there is something to do")
	cmd.Flags().StringVar(&o.summary, "summary", "", "add the plan as Markdown to a `FILE`")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) deployPlan(ctx context.Context, o *planOptions) error {
	if o.out != "" && o.against != againstRecord && o.against != againstLive {
		return fault.WithHint(fault.Usagef("--out: a plan against a commit can't be applied"), "plan with --against live, or without --against")
	}
	d, err := a.deployment(ctx, &o.deployOptions)
	if err != nil {
		return err
	}
	plan, err := d.plan(ctx, o.against)
	if err != nil {
		return err
	}
	if o.out != "" {
		if err := d.save(plan, o); err != nil {
			return err
		}
	}
	found := d.findings(plan)
	a.annotate(found)
	if err := a.summarize(o.summary, planout.Markdown(plan, a.planLook(o.full, o.prune))+planout.Faults(found, a.fromRepository)); err != nil {
		return err
	}
	if err := d.show(plan, found, o); err != nil {
		return err
	}
	if todo := !plan.Empty() && (o.prune || plan.Count(deploy.Keep, deploy.Remove) < len(plan.Changes)); todo && o.exitCode {
		return &fault.Reported{Err: &fault.Pending{Message: planout.Summary(plan, o.prune)}}
	}
	return nil
}

// plan compares what is wanted with what was applied, or what would have been.
func (d *deployment) plan(ctx context.Context, against string) (*deploy.Plan, error) {
	var before *deploy.Record
	var err error
	switch against {
	case againstRecord:
		before, err = d.project.Record()
	case againstLive, againstBook:
		if err = d.online(); err == nil {
			before, err = d.book.All(ctx)
		}
	default:
		before, err = d.commit(ctx, against)
	}
	if err != nil {
		return nil, workspace.WithRemedy(err)
	}
	d.before = before
	plan := deploy.Make(d.wanted.Wanted, before).Only(d.chosen)
	plan.Against = against
	if against == againstLive {
		err = plan.Look(ctx, d.targets)
	}
	return plan, workspace.WithRemedy(err)
}

// commit is what would have been applied from a commit.
func (d *deployment) commit(ctx context.Context, ref string) (*deploy.Record, error) {
	dir, err := os.MkdirTemp("", "spindle-plan-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	then, err := d.project.Then(ctx, ref, dir)
	if err != nil {
		return nil, err
	}
	record := &deploy.Record{Version: deploy.RecordVersion, Project: d.project.Name.Text, Environment: d.project.EnvironmentName()}
	if then.Project == nil {
		return record, nil
	}
	was, err := then.Wanted(ctx, d.naming)
	if err != nil {
		return nil, err
	}
	if lint.HasErrors(was.Problems) {
		return nil, fmt.Errorf("%s of commit %q has faults of its own", "spindle.yaml", ref)
	}
	for _, w := range was.Wanted {
		record.Set(w.Identity.Variant, &deploy.Applied{Target: w.Target, Name: w.Name, Identity: w.Identity, Settings: w.Settings, Files: w.Files})
	}
	return record, nil
}

func (d *deployment) save(plan *deploy.Plan, o *planOptions) error {
	data, err := plan.Save(version.Number, d.project.Git.Commit, d.project.Git.Dirty, o.prune)
	if err != nil {
		return err
	}
	if err := disk.WriteFile(d.ws.Abs(o.out), data, disk.Replace); err != nil {
		return fault.Usagef("--out: %v", err)
	}
	return nil
}

func (a *app) planLook(full, prune bool) planout.Options {
	o := planout.Options{
		Palette: a.io.OutPalette(), Unicode: a.io.Unicode, Full: full, Prune: prune, Place: func(d deploy.Difference) string { return a.placeOf(d.At) },
	}
	if a.io.OutTTY {
		o.Width = a.io.Size().Width
	}
	return o
}

// show prints a plan. Its error is that of variants that a target cannot run.
func (d *deployment) show(plan *deploy.Plan, found []lint.Diagnostic, o *planOptions) error {
	faults := error(nil)
	if lint.HasErrors(found) {
		faults = &report.Faults{Flow: d.project.String(), Diagnostics: found, Shown: true}
	}
	if d.json {
		report.WriteJSON(d.io.Out, planOf(plan, d.project, found))
		return faults
	}
	d.say("%s, against %s", capitalized(d.project.String()), against(plan.Against))
	fmt.Fprint(d.io.Out, planout.Text(plan, d.planLook(o.full, o.prune)))
	if len(d.wanted.Left) > 0 {
		d.say("%s", d.io.ErrPalette().Dim("without a target, and not deployed: "+strings.Join(d.wanted.Left, ", ")))
	}
	if len(found) > 0 {
		fmt.Fprint(d.io.Err, d.printer(d.io.ErrPalette()).Text(found))
	}
	return faults
}

func against(what string) string {
	switch what {
	case againstRecord:
		return "what was applied last (" + deploying.Folder + "/deployed)"
	case againstLive:
		return "what is deployed"
	}
	return "commit " + what
}

func capitalized(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func planOf(plan *deploy.Plan, project *deploying.Project, found []lint.Diagnostic) planJSON {
	out := planJSON{
		Project: plan.Project, Environment: project.Environment, Against: plan.Against, Commit: project.Git.Commit, Dirty: project.Git.Dirty,
		Summary: map[deploy.Action]int{}, Changes: []changeJSON{}, Diagnostics: append([]lint.Diagnostic{}, found...),
	}
	for _, action := range []deploy.Action{deploy.Create, deploy.Update, deploy.Repair, deploy.Finish, deploy.Remove, deploy.Keep} {
		out.Summary[action] = plan.Count(action)
	}
	for _, c := range plan.Changes {
		out.Changes = append(out.Changes, changeOf(c))
	}
	return out
}

func changeOf(c *deploy.Change) changeJSON {
	out := changeJSON{
		Variant: c.Variant, Action: c.Action, Target: c.Target, Name: c.Name, Settings: differencesOf(c.Settings), Files: append([]deploy.FileDifference{}, c.Files...),
		Drift: []driftJSON{}, Owner: c.Owner, OK: !c.Faulty(),
	}
	if c.Wanted != nil {
		out.Flow = c.Wanted.Flow
	}
	for _, d := range c.Drift {
		out.Drift = append(out.Drift, driftJSON{d.Kind, d.Name, d.What, differencesOf(d.Values)})
	}
	return out
}

func differencesOf(list []deploy.Difference) []differenceJSON {
	out := []differenceJSON{}
	value := func(s *string) json.RawMessage {
		if s == nil {
			return json.RawMessage("null")
		}
		return strict(*s)
	}
	for _, d := range list {
		out = append(out, differenceJSON{d.Name, value(d.Before), value(d.After)})
	}
	return out
}
