package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/history"
)

type tasksJSON struct {
	Flow  string          `json:"flow"`
	Run   string          `json:"run"`
	Steps []tasksStepJSON `json:"steps"` // in the order they were begun
}

type tasksStepJSON struct {
	Step  string     `json:"step"`
	State string     `json:"state"` // failed if a task failed, else running or interrupted if one is, else done
	Tasks []taskJSON `json:"tasks"`
}

type taskJSON struct {
	Task     string          `json:"task"`
	State    string          `json:"state"`
	Started  string          `json:"started"`  // RFC 3339
	Finished string          `json:"finished"` // RFC 3339; empty while it has not, and where nobody knows
	Duration *float64        `json:"duration_seconds"`
	Attempts int             `json:"attempts"`
	Foreach  []taskFrameJSON `json:"foreach"` // outermost first
	Origin   string          `json:"origin_run_id"`
}

type taskFrameJSON struct {
	Step  string `json:"step"` // the first inside the foreach
	Index int    `json:"index"`
	Item  string `json:"item"` // variable=value; empty when the item has no short form
}

func newTasks(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "tasks FLOW RUN[/STEP]", Short: "List the tasks of a run", GroupID: groupPast,
		Long: text(`List the tasks of a run, or of one of its steps, with state, duration, attempts and foreach item. FLOW is the flow's file; without one the
flow is the first part of the pathspec. The states are running, done, failed and interrupted.`),
		Example: `  spindle tasks flow.py 1795219783672502
  spindle tasks Demand/1795219783672502/train
  spindle tasks Demand/1795219783672502 --json | jq '.steps[].state'`,
		Args: arguments(1, 2, "a flow and RUN or RUN/STEP"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.tasks(cmd, args) },
	}
	a.bindJSON(cmd)
	return cmd
}

func (a *app) tasks(cmd *cobra.Command, args []string) error {
	ctx := cmd.Context()
	s, rest, err := a.subject(ctx, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return &fault.Usage{Message: "which run? Name it as RUN or RUN/STEP", Command: cmd.CommandPath()}
	}
	spec := strings.TrimPrefix(strings.Trim(rest[0], "/"), s.name+"/")
	if n := strings.Count(spec, "/"); n > 1 || spec == "" {
		return &fault.Usage{Message: fmt.Sprintf("%q is neither RUN nor RUN/STEP", rest[0]), Command: cmd.CommandPath()}
	}
	stores, err := a.ws.OpenExisting(workspace.Read)
	if err != nil {
		return err
	}
	defer stores.Close()
	found, err := tasksOf(ctx, stores, stores.History(a.ws, ""), s.name, spec)
	if err != nil {
		return err
	}
	run, _, _ := strings.Cut(spec, "/")
	a.printTasks(tasksJSON{Flow: s.name, Run: run, Steps: byStep(found)})
	return nil
}

// tasksOf reads the tasks; where there is no such run or step it says what there is.
func tasksOf(ctx context.Context, stores *workspace.Stores, reader *history.Reader, flow, spec string) ([]history.TaskSummary, error) {
	run, step, one := strings.Cut(spec, "/")
	if err := stores.FindRun(ctx, flow, run); err != nil {
		return nil, err
	}
	if one {
		ids, err := stores.Values.Tasks(flow, run, step)
		if err != nil {
			return nil, err
		}
		if len(ids) == 0 && stores.Afar(ctx, flow, run) == nil {
			return nil, missingTask(stores, flow, run, step, nil)
		}
	}
	return reader.TaskSummaries(ctx, flow, spec)
}

func byStep(found []history.TaskSummary) []tasksStepJSON {
	steps := []tasksStepJSON{}
	for _, t := range found {
		if len(steps) == 0 || steps[len(steps)-1].Step != t.ID.Step {
			steps = append(steps, tasksStepJSON{Step: t.ID.Step, Tasks: []taskJSON{}})
		}
		last := &steps[len(steps)-1]
		last.Tasks = append(last.Tasks, taskOf(t))
		last.State = worse(last.State, string(t.State))
	}
	return steps
}

// worse is the state of a step with tasks in both states.
func worse(x, y string) string {
	for _, s := range []history.State{history.Failed, history.Running, history.Interrupted} {
		if x == string(s) || y == string(s) {
			return string(s)
		}
	}
	return y
}

func taskOf(t history.TaskSummary) taskJSON {
	out := taskJSON{
		Task: t.ID.Task, State: string(t.State), Started: stamp(t.Started), Finished: stamp(t.Finished), Attempts: t.Attempts,
		Foreach: []taskFrameJSON{}, Origin: t.Origin,
	}
	for _, f := range t.Frames {
		out.Foreach = append(out.Foreach, taskFrameJSON{Step: f.Step, Index: f.Index, Item: f.Item})
	}
	if !t.Finished.IsZero() || t.State == history.Running {
		seconds := t.Duration.Seconds()
		out.Duration = &seconds
	}
	return out
}

func (a *app) printTasks(out tasksJSON) {
	if a.json {
		report.WriteJSON(a.io.Out, out)
		return
	}
	t := table.New("TASK", "STATE", "DURATION", "ATTEMPTS", "FOREACH")
	p := a.io.OutPalette()
	for _, step := range out.Steps {
		for _, task := range step.Tasks {
			t.Row(step.Step+"/"+task.Task, task.State, taskDuration(task), fmt.Sprint(task.Attempts), taskFrames(task.Foreach))
			t.Paint(1, stateColor(p, history.State(task.State)))
		}
	}
	if a.io.OutTTY {
		fmt.Fprint(a.io.Out, t.Terminal(a.io.Size().Width, p.Bold))
	} else {
		fmt.Fprint(a.io.Out, t.Plain())
	}
}

func taskDuration(t taskJSON) string {
	if t.Duration == nil {
		return ""
	}
	return fmt.Sprintf("%.1fs", *t.Duration)
}

func taskFrames(frames []taskFrameJSON) string {
	var items []string
	for _, f := range frames {
		item := f.Item
		if item == "" {
			item = fmt.Sprintf("%s:%d", f.Step, f.Index)
		}
		items = append(items, item)
	}
	return strings.Join(items, " ")
}
