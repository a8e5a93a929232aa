package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/console"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/exitcode"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/interrupt"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/spin"
)

func newSpin(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "spin [FLOW] STEP", Short: "Run one step on what an earlier run left", GroupID: groupRun,
		Long: text(`Run one step of a flow on what an earlier run left, and show what changed against it. The run is the flow's latest, or the one that STEP
(RUN/STEP, RUN/STEP/TASK) or --origin names; it is never changed. What was spun before takes the place of the run's own tasks: step after step
can be spun, each on the result of the one before. ` + "`spindle workbench`" + ` shows what was spun, forgets it, or makes a run of it.

FLOW may be left out in a folder with one flow.`),
		Example: `  spindle spin train
  spindle spin flow.py train --index 2
  spindle spin flow.py train --item hamburg --set alpha=0.3
  spindle spin flow.py train --all --max-workers 4
  spindle spin flow.py 1795219783672502/join --fresh
  spindle spin flow.py train --watch`,
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.spin(cmd.Context(), &launch{app: a, cmd: cmd, verb: "spin", args: args, mayOmitFlow: true})
		},
	}
}

// spin takes a step from the command line to the table of what changed.
func (a *app) spin(ctx context.Context, l *launch) error {
	if slices.Contains(l.args, "--watch") && !slices.Contains(l.args, "--help") && !slices.Contains(l.args, "-h") {
		return a.watch(ctx, l)
	}
	return a.spinRound(ctx, l)
}

// spinRound is one spin, of one or of all items.
func (a *app) spinRound(ctx context.Context, l *launch) error {
	l.given = slices.Clone(l.args)
	done, err := l.find(ctx)
	if done || err != nil {
		return err
	}
	defer l.stopWorker()
	if err := l.read(ctx); err != nil {
		return err
	}
	if err := l.describe(ctx); err != nil {
		return err
	}
	if err := l.parse(); err != nil {
		return err
	}
	defer l.keepWarm()
	return l.spinOnce(ctx)
}

// bindJSONFlag lets --json through; it has been read before.
func (l *launch) bindJSONFlag(flags *pflag.FlagSet) {
	flags.Bool("json", l.json, "print JSON, a failure too (see docs/json-output.md)")
}

// requestOptions are those the worker needs to describe the flow for this verb.
func (l *launch) requestOptions() map[string]any {
	request := l.ofFlow.Request(l.user, l.namespace())
	if l.verb == "spin" {
		request["spin"] = true
		if _, bare := l.scanned.Last("skip-decorators"); bare {
			request["skip_decorators"] = true
		}
		for _, name := range []string{"pdb", "debugpy"} {
			if _, given := l.scanned.Last(name); given {
				request["debugger"] = name
			}
		}
		if l.stage != nil && len(l.stage.Debugging()) > 0 {
			request["debugger"] = "notebook"
		}
	}
	if l.source != nil {
		if overlay := l.source.Overlay(); overlay != nil {
			request["overlay"] = overlay
		}
	}
	return request
}

func (l *launch) finishSpin(flags *pflag.FlagSet) error {
	if l.step == "" {
		return &fault.Usage{Message: "missing argument: " + l.commandPath() + " needs a step", Command: l.cmd.CommandPath()}
	}
	settings, err := l.ws.Settings()
	if err != nil {
		return err
	}
	if _, err := l.ws.WarmIdle(); err != nil {
		return err
	}
	if err := l.spin.Finish(flags, settings.Lookup); err != nil {
		return err
	}
	return l.ofPython()
}

// ofPython refuses options of a spin that only Python has.
func (l *launch) ofPython() error {
	if l.flow.Place.Language.Name() != graph.Go {
		return nil
	}
	switch {
	case l.spin.PDB, l.spin.DebugpyOn:
		return fault.WithHint(fault.Usagef("--pdb and --debugpy are for flows in Python"), "a debugger of Go can attach to the task's process, whose pid its lines show")
	case l.spin.Module != "":
		return fault.WithHint(fault.Usagef("--artifacts-module is a file of Python, for flows in Python"), "give plain values with --set NAME=VALUE")
	}
	return nil
}

