package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/artifact"
)

// subject is the flow a verb about the past is called with: by its file or by its name.
type subject struct {
	name   string
	source *workspace.Flow // nil when only the name was given
}

// subject takes the flow off the front of args: a file, or with no file the first part of a pathspec.
func (a *app) subject(ctx context.Context, args []string) (s subject, rest []string, err error) {
	if err := a.ws.Prepare(); err != nil {
		return s, nil, err
	}
	if len(args) == 0 {
		return s, nil, nil
	}
	if !a.ws.IsFlow(args[0]) {
		name, path, _ := strings.Cut(args[0], "/")
		s.name = name
		if path == "" {
			return s, args[1:], nil
		}
		return s, append([]string{path}, args[1:]...), nil
	}
	flow, err := a.ws.ReadFlow(ctx, args[0])
	if err != nil {
		return s, nil, err
	}
	if flow.Static == nil {
		return s, nil, flow.Unusable()
	}
	if err := a.greet(flow); err != nil {
		return s, nil, err
	}
	return subject{name: flow.Static.Name, source: flow}, args[1:], nil
}

// tasks are those that run/step or run/step/task names.
func tasks(stores *workspace.Stores, flow string, cmd *cobra.Command, rest []string) ([]artifact.Task, error) {
	if len(rest) != 1 {
		return nil, &fault.Usage{Message: "which tasks? Name them as RUN/STEP or RUN/STEP/TASK", Command: cmd.CommandPath()}
	}
	parts := strings.Split(strings.Trim(rest[0], "/"), "/")
	if len(parts) == 4 && parts[0] == flow {
		parts = parts[1:]
	}
	if len(parts) != 2 && len(parts) != 3 {
		return nil, &fault.Usage{Message: fmt.Sprintf("%q is neither RUN/STEP nor RUN/STEP/TASK", rest[0]), Command: cmd.CommandPath()}
	}
	run, step := parts[0], parts[1]
	if err := stores.FindRun(cmd.Context(), flow, run); err != nil {
		return nil, err
	}
	ids, err := stores.Values.Tasks(flow, run, step)
	if err != nil {
		return nil, err
	}
	var found []artifact.Task
	for _, id := range ids {
		if len(parts) == 2 || id == parts[2] {
			found = append(found, artifact.Task{Flow: flow, Run: run, Step: step, Task: id})
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	if err := stores.Afar(cmd.Context(), flow, run); err != nil {
		return nil, err
	}
	return nil, missingTask(stores, flow, run, step, ids)
}

// missingTask says what there is instead.
func missingTask(stores *workspace.Stores, flow, run, step string, ids []string) error {
	if len(ids) > 0 {
		return fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("there is no such task in %s/%s/%s", flow, run, step)},
			"the tasks of the step are %s", some(ids))
	}
	err := &fault.NotFound{Message: fmt.Sprintf("there are no tasks of step %s in %s/%s: there is no such step, or it has not begun", step, flow, run)}
	steps, listErr := stores.Values.Steps(flow, run)
	if listErr != nil || len(steps) == 0 {
		return err
	}
	steps = slices.DeleteFunc(steps, func(name string) bool { return strings.HasPrefix(name, "_") })
	return fault.WithHint(err, "the run has the steps %s", some(steps))
}

func some(names []string) string {
	const most = 20
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
