package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/cmdline"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/graph"
)

// deployed is one variant with its target.
type deployed struct {
	*deployment
	change *deploy.Change
	target deploy.Target
	name   string // on the target
}

// deployed finds the one variant that is named, whether its files are as they were when it was deployed or not.
func (a *app) deployed(ctx context.Context, o *deployOptions, variant string) (*deployed, error) {
	o.variants = []string{variant}
	d, err := a.deployment(ctx, o)
	if err != nil {
		return nil, err
	}
	if slices.Contains(d.wanted.Left, variant) {
		return nil, fault.WithHint(fault.Usagef("variant %q has no target: it is not deployed", variant), "give it one in spindle.yaml: target: step-functions")
	}
	if err := d.online(); err != nil {
		return nil, err
	}
	record := &deploy.Record{}
	applied, err := d.book.Read(ctx, variant)
	if err != nil {
		return nil, workspace.WithRemedy(err)
	}
	record.Set(variant, applied)
	plan := deploy.Make(d.wanted.Wanted, record).Only(func(v string) bool { return v == variant })
	if len(plan.Changes) == 0 {
		return nil, fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("there is no variant %q in %s", variant, d.project)}, "`spindle deploy status%s` lists them", d.envOption())
	}
	one := &deployed{deployment: d, change: plan.Changes[0], name: plan.Changes[0].Name}
	kind := one.change.Target
	if applied != nil {
		one.name, kind = applied.Name, applied.Target
	}
	one.target, err = d.targets(kind)
	return one, err
}

// fault puts what a target says into words for who named the variant.
func (d *deployed) fault(err error) error {
	if gone := (*deploy.MissingError)(nil); errors.As(err, &gone) {
		return missing(err, d.change.Variant, d.envOption())
	}
	return workspace.WithRemedy(err)
}

type deployTriggerOptions struct {
	deployOptions
	params  []string
	idFile  string
	variant string
}

type deployTriggerJSON struct {
	Variant string `json:"variant"`
	Target  string `json:"target"`
	Name    string `json:"name"`
	Run     string `json:"run"`
}

func newDeployTrigger(a *app) *cobra.Command {
	var o deployTriggerOptions
	cmd := &cobra.Command{
		Use: "trigger VARIANT", Short: "Start a run of what is deployed",
		Long: text(`Start a run of a deployed variant and print its id. Parameters that are not given are as spindle.yaml says, or as the flow does. A value is JSON, or else
text.`),
		Example: `  spindle deploy trigger us-east --env prod
  spindle deploy trigger us-east --env prod --param alpha=0.5 --param table=sales`,
		Args: arguments(1, 1, "a variant of spindle.yaml"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.variant = args[0]
			return a.deployTrigger(cmd.Context(), &o)
		},
	}
	o.bind(cmd, false)
	cmd.Flags().StringArrayVar(&o.params, "param", nil, "give a parameter of the flow a value: `NAME=VALUE`; may be given several times")
	cmd.Flags().StringVar(&o.idFile, "run-id-file", "", "write the run's id to this `FILE`")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) deployTrigger(ctx context.Context, o *deployTriggerOptions) error {
	d, err := a.deployed(ctx, &o.deployOptions, o.variant)
	if err != nil {
		return err
	}
	parameters, err := d.parameters(ctx, o.params)
	if err != nil {
		return err
	}
	run, err := d.target.Trigger(ctx, d.name, parameters)
	if err != nil {
		return d.fault(err)
	}
	if o.idFile != "" {
		if err := os.WriteFile(a.ws.Abs(o.idFile), []byte(run), 0o666); err != nil {
			return fault.Usagef("--run-id-file: %v", err)
		}
	}
	if a.json {
		report.WriteJSON(a.io.Out, deployTriggerJSON{o.variant, d.target.Kind(), d.name, run})
		return nil
	}
	a.say("Run of %s started:", o.variant)
	fmt.Fprintln(a.io.Out, run)
	return nil
}