// spinOnce spins the step and shows how it goes.
func (l *launch) spinOnce(ctx context.Context) error {
	if l.spin.PDB && (!l.io.OutTTY || !l.io.ErrTTY) {
		return fault.Usagef("--pdb needs a terminal")
	}
	target, err := spin.ParseTarget(l.step, l.description.Name)
	if err != nil {
		return &fault.Usage{Message: err.Error(), Command: l.commandPath()}
	}
	bench, err := l.openBench()
	if err != nil {
		return err
	}
	defer bench.close()
	request, err := l.spinRequest(ctx, bench, target)
	if err != nil {
		return err
	}
	compute, err := l.compute(ctx)
	if err != nil {
		return err
	}
	defer compute.Close()

	v := l.spinView()
	guard := interrupt.New(&spinAttributes{runView: v, l: l, step: target.Step, metadata: bench.cfg.Engine.Metadata.String()}, interrupt.KillGroup, func(err error) {
		l.leave()
		l.exit(int(exitcode.Of(err)))
	})
	signals := make(chan os.Signal, 3)
	signal.Notify(signals, interrupt.Signals()...)
	defer signal.Stop(signals)
	ctx, stop := guard.Watch(ctx, signals)
	defer stop()
	l.output.show(v)
	defer l.output.show(nil)

	cfg := bench.cfg
	cfg.Engine.Compute, cfg.Engine.Observer = compute, guard
	cfg.Note = l.noteOnce()
	res, err := spin.Run(ctx, cfg, request)
	if missing := new(spin.NotReadyError); errors.As(err, &missing) && l.confirm(missing) {
		request.Bootstrap = true
		res, err = spin.Run(ctx, cfg, request)
	}
	if res != nil {
		l.showSpin(res)
	}
	return l.spinOutcome(err, guard.Signal())
}

// confirm asks a person at a terminal whether to run the steps before.
func (l *launch) confirm(missing *spin.NotReadyError) bool {
	if l.json || l.top.Quiet || !l.io.OutTTY || !l.io.ErrTTY {
		return false
	}
	fmt.Fprintf(l.io.Err, "%s %v.\nRun %s now, once? [y/N] ", l.io.ErrPalette().Yellow("spindle:"), missing, strings.Join(missing.Missing, ", "))
	answer, _ := bufio.NewReader(l.io.In).ReadString('\n')
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}

// spinRequest is what the options ask for, with names of runs looked up.
func (l *launch) spinRequest(ctx context.Context, b *bench, target spin.Target) (spin.Request, error) {
	o := l.spin
	request := spin.Request{
		Target: target, Fresh: o.Fresh, Bootstrap: o.Bootstrap, Choice: spin.Choice{Index: o.Index, All: o.All},
	}
	if o.ItemGiven {
		request.Choice.Item = &o.Item
	}
	if o.Module != "" {
		request.Module = l.ws.Abs(o.Module)
		if _, err := os.Stat(request.Module); err != nil {
			return request, fault.Usagef("--artifacts-module: there is no file %q", o.Module)
		}
	}
	for _, text := range o.Set {
		if ofConfig(text) {
			continue // has been set, when the flow was described
		}
		setting, err := spin.ParseSetting(text)
		if err != nil {
			return request, fault.Usagef("--set: %v", err)
		}
		request.Set = append(request.Set, setting)
	}
	find := func(name string) (string, error) {
		return spin.FindOrigin(ctx, b.cfg.Origins, b.cfg.OriginMetadata, l.description.Name, name, o.View(l.identity()))
	}
	var err error
	if o.Origin != "" {
		if target.Run != "" {
			return request, fault.Usagef("%q names a run already: leave out --origin", l.step)
		}
		if request.Origin, err = find(o.Origin); err != nil {
			return request, l.noOrigin(err)
		}
		return request, nil
	}
	if target.Run != "" {
		if err := b.origins.FindRun(ctx, l.description.Name, target.Run); err != nil {
			return request, err
		}
		return request, nil
	}
	request.Latest, err = find(spin.LatestRun)
	if errors.As(err, new(*spin.NoOriginError)) {
		err = nil // the workbench may stand on one, or nothing be needed
	}
	return request, err
}

func (l *launch) noOrigin(err error) error {
	if errors.As(err, new(*spin.NoOriginError)) {
		return fault.WithHint(&fault.NotFound{Message: err.Error()}, "`spindle runs %s` lists the runs there are", l.spec)
	}
	return err
}

// spinView shows the lines of a spin. With --json they are chatter: the table is the data.
func (l *launch) spinView() runView {
	if l.json {
		return console.New(l.io.Err, l.io.ErrPalette(), &console.Formatter{})
	}
	return console.New(l.io.Out, l.io.OutPalette(), &console.Formatter{})
}

// noteOnce says each note once. In a notebook it goes where it does not look like something bad.
func (l *launch) noteOnce() func(string) {
	var said []string
	return func(text string) {
		if slices.Contains(said, text) {
			return
		}
		said = append(said, text)
		if l.stage != nil {
			l.stage.Stream("stdout", "Note: "+text+"\n")
			return
		}
		l.say("    %s %s", l.io.ErrPalette().Yellow("Note:"), text)
	}
}

// spinAttributes writes --runner-attribute-file when the first task of the step begins, on the way of an event to the view.
type spinAttributes struct {
	runView
	l        *launch
	metadata string
	step     string
	written  bool
}

