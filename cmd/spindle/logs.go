package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/artifact"
)

type logOptions struct {
	stdout, stderr, both bool
	attempt              int
	timestamps           bool
	latest, all          bool
	unfinished           bool
}

type logsJSON struct {
	Flow  string        `json:"flow"`
	Tasks []logTaskJSON `json:"tasks"`
}

type logTaskJSON struct {
	Pathspec string        `json:"pathspec"`
	Attempt  int           `json:"attempt"`
	Lines    []logLineJSON `json:"lines"` // stdout first, then stderr, each in order
}

type logLineJSON struct {
	Stream string `json:"stream"`
	Time   string `json:"time"` // RFC 3339; empty for lines without one
	Text   string `json:"text"` // bytes that are not UTF-8 are replaced
}

func newLogs(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "logs", Short: "Show or remove what tasks printed", GroupID: groupPast,
		Example: `  spindle logs flow.py 1795219783672502/train
  spindle logs Demand/1795219783672502/train/3 --stderr --timestamps
  spindle logs scrub flow.py 1795219783672502/train`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newLogsShow(a), newLogsScrub(a))
	return cmd
}

func newLogsShow(a *app) *cobra.Command {
	o := logOptions{attempt: -1, both: true}
	cmd := &cobra.Command{
		Use: "show FLOW RUN/STEP[/TASK]", Short: "Show what tasks printed (`show` may be left out)",
		Long: text(`Show what a task, or each task of a step, printed. FLOW is the flow's file; without one the flow is the first part of the pathspec.`),
		Example: `  spindle logs flow.py 1795219783672502/train
  spindle logs Demand/1795219783672502/train/3 --stderr --timestamps`,
		Args: arguments(1, 2, "a flow and RUN/STEP or RUN/STEP/TASK"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.showLogs(cmd, args, o) },
	}
	o.bindStreams(cmd, "show")
	cmd.Flags().IntVar(&o.attempt, "attempt", o.attempt, "show attempt `N` instead of the latest")
	cmd.Flags().Lookup("attempt").DefValue = "0" // not shown: none is given by default
	options.Switch(cmd.Flags(), &o.timestamps, "timestamps", "no-timestamps", "show when each line was printed")
	a.bindJSON(cmd)
	return cmd
}

func newLogsScrub(a *app) *cobra.Command {
	o := logOptions{attempt: -1, both: true, latest: true}
	cmd := &cobra.Command{
		Use: "scrub FLOW RUN/STEP[/TASK]", Short: "Remove what tasks printed, for good",
		Example: `  spindle logs scrub flow.py 1795219783672502/train
  spindle logs scrub flow.py 1795219783672502/train/3 --stderr --all`,
		Args: arguments(1, 2, "a flow and RUN/STEP or RUN/STEP/TASK"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.scrubLogs(cmd, args, o) },
	}
	o.bindStreams(cmd, "remove")
	cmd.Flags().IntVar(&o.attempt, "attempt", o.attempt, "remove the output of attempt `N` instead of the latest")
	cmd.Flags().Lookup("attempt").DefValue = "0" // not shown: none is given by default
	cmd.Flags().BoolVar(&o.all, "all", false, "remove the output of all attempts")
	cmd.Flags().Bool("latest", false, "remove the output of the latest attempt, as by default")
	cmd.Flags().BoolVar(&o.unfinished, "include-not-done", false, "of tasks that have not finished too")
	return cmd
}

func (o *logOptions) bindStreams(cmd *cobra.Command, verb string) {
	options.Switch(cmd.Flags(), &o.stdout, "stdout", "no-stdout", verb+" only stdout")
	options.Switch(cmd.Flags(), &o.stderr, "stderr", "no-stderr", verb+" only stderr")
	options.Switch(cmd.Flags(), &o.both, "both", "no-both", verb+" stdout and stderr, as by default")
	cmd.Flags().Lookup("both").DefValue = "false" // help need not say it twice
}

func (o *logOptions) streams() []string {
	switch {
	case o.stdout == o.stderr:
		return []string{"stdout", "stderr"}
	case o.stdout:
		return []string{"stdout"}
	default:
		return []string{"stderr"}
	}
}

// logTasks opens the store and finds the tasks that args name.
func (a *app) logTasks(cmd *cobra.Command, args []string, mode workspace.Mode) (*workspace.Stores, string, []artifact.Task, error) {
	s, rest, err := a.subject(cmd.Context(), args)
	if err != nil {
		return nil, "", nil, err
	}
	stores, err := a.ws.OpenExisting(mode)
	if err != nil {
		return nil, "", nil, err
	}
	found, err := tasks(stores, s.name, cmd, rest)
	if err != nil {
		return nil, "", nil, errors.Join(err, stores.Close())
	}
	return stores, s.name, found, nil
}

