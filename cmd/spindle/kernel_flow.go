package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/exitcode"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/kernel/flows"
	"github.com/spindle-flow/spindle/spin"
)

// flowHost runs flows for the cells of a notebook, by the same ways as the verbs of the command line.
type flowHost struct{ app *app }

// onStage is an app that speaks into a cell.
func (h flowHost) onStage(stage flows.Stage) *app {
	top := options.NewTop()
	*top = *h.app.top
	top.Quiet = true // headers are for terminals
	write := func(name string) writerFunc { return func(b []byte) { stage.Stream(name, string(b)) } }
	return &app{
		io:  &streams.IO{In: strings.NewReader(""), Out: write("stdout"), Err: write("stderr"), Unicode: true},
		top: top, ws: h.app.ws.With(top), exit: func(int) {},
	}
}

func (h flowHost) launch(magic, verb string, s *flows.Source, args []string, stage flows.Stage) *launch {
	return &launch{
		app: h.onStage(stage), cmd: &cobra.Command{Use: "%" + magic}, verb: verb, source: s, stage: stage,
		args: append([]string{s.Spec()}, args...), given: slices.Clone(args),
	}
}

// Dir is the folder of the notebook.
func (h flowHost) Dir() string { return h.app.ws.Dir }

// Where is what a user's name for a flow means.
func (h flowHost) Where(spec string) (path, class, language string) {
	at := h.app.ws.Locate(spec)
	if at.Language.Name() == graph.Go {
		language = graph.Go
	}
	return at.Path, at.Class, language
}

// Spin spins a step.
func (h flowHost) Spin(ctx context.Context, s *flows.Source, args []string, stage flows.Stage) (*spin.Result, error) {
	l := h.launch("spin", "spin", s, args, stage)
	defer l.stopWorker()
	res, err := l.spinCell(ctx)
	return res, l.said(ctx, err)
}

// Prepare begins to import the flow in the background, so that the first spin need not wait for it.
func (h flowHost) Prepare(ctx context.Context, s *flows.Source, stage flows.Stage) {
	l := h.launch("spin", "spin", s, nil, stage)
	go func() {
		dir := filepath.Dir(s.File)
		program, err := l.ws.Program(ctx, l.ws.Locate(s.File), workspace.ProgramOptions{Python: l.top.Python, Out: io.Discard, Err: io.Discard})
		if err != nil {
			return // the first spin says so
		}
		defer program.Close()
		request := worker.DescribeRequest{Source: s.File, Class: s.Class}
		if overlay := s.Overlay(); overlay != nil {
			request.Options = map[string]any{"overlay": overlay}
		}
		if keeper := l.keeper(program, dir); keeper != nil {
			_ = keeper.Prepare(ctx, request) // without it spins are slower, nothing else
		}
	}()
}

// Run runs the flow.
func (h flowHost) Run(ctx context.Context, s *flows.Source, args []string, stage flows.Stage) error {
	l := h.launch("run", "run", s, args, stage)
	defer l.stopWorker()
	return l.said(ctx, l.runCell(ctx))
}

// Promote makes a run of the workbench.
func (h flowHost) Promote(ctx context.Context, s *flows.Source, args []string, stage flows.Stage) error {
	l := h.launch("promote", "resume", s, args, stage)
	defer l.stopWorker()
	err := l.ready(ctx)
	if err == nil {
		err = l.promote(ctx, l.runOnStage)
	}
	return l.said(ctx, err)
}

// said tells the cell what went wrong.
func (l *launch) said(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	if faults := new(report.Faults); errors.As(err, &faults) {
		for i := range faults.Diagnostics {
			at := &faults.Diagnostics[i].Range
			if at.File == "" {
				continue
			}
			file, line := l.source.Where(at.File, at.Start.Line)
			at.End.Line += line - at.Start.Line
			at.File, at.Start.Line = file, line
		}
	}
	l.fail(err)
	return err
}

// Command runs a verb that only looks.
func (h flowHost) Command(_ context.Context, args []string, stage flows.Stage) error {
	if code := execute(h.onStage(stage), args); code != exitcode.OK {
		return fmt.Errorf("%s failed with code %d", args[0], code)
	}
	return nil
}