// Event implements run.Observer.
func (t *spinAttributes) Event(ev run.Event) {
	if e, ok := ev.(run.TaskStarted); ok && !t.written && t.l.spin.AttrFile != "" && e.Task.Step == t.step {
		t.written = true
		text := fmt.Sprintf(`{"task_id": %q, "step_name": %q, "run_id": %q, "flow_name": %q, "metadata": %q}`,
			e.Task.Task, e.Task.Step, e.Task.Run, e.Task.Flow, t.metadata)
		if err := os.WriteFile(t.l.spin.AttrFile, []byte(text), 0o666); err != nil {
			t.runView.Print([]byte("spindle: --runner-attribute-file: " + err.Error() + "\n"))
		}
	}
	t.runView.Event(ev)
}

// spinOutcome puts the end of a spin into words and an error for the exit code.
func (l *launch) spinOutcome(err error, interrupted *fault.Signal) error {
	var (
		missing *spin.NotReadyError
		step    *run.StepError
		storage *run.StorageError
		wrong   *run.UsageError
	)
	switch {
	case err == nil:
		return nil
	case interrupted != nil:
		return &fault.Reported{Err: interrupted}
	case errors.As(err, &missing):
		return fault.WithHint(err, "run them once, then the step:\n    %s --bootstrap", l.again())
	case errors.As(err, new(*spin.ChoiceError)), errors.As(err, new(*spin.SettingError)), errors.As(err, &wrong):
		return &fault.Usage{Message: err.Error(), Command: l.cmd.CommandPath()}
	case errors.As(err, &storage):
		return &fault.Store{Err: err}
	case errors.As(err, &step):
		if l.json {
			return err
		}
		p := l.io.ErrPalette()
		fmt.Fprintf(l.io.Err, "    %s\n    Step %s (task-id %s) failed.\n", p.Bold("Step failure:"), p.Red(step.Step), p.Red(step.Task))
		if reason := because(step); reason != "" {
			fmt.Fprintf(l.io.Err, "    %s\n", strings.ReplaceAll(reason, "\n", "\n    "))
		}
		return &fault.Reported{Err: err}
	}
	return err
}

// again is the command line as it was given.
func (l *launch) again() string { return l.spinCommand(l.step) }

// spinCommand is what spins a step from here.
func (l *launch) spinCommand(step string) string {
	if l.source != nil {
		return "%spin " + step
	}
	return "spindle spin " + l.spec + " " + step
}

// bench is the workbench of a flow with all that is opened for it.
type bench struct {
	cfg     spin.Config
	origins *workspace.Stores
	spun    *workspace.Stores
}

func (b *bench) close() {
	_ = b.spun.Close() // nothing is synced there, so nothing can fail late
	_ = b.origins.Close()
}

// openBench opens the store with the runs and the one with what is spun.
func (l *launch) openBench() (*bench, error) {
	origins, err := l.ws.OpenOrigins(l.user)
	if err != nil {
		return nil, err
	}
	spun, err := l.ws.OpenSpin(origins, l.user)
	if err != nil {
		return nil, err
	}
	place := l.benchPlace(spun.Root, l.description.Name, l.flow.File)
	l.ws.OfBench(spun, place, l.spin != nil && l.spin.Persist)
	past := origins.History(l.ws, l.description.Name)
	b := &bench{origins: origins, spun: spun}
	b.cfg = spin.Config{
		Engine: run.Config{
			Graph: l.flow.Graph, Description: l.description, Request: l.request,
			Store: spun.Values, Metadata: spun.Metadata, Group: spun.Group, Elsewhere: origins.Values,
			Client: func(dir string) run.Client { return past.Session(dir) }, Env: l.ws.Env,
			System: l.ws.System(l.user, l.program, l.description.SystemTags),
		},
		Origins: origins.Values, OriginMetadata: origins.Metadata,
		Place: place,
	}
	if o := l.spin; o != nil {
		e := &b.cfg.Engine
		e.Private, e.MaxWorkers, e.LogLimit = !o.Persist, o.MaxWorkers, int64(o.MaxLogSize)<<20
		if o.PDB {
			e.TaskEnv = map[string]string{"SPINDLE_PDB": "1"}
		}
		if o.DebugpyOn {
			target, _ := spin.ParseTarget(l.step, l.description.Name) // has been parsed before
			e.TaskEnv = map[string]string{"SPINDLE_DEBUGPY": fmt.Sprintf("%s %d", target.Step, o.Debugpy)}
		}
		e.Tags, e.Namespace, e.RunIDFile = o.Tags, o.View(l.identity()), o.RunIDFile
	}
	return b, nil
}

// benchPlace is where the workbench of a flow is.
func (l *launch) benchPlace(root, flow, file string) spin.Place {
	return spin.Place{Root: root, Flow: flow, User: l.user, Folder: filepath.Dir(file)}
}
