package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/planout"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/preparing"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/lint"
)

type applyOptions struct {
	planOptions
	planFile string
	yes      bool
	width    int
	all      bool // remove everything, whatever spindle.yaml says
}

// applyWidth is how many variants are prepared and put at once: preparing one is a process of Python, putting it is waiting.
const applyWidth = 4

type applyJSON struct {
	Project     string       `json:"project"`
	Environment string       `json:"environment"`
	Done        int          `json:"done"`
	Failed      int          `json:"failed"`
	NotBegun    int          `json:"not_begun"`
	Unchanged   int          `json:"unchanged"`
	Results     []resultJSON `json:"results"`
}

type resultJSON struct {
	Variant string        `json:"variant"`
	Action  deploy.Action `json:"action"`
	Target  string        `json:"target"`
	Name    string        `json:"name"`
	State   string        `json:"state"` // done, failed, not-begun, unchanged, left (not in spindle.yaml, and still there)
	Error   string        `json:"error"`
}

func newDeployApply(a *app) *cobra.Command {
	o := applyOptions{planOptions: planOptions{against: againstRecord}, width: applyWidth}
	cmd := &cobra.Command{
		Use: "apply", Short: "Do what the plan says",
		Long: text(`Plan, and do it: create and change what spindle.yaml says, variants side by side. One that fails keeps none of the others; the exit code is 4 then,
and the same command does the rest. So does it after it was killed, at whatever moment. What is compared with is what the environment's datastore
knows to be deployed; with --against live it is looked at, and what was changed by hand is put right.

With --plan-file exactly the saved plan is done, or nothing where the files or what is deployed are not what they were.

On a terminal it asks before it changes anything; --yes answers. Without a terminal it asks nothing, but to remove something takes --yes.`),
		Example: `  spindle deploy apply --env prod
  spindle deploy apply --env prod --variant us-east --yes
  spindle deploy plan --env prod --out plan.json && spindle deploy apply --env prod --plan-file plan.json`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.deployApply(cmd.Context(), &o) },
	}
	o.bind(cmd, true)
	cmd.Flags().StringVar(&o.against, "against", o.against, "compare with `WHAT`: record, or live")
	cmd.Flags().StringVar(&o.planFile, "plan-file", "", "do the plan in this `FILE`")
	cmd.Flags().BoolVar(&o.prune, "prune", false, "remove what is not in spindle.yaml any more")
	cmd.Flags().BoolVar(&o.full, "full", false, "show all settings of new variants, and long values whole")
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "don't ask")
	cmd.Flags().IntVar(&o.width, "parallel", o.width, "do `N` variants at once")
	cmd.Flags().StringVar(&o.summary, "summary", "", "add what was done as Markdown to a `FILE`")
	a.bindJSON(cmd)
	return cmd
}

func (o *applyOptions) check() error {
	switch {
	case o.against != againstRecord && o.against != againstLive:
		return fault.Usagef("--against %q is neither record nor live", o.against)
	case o.planFile != "" && len(o.variants) > 0:
		return fault.WithHint(fault.Usagef("--plan-file says which variants: --variant can't be given"), "make a plan for them: spindle deploy plan --variant … --out FILE")
	case o.planFile != "" && o.prune:
		return fault.WithHint(fault.Usagef("--plan-file says whether something is removed: --prune can't be given"), "make a plan that does: spindle deploy plan --prune --out FILE")
	case o.width < 1:
		return fault.Usagef("--parallel %d is not a number of variants", o.width)
	}
	return nil
}

func (a *app) deployApply(ctx context.Context, o *applyOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	saved, err := a.loadPlan(o)
	if err != nil {
		return err
	}
	d, err := a.deployment(ctx, &o.deployOptions)
	if err != nil {
		return err
	}
	return d.locked(ctx, "apply", func(ctx context.Context) error {
		against := againstBook // the record in the project's folder is for plans without a network
		if o.against == againstLive {
			against = againstLive
		}
		plan, err := d.plan(ctx, against)
		if err != nil {
			return err
		}
		if saved != nil {
			if plan, err = saved.Check(plan); err != nil {
				return fault.WithHint(err, "plan again: spindle deploy plan --against live --out %s", o.planFile)
			}
		}
		return d.carryOut(ctx, plan, o)
	})
}

// loadPlan reads the plan file, if one is given, and takes what it says for what the options say.
func (a *app) loadPlan(o *applyOptions) (*deploy.Saved, error) {
	if o.planFile == "" {
		return nil, nil
	}
	data, err := os.ReadFile(a.ws.Abs(o.planFile))
	if err != nil {
		return nil, fault.Usagef("--plan-file: %v", err)
	}
	saved, err := deploy.LoadPlan(o.planFile, data)
	if err != nil {
		return nil, fault.Usagef("%v", err)
	}
	o.against, o.prune = saved.Against, saved.Prune
	return saved, nil
}

// locked does something while nobody else changes the environment.
func (d *deployment) locked(ctx context.Context, doing string, do func(context.Context) error) (err error) {
	who, err := d.holder(doing)
	if err != nil {
		return err
	}
	if err := d.online(); err != nil {
		return err
	}
	ctx, told, stop := interruptible(ctx)
	defer stop()
	held, lock, err := d.book.Lock(ctx, who, deploy.Clock{Now: d.ws.Now, After: time.After})
	if err != nil {
		return d.lockFault(err)
	}
	defer func() {
		released := lock.Release(context.WithoutCancel(ctx))
		if err == nil {
			err = d.lockFault(released)
		}
		if signal := told(); signal != nil {
			err = signal
		}
	}()
	return do(held)
}

