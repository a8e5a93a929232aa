package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/cmdline"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/params"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/kernel/flows"
)

// launch is a `run` or `resume` on its way: from arguments to a flow, its description, and all that a run needs.
type launch struct {
	*app
	cmd   *cobra.Command
	verb  string // run or resume
	args  []string
	given []string // args as they were before the flow was taken out; kept for a spin that is watched

	scanned     cmdline.Scanned
	spec        string // the flow as given
	mayOmitFlow bool   // the folder's only flow serves where none is named
	output      *output
	user        string

	starting chan started
	abandon  context.CancelFunc // ends a start that is no longer wanted
	python   *workspace.Python
	worker   *worker.Worker  // not yet taken over by the run
	warm     *workspace.Warm // nil where no warm worker is wanted
	cold     bool            // the worker came without it

	flow        *workspace.Flow
	ofFlow      options.Flow
	request     worker.DescribeRequest
	description *worker.Description

	options   *options.Run
	params    *params.Set
	spin      *options.Spin
	step      string            // to resume from, or to spin
	source    *flows.Source     // the flow as cells of a notebook have it; nil for the file
	stage     flows.Stage       // with source: where it is seen
	resume    *run.Resume       // what is promoted, instead of what the options say
	promotion *workspace.Stores // where to
}

// started is a Python found, and its worker. There is none yet where a warm one may be had once the flow is known.
type started struct {
	python *workspace.Python
	worker *worker.Worker
	warm   *workspace.Warm
	err    error
}

// find looks for the flow in the arguments. It reports true when help was asked for and given.
func (l *launch) find(ctx context.Context) (done bool, err error) {
	l.scanned = cmdline.Scan(l.args, l.arity)
	spec, at := cmdline.Flow(l.args, l.scanned)
	if l.mayOmitFlow && !l.wantsHelp() && (at < 0 || !l.ws.Names(spec)) {
		if l.spec, err = l.ws.OnlyFlow(ctx); l.spec != "" || err != nil {
			return false, err
		}
	}
	if at < 0 || at >= 0 && !slices.Contains(l.scanned.Positional, spec) {
		if l.wantsHelp() {
			return true, l.help(nil, nil)
		}
	}
	if at < 0 {
		return false, &fault.Usage{Message: "missing argument: " + l.cmd.CommandPath() + " needs a flow: flow.py", Command: l.cmd.CommandPath()}
	}
	l.spec = spec
	l.args = slices.Delete(slices.Clone(l.args), at, at+1)
	if !l.wantsHelp() {
		return false, nil
	}
	if l.source != nil {
		return true, nil
	}
	flow, err := l.ws.ReadFlow(ctx, spec)
	if err != nil {
		return true, err
	}
	if flow.Static == nil {
		return true, flow.Unusable()
	}
	return true, l.help(flow.Static, ofSource(flow.Static.Parameters))
}

func (l *launch) wantsHelp() bool {
	for _, arg := range l.args {
		if arg == "--" {
			return false
		}
		if arg == "--help" || arg == "-h" {
			return true
		}
	}
	return false
}

// arity is what is known of options before the flow has been read.
func (l *launch) arity(name string) cmdline.Arity {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	options.NewTop().Bind(flags)
	if l.verb == "spin" {
		options.NewSpin().Bind(flags)
	} else {
		options.NewRun().BindResume(flags)
	}
	f := flags.Lookup(name)
	switch {
	case name == "help" || name == "production":
		return cmdline.Flag
	case f == nil:
		return cmdline.Unknown
	case f.NoOptDefVal != "":
		return cmdline.Flag
	default:
		return cmdline.Value
	}
}

// read reads and judges the flow while Python is starting. A flow with faults ends here, before any of it is run.
func (l *launch) read(ctx context.Context) error {
	if err := l.ws.Prepare(); err != nil {
		return err
	}
	user, err := l.ws.User()
	if err != nil {
		return err
	}
	l.user = user
	l.output = &output{out: l.io.Out, err: l.io.Err}
	l.startPython(ctx)
	l.flow, err = l.readFlow(ctx)
	if err != nil {
		return err
	}
	if _, quiet := l.scanned.Last("quiet"); quiet && !l.isParameter("quiet") {
		l.top.Quiet = true
	}
	if l.flow.Static != nil {
		l.header(l.flow.Static.Name, l.identity())
	}
	l.say("Validating your flow...")
	if err := l.flow.Unusable(); err != nil {
		return err
	}
	return nil
}

// readFlow reads the flow: its file, or what cells have made of it.
func (l *launch) readFlow(ctx context.Context) (*workspace.Flow, error) {
	if l.source != nil {
		return l.ws.ReadFlowFrom(ctx, l.spec, l.source.ReadFile)
	}
	return l.ws.ReadFlow(ctx, l.spec)
}

func (l *launch) identity() string { return l.ws.System(l.user, "", nil).Identity() }

// startPython starts the worker. It needs nothing of the flow yet, so it may start while that is read.
func (l *launch) startPython(ctx context.Context) {
	flag := l.top.Python
	if given, ok := l.scanned.Last("python"); ok {
		flag = given
	}
	file, _ := cmdline.Split(l.spec)
	dir := (&workspace.Flow{File: l.ws.Abs(file)}).Dir()
	l.starting = make(chan started, 1)
	ctx, l.abandon = context.WithCancel(ctx)
	go func() {
		find := l.ws.Python
		if l.wantsWarm() {
			find = l.ws.KnownPython
		}
		python, err := find(ctx, dir, flag, l.output.stdout(), l.output.stderr())
		if err != nil {
			l.starting <- started{err: err}
			return
		}
		keeper := l.keeper(python, dir)
		if keeper != nil && keeper.Likely() {
			l.starting <- started{python, nil, keeper, nil}
			return
		}
		w, err := python.Start(ctx)
		l.starting <- started{python, w, keeper, err}
	}()
}