// View opens the workbench of a flow to look at.
func (h flowHost) View(_ context.Context, s *flows.Source) (spin.View, func(), error) {
	l := h.launch("spin", "spin", s, nil, nil)
	if err := l.ws.Prepare(); err != nil {
		return spin.View{}, nil, err
	}
	var err error
	if l.user, err = l.ws.User(); err != nil {
		return spin.View{}, nil, err
	}
	origins, err := l.ws.OpenOrigins(l.user)
	if err != nil {
		return spin.View{}, nil, err
	}
	spun := l.ws.LookSpin(origins, l.user)
	place := l.benchPlace(spun.Root, s.Flow.Name, s.File)
	l.ws.OfBench(spun, place, false)
	v := spin.View{
		Place: place, Spun: spun.Values, Origins: origins.Values, OriginMetadata: origins.Metadata,
		Namespace: l.namespace(),
	}
	return v, func() { _, _ = spun.Close(), origins.Close() }, nil
}

// ready takes a launch of a cell as far as a flow that can be run.
func (l *launch) ready(ctx context.Context) error {
	done, err := l.find(ctx)
	if done {
		return fault.Usagef("there is no --help here; %%spindle says what there is")
	}
	if err != nil {
		return err
	}
	if err := l.read(ctx); err != nil {
		return err
	}
	if err := l.describe(ctx); err != nil {
		return err
	}
	return l.parse()
}

// spinCell is a spin whose signals, view and table are the notebook's.
func (l *launch) spinCell(ctx context.Context) (*spin.Result, error) {
	if err := l.ready(ctx); err != nil {
		return nil, err
	}
	defer l.keepWarm()
	if l.spin.Watch || l.spin.PDB {
		return nil, fault.Usagef("--watch and --pdb need a terminal")
	}
	target, err := spin.ParseTarget(l.step, l.description.Name)
	if err != nil {
		return nil, fault.Usagef("%v", err)
	}
	bench, err := l.openBench()
	if err != nil {
		return nil, err
	}
	defer bench.close()
	request, err := l.spinRequest(ctx, bench, target)
	if err != nil {
		return nil, err
	}
	compute, err := l.compute(ctx)
	if err != nil {
		return nil, err
	}
	defer compute.Close()
	cfg := bench.cfg
	cfg.Engine.Compute = compute
	l.shown(&cfg.Engine)
	cfg.Note = l.noteOnce()
	res, err := spin.Run(ctx, cfg, request)
	if failedStep(err) {
		return res, &fault.Reported{Err: err} // the cell's own error says it
	}
	return res, l.spinOutcome(err, nil)
}

// runCell is a run whose signals and view are the notebook's.
func (l *launch) runCell(ctx context.Context) error {
	if err := l.ready(ctx); err != nil {
		return err
	}
	return l.runOnStage(ctx)
}

// runOnStage runs what is ready to be run.
func (l *launch) runOnStage(ctx context.Context) error {
	if _, err := l.remoteSteps(); err != nil { // cells have none
		return err
	}
	stores, err := l.stores()
	if err != nil {
		return err
	}
	defer stores.Close()
	compute, err := l.compute(ctx)
	if err != nil {
		return err
	}
	defer compute.Close()
	cfg := l.config(stores, compute, l.stage)
	l.shown(&cfg)
	cfg.Ended = l.hooks(stores.Env(), func(text []byte) { l.stage.Stream("stderr", string(text)) })
	summary, err := run.Run(ctx, cfg)
	if failedStep(err) {
		return &fault.Reported{Err: err}
	}
	return l.outcome(summary, err, nil)
}

func failedStep(err error) bool { return errors.As(err, new(*run.StepError)) }

// shown lets tasks show values and plots in the cell.
func (l *launch) shown(cfg *run.Config) {
	client := cfg.Client
	cfg.Observer = l.stage
	cfg.Client = func(dir string) run.Client { return showing{client(dir), l.stage} }
	if cfg.TaskEnv == nil {
		cfg.TaskEnv = map[string]string{}
	}
	cfg.TaskEnv["SPINDLE_NOTEBOOK"] = "1"
	maps.Copy(cfg.TaskEnv, l.stage.Debugging())
}

// showing answers a task's calls of the client, and those that show something.
type showing struct {
	run.Client
	stage flows.Stage
}

// Serve implements run.Client.
func (s showing) Serve(ctx context.Context, call string, args json.RawMessage) (any, error) {
	if call != "notebook_show" {
		return s.Client.Serve(ctx, call, args)
	}
	var shown struct {
		Kind    string          `json:"kind"`
		Content json.RawMessage `json:"content"`
	}
	if err := json.Unmarshal(args, &shown); err != nil {
		return nil, err
	}
	s.stage.Show(shown.Kind, shown.Content)
	return nil, nil
}