// parameters are values for the flow's parameters as a command line gives them. A parameter that is text takes its value as it is.
func (d *deployed) parameters(ctx context.Context, given []string) (map[string]json.RawMessage, error) {
	var known []*graph.Parameter
	if d.change.Wanted != nil {
		if flow, err := d.ws.ReadFlow(ctx, d.variant(d.change.Wanted).Flow.File); err == nil && flow.Static != nil && !flow.Dynamic() {
			known = flow.Static.Parameters
		}
	}
	out := map[string]json.RawMessage{}
	for _, text := range given {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, fault.Usagef("--param %q is not NAME=VALUE", text)
		}
		kind, err := parameterType(known, name)
		if err != nil {
			return nil, err
		}
		if out[name] = json.RawMessage(value); kind == "str" || !json.Valid(out[name]) {
			out[name], _ = json.Marshal(value) // texts always can be
		}
	}
	return out, nil
}

// parameterType is the type of a flow's parameter, empty where it is not known. An unknown parameter is an error where all of them are known.
func parameterType(known []*graph.Parameter, name string) (string, error) {
	var names []string
	for _, p := range known {
		if p.Class == "Config" {
			continue
		}
		if p.Name == name {
			return p.Type, nil
		}
		names = append(names, p.Name)
	}
	if known == nil {
		return "", nil
	}
	err := fault.Usagef("the flow has no parameter %q", name)
	if near := cmdline.Nearest(name, names); near != "" {
		return "", fault.WithHint(err, "did you mean %s?", near)
	}
	if len(names) == 0 {
		return "", fault.WithHint(err, "it has no parameters")
	}
	return "", fault.WithHint(err, "it has %s", strings.Join(names, ", "))
}

type deployRunsOptions struct {
	deployOptions
	states []string
	limit  int
}

type deployRunsJSON struct {
	Variant string       `json:"variant"`
	Target  string       `json:"target"`
	Name    string       `json:"name"`
	Runs    []deploy.Run `json:"runs"` // newest first
}

func newDeployRuns(a *app) *cobra.Command {
	o := deployRunsOptions{limit: 20}
	cmd := &cobra.Command{
		Use: "runs VARIANT", Short: "List runs of what is deployed",
		Long: text(`List the runs of a deployed variant that the target knows, newest first, those that its schedule has started too. The states are running, succeeded,
failed, timed-out and stopped.`),
		Example: `  spindle deploy runs us-east --env prod
  spindle deploy runs us-east --env prod --state failed --json | jq -r '.runs[].id'`,
		Args: arguments(1, 1, "a variant of spindle.yaml"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.deployRuns(cmd.Context(), args[0], &o) },
	}
	o.bind(cmd, false)
	cmd.Flags().StringArrayVar(&o.states, "state", nil, "list only runs in this `STATE`; may be given several times")
	cmd.Flags().IntVar(&o.limit, "limit", o.limit, "list at most `N`")
	a.bindJSON(cmd)
	return cmd
}

func (o *deployRunsOptions) chosen() ([]deploy.State, error) {
	all := []deploy.State{deploy.Running, deploy.Succeeded, deploy.Failed, deploy.TimedOut, deploy.Stopped}
	var out []deploy.State
	for _, s := range o.states {
		if !slices.Contains(all, deploy.State(s)) {
			return nil, fault.Usagef("--state %q is none of running, succeeded, failed, timed-out, stopped", s)
		}
		out = append(out, deploy.State(s))
	}
	if o.limit < 1 {
		return nil, fault.Usagef("--limit %d is not a number of runs", o.limit)
	}
	return out, nil
}

