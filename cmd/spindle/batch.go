package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/compute/batch"
)

type batchOptions struct {
	run, user string
	mine      bool
}

type batchJSON struct {
	Flow string         `json:"flow"`
	Jobs []batchJobJSON `json:"jobs"` // the oldest first
}

type batchJobJSON struct {
	Job     string `json:"job"`
	Name    string `json:"name"`
	Queue   string `json:"queue"`
	Status  string `json:"status"`
	Reason  string `json:"reason"` // what it waits for, where Batch says
	Run     string `json:"run"`
	Step    string `json:"step"`
	Task    string `json:"task"`
	Attempt int    `json:"attempt"`
	User    string `json:"user"`
	Created string `json:"created"` // RFC 3339
	Started string `json:"started"` // RFC 3339; empty before it runs
	// Killed is set by kill: the job is being ended. Error says why it could not be.
	Killed bool   `json:"killed"`
	Error  string `json:"error"`
}

func newBatch(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "batch", Short: "See and end jobs on AWS Batch", GroupID: groupPast,
		Long: text(`Steps with @batch, or all steps with --with batch, run as jobs of AWS Batch. These commands find the jobs of a flow that have not ended, whoever
submitted them: Spindle, also one that was killed, or Metaflow.`),
		Example: `  spindle batch list flow.py
  spindle batch kill flow.py --run-id 17`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBatchList(a), newBatchKill(a))
	return cmd
}

func newBatchList(a *app) *cobra.Command {
	var o batchOptions
	cmd := &cobra.Command{
		Use: "list FLOW", Short: "List unfinished jobs of a flow",
		Long: text(`List the jobs of a flow that have not ended: those of its latest run, of one run (--run-id), or of all runs of a user (--user, --my-runs).`),
		Example: `  spindle batch list flow.py
  spindle batch list flow.py --my-runs
  spindle batch list Demand --run-id 17 --json | jq '.jobs[] | select(.status == "RUNNABLE").reason'`,
		Args: arguments(1, 1, "a flow: flow.py"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.batchJobs(cmd.Context(), args, o, false) },
	}
	o.bind(cmd)
	a.bindJSON(cmd)
	return cmd
}

func newBatchKill(a *app) *cobra.Command {
	var o batchOptions
	cmd := &cobra.Command{
		Use: "kill FLOW", Short: "End unfinished jobs of a flow",
		Long: text(`End the jobs of a flow that have not ended, of one run (--run-id) or of all runs of a user (--user, --my-runs). One of these must be given: nothing
is ended that was not named. A run that still goes on takes it as a failure of the task.`),
		Example: `  spindle batch kill flow.py --run-id 17
  spindle batch kill flow.py --my-runs`,
		Args: arguments(1, 1, "a flow: flow.py"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.batchJobs(cmd.Context(), args, o, true) },
	}
	o.bind(cmd)
	a.bindJSON(cmd)
	return cmd
}

func (o *batchOptions) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.run, "run-id", "", "only jobs of this `RUN`")
	cmd.Flags().StringVar(&o.user, "user", "", "jobs of all runs of this `USER`")
	cmd.Flags().BoolVar(&o.mine, "my-runs", false, "jobs of all runs of yours")
}

// query is what is asked for. The latest run is meant where nothing is named, but not to be ended.
func (a *app) query(ctx context.Context, args []string, o batchOptions, kill bool) (batch.Query, error) {
	q := batch.Query{Run: o.run, User: o.user}
	switch {
	case o.user != "" && o.mine:
		return q, fault.Usagef("--user and --my-runs exclude each other")
	case o.run != "" && o.mine:
		return q, fault.Usagef("--run-id and --my-runs exclude each other")
	case kill && o.run == "" && o.user == "" && !o.mine:
		return q, fault.WithHint(fault.Usagef("which jobs? Nothing is ended that is not named"), "give --run-id RUN, --user USER or --my-runs; `spindle batch list %s` shows the jobs", args[0])
	}
	s, rest, err := a.subject(ctx, args)
	if err != nil {
		return q, err
	}
	if len(rest) > 0 {
		return q, fault.WithHint(fault.Usagef("%q is more than a flow", args[0]), "name the run with --run-id")
	}
	q.Flow = s.name
	if o.mine {
		q.User, err = a.ws.User()
	}
	if err == nil && q.Run == "" && q.User == "" {
		q.Run, err = a.latestRun(q.Flow)
	}
	return q, err
}

func (a *app) latestRun(flow string) (string, error) {
	stores, err := a.ws.OpenExisting(workspace.Read)
	if err != nil {
		return "", err
	}
	defer stores.Close()
	run, err := stores.Values.LatestRun(flow)
	if err != nil || run == "" {
		return "", fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("the latest run of %s is not known here", flow)}, "name a run with --run-id, or all of yours with --my-runs")
	}
	return run, nil
}

func (a *app) batchJobs(ctx context.Context, args []string, o batchOptions, kill bool) error {
	q, err := a.query(ctx, args, o, kill)
	if err != nil {
		return err
	}
	client, err := batch.Open(ctx, batch.Connection{})
	if err != nil {
		return fault.WithHint(err, "see ~/.aws/config, or the file that AWS_CONFIG_FILE names")
	}
	finder := batch.NewFinder(client)
	jobs, err := finder.Find(ctx, q)
	if err != nil {
		return err
	}
	out := batchJSON{Flow: q.Flow, Jobs: []batchJobJSON{}}
	var failed error
	for _, j := range jobs {
		row := batchJobJSON{
			Job: j.ID, Name: j.Name, Queue: j.Queue, Status: j.State, Reason: j.Reason, Run: j.Run, Step: j.Step, Task: j.Task, Attempt: j.Attempt,
			User: j.User, Created: stamp(j.Created), Started: stamp(j.Started),
		}
		if kill {
			if err := finder.Kill(ctx, j.ID, a.who()); err != nil {
				row.Error, failed = err.Error(), errors.Join(failed, err)
			} else {
				row.Killed = true
			}
		}
		out.Jobs = append(out.Jobs, row)
	}
	a.printJobs(out, q, kill)
	return failed
}

// who is the user, for whoever looks at a job that was ended.
func (a *app) who() string {
	if user, err := a.ws.User(); err == nil {
		return user
	}
	return "nobody known"
}

func (a *app) printJobs(out batchJSON, q batch.Query, kill bool) {
	if a.json {
		report.WriteJSON(a.io.Out, out)
		return
	}
	if len(out.Jobs) == 0 {
		a.say("No unfinished AWS Batch jobs of %s.", q)
		return
	}
	t := table.New("JOB", "STATUS", "TASK", "ATTEMPT", "USER", "QUEUE", "")
	ended := 0
	for _, j := range out.Jobs {
		state := j.Status
		if j.Killed {
			ended++
			state = "killed"
		}
		note := j.Reason
		if j.Error != "" {
			note = j.Error
		}
		t.Row(j.Job, state, strings.Join([]string{j.Run, j.Step, j.Task}, "/"), fmt.Sprint(j.Attempt), j.User, j.Queue, note)
	}
	if a.io.OutTTY {
		fmt.Fprint(a.io.Out, t.Terminal(a.io.Size().Width, a.io.OutPalette().Bold))
	} else {
		fmt.Fprint(a.io.Out, t.Plain())
	}
	if kill {
		a.say("%d of %d jobs are being ended", ended, len(out.Jobs))
	}
}