// stopWorker ends a worker that no run has taken over, also one that is still starting.
func (l *launch) stopWorker() {
	if l.starting != nil {
		l.abandon()
		s := <-l.starting
		l.worker, l.starting = s.worker, nil
	}
	if l.worker != nil {
		_ = l.worker.Close() // it has done nothing that could be lost
		l.worker = nil
	}
}

// describe has Python import the flow, and judges what the source alone did not tell.
func (l *launch) describe(ctx context.Context) error {
	s := <-l.starting
	l.starting = nil
	defer l.abandon()
	if s.err != nil {
		return s.err
	}
	l.python, l.worker, l.warm = s.python, s.worker, s.warm
	settings, err := l.ws.Settings()
	if err != nil {
		return err
	}
	l.ofFlow.Scan(l.scanned.Values, l.isParameter, l.ws.LookupEnv)
	with := append(slices.Clone(l.top.With), l.scanned.Values["with"]...)
	top := options.Top{With: nil}
	l.request = worker.DescribeRequest{
		Source: l.flow.File, Class: l.flow.Class, With: top.Decorators(with, settings.Lookup),
		Options: l.requestOptions(),
	}
	if err := l.takeWarm(ctx); err != nil {
		return err
	}
	if l.description, err = workspace.DescribeFlow(ctx, l.worker, l.spec, l.request); err != nil {
		return err
	}
	if err := l.flow.Describe(ctx, l.description); err != nil {
		return err
	}
	if err := l.flow.Unusable(); err != nil {
		return err
	}
	l.warn()
	l.say("    %s", l.io.ErrPalette().Green("The graph looks good!"))
	for _, warning := range l.description.Warnings {
		l.say("    %s %s", l.io.ErrPalette().Yellow("Note:"), warning)
	}
	return nil
}

// warn tells what is doubtful about the flow but does not keep it from running.
func (l *launch) warn() {
	doubts := slices.DeleteFunc(slices.Clone(l.flow.Diagnostics), func(d lint.Diagnostic) bool { return d.Severity != lint.Warning })
	if len(doubts) > 0 {
		l.say("%s", strings.TrimRight(l.printer(l.io.ErrPalette()).Text(doubts), "\n"))
	}
}

// namespace is that of the command line, before it has been parsed strictly.
func (l *launch) namespace() *string {
	identity := l.identity()
	given, ok := l.scanned.Last("namespace")
	if !ok {
		given, ok = l.ws.LookupEnv("METAFLOW_RUN_USER_NAMESPACE")
	}
	switch {
	case !ok:
		return &identity
	case given == "":
		return nil
	}
	return &given
}

// isParameter says whether the flow, as far as it has been read, has a parameter of that name.
func (l *launch) isParameter(name string) bool {
	if l.flow.Static == nil {
		return false
	}
	return slices.ContainsFunc(l.flow.Static.Parameters, func(p *graph.Parameter) bool { return p.Name == name })
}

// parse reads the options strictly, now that all of them are known.
func (l *launch) parse() error {
	flags := l.flags(l.description.Parameters, decoratorNames(l.description))
	if err := flags.Parse(l.args); err != nil {
		return usageOf(err, flags, l.commandPath())
	}
	rest := flags.Args()
	if (l.verb == "resume" || l.verb == "spin") && len(rest) > 0 {
		l.step, rest = rest[0], rest[1:]
	}
	if len(rest) > 0 {
		return &fault.Usage{Message: "unexpected argument " + quoted(rest[0]), Command: l.commandPath()}
	}
	if err := l.ws.Prepare(); err != nil {
		return err
	}
	if l.verb == "spin" {
		return l.finishSpin(flags)
	}
	if err := l.options.Finish(l.verb, flags, l.ws.LookupEnv); err != nil {
		return err
	}
	for _, tag := range l.options.Tags {
		if err := metadata.CheckTag(tag); err != nil {
			return fault.Usagef("--tag: %v", err)
		}
	}
	if l.params == nil {
		return nil
	}
	if problems := l.params.Finish(l.ws.LookupEnv); len(problems) > 0 {
		return l.badParameters(problems)
	}
	return nil
}

// flags are all options of this flow: its parameters first, so that a parameter wins over an option of the same name.
func (l *launch) flags(parameters []worker.Parameter, decorators []string) *pflag.FlagSet {
	flags := pflag.NewFlagSet(l.verb, pflag.ContinueOnError)
	flags.SortFlags = false
	flags.Usage = func() {}
	l.options = options.NewRun()
	switch l.verb {
	case "run":
		l.params = params.Bind(flags, parameters)
		l.options.Bind(flags)
	case "spin":
		l.spin = options.NewSpin()
		l.spin.Bind(flags)
		l.bindJSONFlag(flags)
	default:
		l.options.BindResume(flags)
	}
	l.ofFlow.Bind(flags, decorators)
	l.top.Bind(flags)
	return flags
}

func (l *launch) commandPath() string { return l.cmd.CommandPath() + " " + l.spec }

func decoratorNames(d *worker.Description) []string {
	names := make([]string, len(d.Decorators))
	for i, deco := range d.Decorators {
		names[i] = deco.Name
	}
	return names
}