func (a *app) deployRuns(ctx context.Context, variant string, o *deployRunsOptions) error {
	states, err := o.chosen()
	if err != nil {
		return err
	}
	d, err := a.deployed(ctx, &o.deployOptions, variant)
	if err != nil {
		return err
	}
	runs, err := d.target.Runs(ctx, d.name, states, o.limit)
	if err != nil {
		return d.fault(err)
	}
	if a.json {
		report.WriteJSON(a.io.Out, deployRunsJSON{variant, d.target.Kind(), d.name, append([]deploy.Run{}, runs...)})
		return nil
	}
	if len(runs) == 0 {
		a.say("No runs of %s.", variant)
		return nil
	}
	t := table.New("RUN", "STATE", "STARTED", "DURATION", "")
	for _, r := range runs {
		took, note := "", r.Failure
		if !r.Ended.IsZero() {
			took = duration(r.Ended.Sub(r.Started))
		}
		if r.Schedule {
			note = strings.TrimSpace("by schedule " + note)
		}
		t.Row(r.ID, string(r.State), r.Started.Local().Format("2006-01-02 15:04:05"), took, note)
		t.Paint(1, runColor(a.io.OutPalette(), r.State))
	}
	a.printTable(t)
	return nil
}

func runColor(p streams.Palette, s deploy.State) func(string) string {
	switch s {
	case deploy.Succeeded:
		return p.Green
	case deploy.Running:
		return p.Yellow
	}
	return p.Red
}

// printTable prints a table: aligned on a terminal, with tabs elsewhere.
func (a *app) printTable(t *table.Table) {
	if a.io.OutTTY {
		fmt.Fprint(a.io.Out, t.Terminal(a.io.Size().Width, a.io.OutPalette().Bold))
		return
	}
	fmt.Fprint(a.io.Out, t.Plain())
}

func newDeployLogs(a *app) *cobra.Command {
	o, logs := &deployOptions{}, &logOptions{attempt: -1, both: true}
	cmd := &cobra.Command{
		Use: "logs VARIANT RUN/STEP[/TASK]", Short: "Show what tasks of a deployed variant printed",
		Long: text(`Show what a task, or each task of a step, of a run printed. RUN is an id as runs lists it, or latest. The output is read from the environment's datastore.`),
		Example: `  spindle deploy logs us-east latest/train --env prod
  spindle deploy logs us-east sfn-3f0c/train/t-3 --env prod --stderr`,
		Args: arguments(2, 2, "a variant of spindle.yaml and RUN/STEP or RUN/STEP/TASK"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.deployLogs(cmd, args, o, *logs) },
	}
	o.bind(cmd, false)
	logs.bindStreams(cmd, "show")
	cmd.Flags().IntVar(&logs.attempt, "attempt", logs.attempt, "show attempt `N` instead of the latest")
	cmd.Flags().Lookup("attempt").DefValue = "0" // not shown: none is given by default
	cmd.Flags().BoolVar(&logs.timestamps, "timestamps", false, "show when each line was printed")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) deployLogs(cmd *cobra.Command, args []string, o *deployOptions, logs logOptions) error {
	d, err := a.deployed(cmd.Context(), o, args[0])
	if err != nil {
		return err
	}
	if d.change.Wanted == nil {
		return fault.WithHint(fault.Usagef("variant %q is not in spindle.yaml any more: which flow it was is not known here", args[0]), "name the flow: spindle logs Flow/RUN/STEP")
	}
	run, rest, _ := strings.Cut(args[1], "/")
	if run == "latest" {
		runs, err := d.target.Runs(cmd.Context(), d.name, nil, 1)
		if err != nil {
			return d.fault(err)
		}
		if len(runs) == 0 {
			return fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("variant %q has no runs", args[0])}, "start one: spindle deploy trigger %s%s", args[0], d.envOption())
		}
		run = runs[0].ID
	}
	v := d.variant(d.change.Wanted)
	spec := v.Flow.File
	if v.Flow.Class != "" {
		spec += ":" + v.Flow.Class
	}
	a.ws = d.base
	return a.showLogs(cmd, []string{spec, strings.TrimSuffix(run+"/"+rest, "/")}, logs)
}