func (a *app) showLogs(cmd *cobra.Command, args []string, o logOptions) error {
	stores, flow, found, err := a.logTasks(cmd, args, workspace.Read)
	if err != nil {
		return err
	}
	defer stores.Close()
	out := logsJSON{Flow: flow, Tasks: []logTaskJSON{}}
	for _, task := range found {
		attempt, err := attemptOf(stores.Values, task, o.attempt)
		if err != nil {
			return err
		}
		a.say("Dumping logs of run_id=%s step=%s task_id=%s", task.Run, task.Step, task.Task)
		of := logTaskJSON{Pathspec: task.String(), Attempt: attempt, Lines: []logLineJSON{}}
		for _, stream := range o.streams() {
			a.say("%s", stream)
			lines, err := stores.Values.ReadLog(task, attempt, stream)
			if err != nil {
				return fmt.Errorf("reading what %s printed: %w", task, err)
			}
			if a.json {
				of.Lines = append(of.Lines, linesJSON(stream, lines)...)
			} else {
				a.printLines(lines, o.timestamps)
			}
		}
		out.Tasks = append(out.Tasks, of)
	}
	if a.json {
		report.WriteJSON(a.io.Out, out)
	}
	return nil
}

// attemptOf is the attempt that was asked for, or the latest that was begun.
func attemptOf(store *artifact.Store, task artifact.Task, asked int) (int, error) {
	attempts, err := store.Attempts(task)
	if err != nil {
		return 0, err
	}
	if asked < 0 {
		latest, _ := artifact.Latest(attempts)
		return latest.Attempt, nil
	}
	for _, known := range attempts {
		if known.Attempt == asked {
			return asked, nil
		}
	}
	return 0, &fault.NotFound{Message: fmt.Sprintf("task %s has no attempt %d", task, asked)}
}

func (a *app) printLines(lines []artifact.LogLine, timestamps bool) {
	var b strings.Builder
	p := a.io.OutPalette()
	for _, line := range lines {
		if timestamps {
			b.WriteString(p.Magenta(line.Time.Local().Format("2006-01-02 15:04:05.000 ")))
		}
		b.Write(line.Text)
		b.WriteByte('\n')
	}
	fmt.Fprint(a.io.Out, b.String())
}

func linesJSON(stream string, lines []artifact.LogLine) []logLineJSON {
	out := make([]logLineJSON, len(lines))
	for i, line := range lines {
		out[i] = logLineJSON{Stream: stream, Text: strings.ToValidUTF8(string(line.Text), "\ufffd")}
		if !line.Time.IsZero() {
			out[i].Time = line.Time.UTC().Format(time.RFC3339Nano)
		}
	}
	return out
}

func (a *app) scrubLogs(cmd *cobra.Command, args []string, o logOptions) error {
	stores, _, found, err := a.logTasks(cmd, args, workspace.Write)
	if err != nil {
		return err
	}
	defer stores.Close()
	var failed error
	for _, task := range found {
		attempts, err := stores.Values.Attempts(task)
		if err != nil {
			return err
		}
		for _, known := range o.chosen(attempts) {
			name := fmt.Sprintf("%s/%s/%s - attempt %d", task.Run, task.Step, task.Task, known.Attempt)
			if !known.Done && !o.unfinished {
				failed = errors.Join(failed, fmt.Errorf("%s has not finished; --include-not-done scrubs it all the same", name))
				continue
			}
			for _, stream := range o.streams() {
				if _, err := stores.Values.ScrubLog(task, known.Attempt, stream); err != nil {
					return fmt.Errorf("scrubbing the logs of %s: %w", name, err)
				}
			}
			a.say("Logs have been scrubbed for %s", name)
		}
	}
	return errors.Join(failed, stores.Group.Commit(cmd.Context()))
}

func (o *logOptions) chosen(attempts []artifact.AttemptState) []artifact.AttemptState {
	if o.all && o.attempt < 0 {
		return attempts
	}
	if o.attempt < 0 {
		if latest, ok := artifact.Latest(attempts); ok {
			return []artifact.AttemptState{latest}
		}
		return nil
	}
	for _, known := range attempts {
		if known.Attempt == o.attempt {
			return []artifact.AttemptState{known}
		}
	}
	return nil
}
