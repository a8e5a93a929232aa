package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/deploying"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/history"
)

type runsOptions struct {
	limit     int
	state     string
	tags      []string
	namespace string
	variant   string
	env       string
}

type runsJSON struct {
	Runs []runJSON `json:"runs"` // newest first
	// Problems are damaged parts of the store that were passed over.
	Problems []string `json:"problems"`
}

type runJSON struct {
	Flow       string   `json:"flow"`
	Run        string   `json:"run"`
	State      string   `json:"state"`
	Started    string   `json:"started"`  // RFC 3339
	Finished   string   `json:"finished"` // RFC 3339; empty while it has not, and where nobody knows
	Duration   *float64 `json:"duration_seconds"`
	User       string   `json:"user"`
	UserTags   []string `json:"user_tags"`
	SystemTags []string `json:"system_tags"`
	Origin     string   `json:"origin_run_id"`
	Steps      int      `json:"steps"`
	StepsDone  int      `json:"steps_done"`
	Tasks      int      `json:"tasks"`
	TasksDone  int      `json:"tasks_done"`
	FailedStep string   `json:"failed_step"`
	FailedTask string   `json:"failed_task"`
	Reason     string   `json:"reason"`
}

func newRuns(a *app) *cobra.Command {
	o := runsOptions{limit: 20}
	cmd := &cobra.Command{
		Use: "runs [FLOW]", Short: "List past and running runs", GroupID: groupPast,
		Long: text(`List runs, newest first, with state, duration and tags. FLOW is a flow's file or its name; without one runs of all flows are listed. The
states are running, done, failed and interrupted (stopped by a signal, or its process is gone).`),
		Example: `  spindle runs
  spindle runs flow.py --state failed
  spindle runs Demand --tag nightly --limit 5
  spindle runs --variant us-east --env prod
  spindle runs --json | jq '.runs[0].run'`,
		Args: arguments(0, 1, ""),
		RunE: func(cmd *cobra.Command, args []string) error { return a.runs(cmd.Context(), args, o) },
	}
	cmd.Flags().IntVar(&o.limit, "limit", o.limit, "list at most `N`; 0 for all")
	cmd.Flags().StringVar(&o.state, "state", "", "list only runs in this `STATE`")
	cmd.Flags().StringArrayVar(&o.tags, "tag", nil, "list only runs with this `TAG`; may be given several times")
	cmd.Flags().StringVar(&o.variant, "variant", "", "list only runs of this deployed `VARIANT` of spindle.yaml")
	cmd.Flags().StringVar(&o.env, "env", "", "look in the datastore of this `ENVIRONMENT` of spindle.yaml")
	cmd.Flags().StringVar(&o.namespace, "namespace", "", "list only runs of this namespace `TAG`, e.g. user:ann")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) runs(ctx context.Context, args []string, o runsOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	if err := a.elsewhere(ctx, o.env); err != nil {
		return err
	}
	if o.variant != "" {
		o.tags = append(o.tags, deploying.VariantTag(o.variant))
	}
	s, rest, err := a.subject(ctx, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return fault.Usagef("%q is more than a flow; its runs are listed by its file or name", args[0])
	}
	stores, err := a.ws.OpenExisting(workspace.Read)
	if err != nil {
		return err
	}
	defer stores.Close()
	reader := stores.History(a.ws, "")
	filter := history.Filter{Namespace: o.namespace, Tags: o.tags, State: history.State(o.state), Limit: o.limit}
	list, err := allRuns(ctx, reader, s.name, filter)
	// What can be read is shown even when some of the store cannot.
	var refused *history.Error
	if err != nil && len(list) == 0 && errors.As(err, &refused) && refused.Kind == history.NotFound {
		return fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("%s has no runs in %s", s.name, stores.Values.Root())}, "`spindle runs` lists those of all flows")
	}
	if err != nil && len(list) == 0 {
		return err
	}
	a.printRuns(list, err)
	if err != nil && !a.json {
		return fmt.Errorf("a part of the store cannot be read: %w", err)
	}
	return nil
}

