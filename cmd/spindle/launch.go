package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/cmdline"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/flowcmd"
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
	cmd  *cobra.Command
	verb string // run or resume
	// own are the options of a verb other than run, resume and spin, nil for those.
	own   func(flags *pflag.FlagSet)
	args  []string
	given []string // args as they were before the flow was taken out; kept for a spin that is watched

	scanned     cmdline.Scanned
	spec        string // the flow as given
	mayOmitFlow bool   // the folder's only flow serves where none is named
	output      *output
	user        string

	starting chan started
	abandon  context.CancelFunc // ends a start that is no longer wanted
	program  workspace.Program
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

// started is what runs the flow, and its worker. There is none yet where a warm one may be had once the flow is known.
type started struct {
	program workspace.Program
	worker  *worker.Worker
	warm    *workspace.Warm
	err     error
}

// find looks for the flow in the arguments. It reports true when help was asked for and given.
func (l *launch) find(ctx context.Context) (done bool, err error) {
	l.args = flowcmd.Pairs(l.args)
	l.scanned = cmdline.Scan(l.args, l.arity)
	spec, at := cmdline.Flow(l.args, l.scanned)
	if at < 0 { // a mistyped option may have taken it for its value
		inGo := func(arg string) bool { return l.ws.Locate(arg).Language.Name() == graph.Go }
		if at = slices.IndexFunc(l.args, inGo); at >= 0 {
			spec = l.args[at]
		}
	}
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
	switch {
	case l.own != nil:
		l.own(flags)
	case l.verb == "spin":
		options.NewSpin().Bind(flags)
	default:
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

// read reads and judges the flow while what runs it is found and started. A flow with faults ends here, before any of it is run.
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
	l.startWorker(ctx)
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
	if l.source != nil && l.source.Language == graph.Go {
		return l.ws.FlowOf(l.spec, l.source.Flow, l.source.Faults), nil
	}
	if l.source != nil {
		return l.ws.ReadFlowFrom(ctx, l.spec, workspace.Texts{ReadFile: l.source.ReadFile})
	}
	return l.ws.ReadFlow(ctx, l.spec)
}

func (l *launch) identity() string { return l.ws.System(l.user, nil, nil).Identity() }

// startWorker starts the worker. It needs nothing of what is read of the flow, so it may start meanwhile.
func (l *launch) startWorker(ctx context.Context) {
	o := workspace.ProgramOptions{Python: l.top.Python, Likely: l.wantsWarm(), Out: l.output.stdout(), Err: l.output.stderr()}
	if given, ok := l.scanned.Last("python"); ok {
		o.Python = given
	}
	if l.source != nil {
		o.Texts = l.source.Edited()
	}
	at := l.ws.Locate(l.spec)
	l.starting = make(chan started, 1)
	ctx, l.abandon = context.WithCancel(ctx)
	go func() {
		program, err := l.ws.Program(ctx, at, o)
		if err != nil {
			l.starting <- started{err: err}
			return
		}
		keeper := l.keeper(program, at.Dir())
		if keeper != nil && keeper.Likely() {
			l.starting <- started{program, nil, keeper, nil}
			return
		}
		w, err := program.Start(ctx)
		l.starting <- started{program, w, keeper, err}
	}()
}

// stopWorker ends a worker that no run has taken over, also one that is still starting, and says that nothing more will be started.
func (l *launch) stopWorker() {
	if l.starting != nil {
		l.abandon()
		s := <-l.starting
		l.program, l.worker, l.starting = s.program, s.worker, nil
	}
	defer l.closeProgram()
	if l.worker != nil {
		_ = l.worker.Close() // it has done nothing that could be lost
		l.worker = nil
	}
}

// buildPatience is how long a build may take before a word is said about it.
const buildPatience = time.Second

// awaitWorker waits for what startWorker has begun. The first build of a flow compiles all it imports, which takes a while.
func (l *launch) awaitWorker() started {
	if l.flow.Place.Language.Name() == graph.Go {
		patience := time.NewTimer(buildPatience)
		defer patience.Stop()
		select {
		case s := <-l.starting:
			return s
		case <-patience.C:
			l.say("    Building %s: the go command compiles what has changed...", l.spec)
		}
	}
	return <-l.starting
}

func (l *launch) closeProgram() {
	if l.program != nil {
		_ = l.program.Close() // what it leaves in the cache the next one tidies up
		l.program = nil
	}
}

// describe asks the worker what the flow is, and judges what the source alone did not tell.
func (l *launch) describe(ctx context.Context) error {
	s := l.awaitWorker()
	l.starting = nil
	defer l.abandon()
	l.program, l.worker, l.warm = s.program, s.worker, s.warm
	if s.err != nil {
		return s.err
	}
	settings, err := l.ws.Settings()
	if err != nil {
		return err
	}
	l.ofFlow.Scan(l.scanned.Values, l.isParameter, l.ws.LookupEnv)
	with := append(slices.Clone(l.top.With), l.scanned.Values["with"]...)
	top := options.Top{With: nil}
	l.request = worker.DescribeRequest{
		Source: l.flow.File, Class: l.flow.Class, With: top.Decorators(with, settings.Lookup),
		Options: l.requestOptions(), Configs: l.configs,
	}
	if err := l.takeWarm(ctx); err != nil {
		return err
	}
	if l.description, err = workspace.DescribeFlow(ctx, l.worker, l.spec, l.request); err != nil {
		return err
	}
	if l.description.Configs == nil {
		if err := workspace.NoConfigs(l.spec, l.configFlags()); err != nil {
			return err
		}
	} else {
		l.request.Options[worker.ConfigsOption] = l.description.Configs
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