func (d *deployment) lockFault(err error) error {
	if held := (*deploy.HeldError)(nil); errors.As(err, &held) {
		return fault.WithHint(err, "wait for it (without a sign of life it runs out at %s), or take the lock away: spindle deploy unlock%s",
			held.Holder.Expires.Local().Format("15:04:05"), d.envOption())
	}
	return workspace.WithRemedy(err)
}

// envOption is how the environment is named on a command line.
func (d *deployment) envOption() string {
	if d.project.Environment == "" {
		return ""
	}
	return " --env " + d.project.Environment
}

// carryOut shows a plan, asks, does it, and tells.
func (d *deployment) carryOut(ctx context.Context, plan *deploy.Plan, o *applyOptions) error {
	found := d.findings(plan)
	d.annotate(found)
	if !d.json {
		d.say("%s", capitalized(d.project.String()))
		look := d.planLook(o.full, o.prune)
		look.All = o.all
		fmt.Fprint(d.io.Out, planout.Text(plan, look))
		if len(found) > 0 {
			fmt.Fprint(d.io.Err, d.printer(d.io.ErrPalette()).Text(found))
		}
	}
	todo := len(plan.Changes) - plan.Count(deploy.Keep)
	if !o.prune {
		todo -= plan.Count(deploy.Remove)
	}
	if todo > 0 {
		if err := d.confirm(o.yes, o.prune && plan.Count(deploy.Remove) > 0, "Do it?"); err != nil {
			return err
		}
	}
	view := d.newDeployView(plan, todo)
	applier := &deploy.Applier{
		Book: d.book, Targets: d.targets, Prune: o.prune, Width: o.width, Observe: view.event, Prepare: d.preparer(),
		Note: func(variant string, applied *deploy.Applied) error {
			d.before.Set(variant, applied)
			return nil
		},
	}
	results := applier.Apply(ctx, plan)
	view.close()
	remembered := d.project.Remember(d.before)
	if err := d.summarize(o.summary, planout.ResultsMarkdown(capitalized(d.project.String()), results)); err != nil {
		return err
	}
	return errors.Join(d.outcome(plan, results), remembered)
}

// preparer makes variants ready. What Python prints while it imports a flow is shown when that fails.
func (d *deployment) preparer() func(context.Context, *deploy.Wanted) (*deploy.Ready, error) {
	by := preparing.New()
	return func(ctx context.Context, w *deploy.Wanted) (*deploy.Ready, error) {
		said := &strings.Builder{}
		ready, err := d.project.Prepare(ctx, by, d.base, w, d.variant(w), &lockedWriter{to: said})
		if err != nil && said.Len() > 0 {
			fmt.Fprint(d.io.Err, said.String())
		}
		return ready, err
	}
}

// lockedWriter lets several goroutines write.
type lockedWriter struct {
	mu sync.Mutex
	to *strings.Builder
}

func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}

// confirm asks on a terminal. Without one nothing is removed that was not confirmed beforehand.
func (a *app) confirm(yes, removes bool, question string) error {
	if yes {
		return nil
	}
	in, isFile := a.io.In.(*os.File)
	if a.json || !a.io.ErrTTY || !isFile || !term.IsTerminal(int(in.Fd())) {
		if !removes {
			return nil
		}
		return fault.WithHint(fault.Usagef("something would be removed, and there is no terminal to ask"), "give --yes")
	}
	fmt.Fprintf(a.io.Err, "%s [y/N] ", a.io.ErrPalette().Bold(question))
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err == nil {
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
			return nil
		}
	}
	return errors.New("nothing was done")
}

// outcome prints what became of a plan, and is the error that goes with it.
func (d *deployment) outcome(plan *deploy.Plan, results []deploy.Result) error {
	tally := planout.Count(results)
	var failed, lost error
	var problems []lint.Diagnostic
	for _, r := range results {
		if r.Err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %s", r.Change.Variant, r.Err)) // all of it has been said
			if one := (*deploy.LostError)(nil); errors.As(r.Err, &one) {
				lost = one
			}
			var faults *report.Faults
			if errors.As(r.Err, &faults) {
				problems = append(problems, faults.Diagnostics...)
			}
		}
	}
	d.annotate(problems)
	if d.json {
		report.WriteJSON(d.io.Out, d.resultsOf(plan, results, tally))
	} else if tally.Done+tally.Failed+tally.Ended > 0 {
		d.say("%s", tally)
	}
	if failed == nil {
		return nil
	}
	if !d.json {
		d.say("The same command does what is left.")
	}
	if tally.Done > 0 {
		failed = &fault.Partial{Err: failed}
	}
	if lost != nil {
		failed = lost
	}
	return &fault.Reported{Err: failed}
}

func (d *deployment) resultsOf(plan *deploy.Plan, results []deploy.Result, tally planout.Tally) applyJSON {
	out := applyJSON{Project: plan.Project, Environment: d.project.Environment, Done: tally.Done, Failed: tally.Failed, NotBegun: tally.Ended, Unchanged: tally.Kept + tally.Left, Results: []resultJSON{}}
	for _, r := range results {
		one := resultJSON{Variant: r.Change.Variant, Action: r.Change.Action, Target: r.Change.Target, Name: r.Change.Name, State: "unchanged"}
		switch {
		case r.Err != nil && !r.Begun:
			one.State, one.Error = "not-begun", r.Err.Error()
		case r.Err != nil:
			one.State, one.Error = "failed", r.Err.Error()
		case r.Applied:
			one.State = "done"
		case r.Change.Action == deploy.Remove:
			one.State = "left"
		}
		out.Results = append(out.Results, one)
	}
	return out
}