// allRuns are the runs of one flow, or of all flows when none is named.
func allRuns(ctx context.Context, reader *history.Reader, flow string, f history.Filter) ([]history.RunSummary, error) {
	if flow != "" {
		return reader.Runs(ctx, flow, f)
	}
	flows, failed := reader.Flows(ctx)
	var list []history.RunSummary
	for _, name := range flows {
		of, err := reader.Runs(ctx, name, f)
		list, failed = append(list, of...), errors.Join(failed, err)
	}
	slices.SortStableFunc(list, func(x, y history.RunSummary) int { return y.Started.Compare(x.Started) })
	if f.Limit > 0 && len(list) > f.Limit {
		list = list[:f.Limit]
	}
	return list, failed
}

func (o runsOptions) check() error {
	states := []string{string(history.Running), string(history.Done), string(history.Failed), string(history.Interrupted)}
	for _, s := range states {
		if o.state == "" || o.state == s {
			return nil
		}
	}
	return fault.Usagef("--state %q is none of %s", o.state, strings.Join(states, ", "))
}

func (a *app) printRuns(list []history.RunSummary, problem error) {
	if a.json {
		out := runsJSON{Runs: []runJSON{}, Problems: []string{}}
		for _, r := range list {
			out.Runs = append(out.Runs, runOf(r))
		}
		if problem != nil {
			out.Problems = append(out.Problems, problem.Error())
		}
		report.WriteJSON(a.io.Out, out)
		return
	}
	if len(list) == 0 {
		if a.io.OutTTY {
			a.say("No runs.")
		}
		return
	}
	p := a.io.OutPalette()
	t := table.New("RUN", "STATE", "STARTED", "DURATION", "TASKS", "TAGS", "")
	for _, r := range list {
		t.Row(r.Pathspec(), string(r.State), r.Started.Local().Format("2006-01-02 15:04:05"), duration(r.Duration), tasksDone(r),
			strings.Join(r.Tags.User, " "), note(r))
		t.Paint(1, stateColor(p, r.State))
	}
	if a.io.OutTTY {
		fmt.Fprint(a.io.Out, t.Terminal(a.io.Size().Width, p.Bold))
	} else {
		fmt.Fprint(a.io.Out, t.Plain())
	}
}

func stateColor(p streams.Palette, s history.State) func(string) string {
	switch s {
	case history.Done:
		return p.Green
	case history.Failed:
		return p.Red
	default:
		return p.Yellow
	}
}

func tasksDone(r history.RunSummary) string {
	if r.TasksDone == r.Tasks {
		return strconv.Itoa(r.Tasks)
	}
	return strconv.Itoa(r.TasksDone) + "/" + strconv.Itoa(r.Tasks)
}

func note(r history.RunSummary) string {
	var notes []string
	if r.FailedStep != "" {
		notes = append(notes, "failed in "+r.FailedStep+"/"+r.FailedTask)
	}
	if r.Origin != "" {
		notes = append(notes, "resumed from "+r.Origin)
	}
	return strings.Join(notes, ", ")
}

// duration is short enough for a table: 0.8s, 12.3s, 4m05s, 2h03m.
func duration(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	default:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
}

func runOf(r history.RunSummary) runJSON {
	out := runJSON{
		Flow: r.Flow, Run: r.ID, State: string(r.State), Started: stamp(r.Started), Finished: stamp(r.Finished), User: r.User,
		UserTags: append([]string{}, r.Tags.User...), SystemTags: append([]string{}, r.Tags.System...), Origin: r.Origin,
		Steps: r.Steps, StepsDone: r.StepsDone, Tasks: r.Tasks, TasksDone: r.TasksDone,
		FailedStep: r.FailedStep, FailedTask: r.FailedTask, Reason: r.Reason,
	}
	if r.Duration > 0 {
		seconds := r.Duration.Seconds()
		out.Duration = &seconds
	}
	return out
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
