package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/dump"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/worker"
)

type dumpOptions struct {
	private bool
	limit   int64
	include string
	file    string
}

type dumpJSON struct {
	Flow  string         `json:"flow"`
	Tasks []dumpTaskJSON `json:"tasks"`
}

type dumpTaskJSON struct {
	Pathspec  string          `json:"pathspec"`
	Artifacts []dumpValueJSON `json:"artifacts"`
}

type dumpValueJSON struct {
	Name  string  `json:"name"`
	Size  int64   `json:"size"`
	Type  string  `json:"type"`
	SHA   string  `json:"sha"`
	Text  *string `json:"text"`  // null when not shown
	Value any     `json:"value"` // null when JSON cannot hold it
	Plain bool    `json:"plain"` // value is the value
	Large bool    `json:"too_large"`
	Error string  `json:"error,omitempty"`
}

func newDump(a *app) *cobra.Command {
	o := dumpOptions{limit: 1000}
	cmd := &cobra.Command{
		Use: "dump FLOW RUN/STEP[/TASK]", Short: "Show the artifacts that tasks left behind", GroupID: groupPast,
		Long: text(`Show the artifacts of a task, or of all tasks of a step. FLOW is the flow's file; without one the flow is the first part of the pathspec.
Values other than plain ones are read by Python, never by Spindle itself.`),
		Example: `  spindle dump flow.py 1795219783672502/train/3
  spindle dump Demand/1795219783672502/train
  spindle dump flow.py 1795219783672502/train --include model,score --max-value-size 100000
  spindle dump flow.py 1795219783672502/train --file train.pickle`,
		Args: arguments(1, 2, "a flow and RUN/STEP or RUN/STEP/TASK"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.dump(cmd, args, o) },
	}
	options.Switch(cmd.Flags(), &o.private, "private", "no-private", "show artifacts whose names begin with _ too")
	cmd.Flags().Int64Var(&o.limit, "max-value-size", o.limit, "show no values of more than `N` bytes; 0 for names only")
	cmd.Flags().StringVar(&o.include, "include", "", "show only the artifacts `A,B,C`")
	cmd.Flags().StringVar(&o.file, "file", "", "write the values to this `FILE` instead, as a pickle")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) dump(cmd *cobra.Command, args []string, o dumpOptions) error {
	ctx := cmd.Context()
	s, rest, err := a.subject(ctx, args)
	if err != nil {
		return err
	}
	stores, err := a.ws.OpenExisting(workspace.Read)
	if err != nil {
		return err
	}
	defer stores.Close()
	found, err := tasks(stores, s.name, cmd, rest)
	if err != nil {
		return err
	}
	q := o.query()
	values := make([]dump.Value, 0, len(found)*8)
	var failed error
	for _, task := range found {
		of, err := dump.Read(ctx, stores.Values, task, q)
		if err != nil && (len(found) == 1 || !errors.Is(err, artifact.ErrUnfinished)) {
			failed = errors.Join(failed, err)
		}
		values = append(values, of...)
	}
	python := a.values(ctx, s, stores)
	if o.file != "" {
		if failed != nil {
			return failed
		}
		if err := python.WriteFile(ctx, stores.Values, found, values, a.ws.Abs(o.file)); err != nil {
			return err
		}
		a.say("Artifacts written to %s", o.file)
		return nil
	}
	if err := python.Complete(ctx, stores.Values, values, q.Limit); err != nil {
		return err
	}
	a.printDump(s.name, found, values)
	if n := dump.Unreadable(values); n > 0 {
		failed = errors.Join(failed, fmt.Errorf("%d of %d artifacts cannot be read", n, len(values)))
	}
	return failed
}

func (o dumpOptions) query() dump.Query {
	q := dump.Query{Private: o.private, Limit: o.limit, Plain: true}
	for name := range strings.SplitSeq(o.include, ",") {
		if name = strings.TrimSpace(name); name != "" {
			q.Include = append(q.Include, name)
		}
	}
	if o.file != "" {
		q.Limit, q.Plain = -1, false
	}
	return q
}

// values reads what only Python can, with the interpreter that would run the flow.
func (a *app) values(ctx context.Context, s subject, stores *workspace.Stores) dump.Python {
	p := dump.Python{Stderr: a.io.Err}
	dir := a.ws.Dir
	if s.source != nil {
		p.Source, p.Class, dir = s.source.File, s.source.Class, s.source.Dir()
	}
	p.Program = func() (worker.Program, error) {
		python, err := a.ws.Python(ctx, dir, a.top.Python, a.io.Err, a.io.Err)
		if err != nil {
			return worker.Program{}, err
		}
		program := python.Module("spindle.show")
		program.Env = append(program.Env, stores.Env()...)
		return program, nil
	}
	return p
}

func (a *app) printDump(flow string, found []artifact.Task, values []dump.Value) {
	out := dumpJSON{Flow: flow, Tasks: make([]dumpTaskJSON, 0, len(found))}
	for _, task := range found {
		if !a.json {
			a.say("Dumping output of run_id=%s step=%s task_id=%s", task.Run, task.Step, task.Task)
		}
		of := dumpTaskJSON{Pathspec: task.String(), Artifacts: []dumpValueJSON{}}
		for _, v := range values {
			if v.Task != task {
				continue
			}
			if !a.json {
				fmt.Fprintln(a.io.Out, v.Line())
			}
			of.Artifacts = append(of.Artifacts, valueJSON(v))
		}
		out.Tasks = append(out.Tasks, of)
	}
	if a.json {
		report.WriteJSON(a.io.Out, out)
	}
}

func valueJSON(v dump.Value) dumpValueJSON {
	j := dumpValueJSON{Name: v.Name, Size: v.Size, Type: v.Type, SHA: string(v.Key), Large: v.State == dump.Large}
	switch v.State {
	case dump.Shown:
		j.Text, j.Plain = &v.Text, v.HasJSON
		if v.HasJSON {
			j.Value = v.JSON
		}
	case dump.Broken:
		j.Error = v.Err.Error()
	}
	return j
}
