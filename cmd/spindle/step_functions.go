package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/params"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/stepfunctions"
	"github.com/spindle-flow/spindle/config/deploy/token"
	"github.com/spindle-flow/spindle/engine/worker"
)

// scheduler is a verb of step-functions on its way.
type scheduler struct {
	*launch
	name string // --name
	auth string // --authorize
	rest []string

	create  createOptions
	trigger triggerOptions
	list    listOptions

	target *stepfunctions.Target
	called stepfunctions.FlowName
}

// schedulerVerb is a verb of step-functions.
type schedulerVerb struct {
	use, short, long, example string
	bind                      func(s *scheduler, flags *pflag.FlagSet)
	run                       func(s *scheduler, ctx context.Context) error
	most                      int // positional arguments besides the flow
}

func newStepFunctions(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "step-functions", Short: "Deploy a flow to AWS Step Functions", GroupID: groupPut,
		Long: text(`Deploy a single flow to AWS Step Functions, start it there, and see and end its runs, as Metaflow does. What is deployed with one the other respects:
names, owners and production tokens are the same. ` + "`spindle deploy`" + ` deploys the variants of a spindle.yaml.`),
		Example: `  spindle step-functions create flow.py
  spindle step-functions trigger flow.py --alpha 0.5
  spindle step-functions list-runs flow.py --running
  python flow.py step-functions create           the same as the first`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, verb := range []schedulerVerb{createVerb, triggerVerb, listVerb, terminateVerb, deleteVerb} {
		cmd.AddCommand(a.schedulerCommand(verb))
	}
	return cmd
}

func (a *app) schedulerCommand(verb schedulerVerb) *cobra.Command {
	cmd := &cobra.Command{Use: verb.use, Short: verb.short, Long: text(verb.long), Example: verb.example, DisableFlagParsing: true}
	// The help lists the options; they are parsed once it is known which the flow adds.
	shown := &scheduler{}
	shown.bind(cmd.Flags(), verb)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s := &scheduler{launch: &launch{app: a, cmd: cmd, verb: "step-functions", args: args}}
		s.own = func(flags *pflag.FlagSet) {
			s.bind(flags, verb)
			s.ofFlow.Bind(flags, []string{"project"})
		}
		if s.wantsHelp() {
			return cmd.Help()
		}
		if _, err := s.find(cmd.Context()); err != nil {
			return err
		}
		defer s.stopWorker()
		return verb.run(s, cmd.Context())
	}
	return cmd
}

// bind adds the options of a verb.
func (s *scheduler) bind(flags *pflag.FlagSet, verb schedulerVerb) {
	flags.SortFlags = false
	flags.StringVar(&s.name, "name", s.name, "the `NAME` of the state machine (default: the flow's)")
	if verb.bind != nil {
		verb.bind(s, flags)
	}
}

// parse reads the options strictly. Parameters of the flow are options of trigger.
func (s *scheduler) parse(parameters []worker.Parameter, positional int) error {
	flags := pflag.NewFlagSet(s.verb, pflag.ContinueOnError)
	flags.Usage = func() {}
	s.params = params.Bind(flags, parameters)
	s.own(flags)
	s.top.Bind(flags)
	if err := flags.Parse(s.args); err != nil {
		return usageOf(err, flags, s.commandPath())
	}
	if s.rest = flags.Args(); len(s.rest) > positional {
		return &fault.Usage{Message: "unexpected argument " + quoted(s.rest[positional]), Command: s.commandPath()}
	}
	return s.ws.Prepare()
}

// described has the flow read and described: what it is called may depend on its project's branch.
func (s *scheduler) described(ctx context.Context, withParameters bool, positional int) error {
	if err := s.read(ctx); err != nil {
		return err
	}
	if err := s.describe(ctx); err != nil {
		return err
	}
	var parameters []worker.Parameter
	if withParameters {
		parameters = s.description.Parameters
	}
	if err := s.parse(parameters, positional); err != nil {
		return err
	}
	if err := s.call(s.description.Name, s.description.Project); err != nil {
		return err
	}
	return s.open(ctx, nil)
}

// call settles what the state machine is called.
func (s *scheduler) call(flow string, project *worker.Project) (err error) {
	s.called, err = stepfunctions.NameFlow(flow, project, s.name, s.ws.Env("METAFLOW_SFN_STATE_MACHINE_PREFIX"))
	if wrong, ok := errors.AsType[*stepfunctions.NameError](err); ok {
		return fault.WithHint(fault.Usagef("%v", err), "%s", wrong.Hint)
	}
	return err
}

func (s *scheduler) open(ctx context.Context, store stepfunctions.Store) (err error) {
	s.target, err = stepfunctions.Open(ctx, stepfunctions.Connection{Role: s.ws.Env("METAFLOW_SFN_IAM_ROLE"), Store: store})
	if err != nil {
		return fault.WithHint(err, "see ~/.aws/config, or the file that AWS_CONFIG_FILE names")
	}
	return nil
}

// tokens is the folder with production tokens.
func (s *scheduler) tokens() string { return token.Folder(s.ws.Env, s.ws.Home) }

// presented is the production token that the user has: given, or the one last used here.
func (s *scheduler) presented() (string, error) {
	if s.auth != "" {
		return stepfunctions.Bare(s.auth), nil
	}
	return token.Load(s.tokens(), s.called.Token)
}

// authorize makes sure that what is deployed may be touched. to says what for, and verb how it is said with a token.
func (s *scheduler) authorize(ctx context.Context, to, verb string) (owner *stepfunctions.Owner, presented string, err error) {
	if owner, err = s.target.Owner(ctx, s.called.Machine); err != nil {
		return nil, "", s.fault(err)
	}
	if presented, err = s.presented(); err != nil {
		return nil, "", err
	}
	if !owner.Allows(s.user, presented) {
		return nil, "", s.refused(owner.User, to, verb)
	}
	return owner, presented, nil
}

// refused is a machine of somebody else's.
func (s *scheduler) refused(owner, to, verb string) error {
	return fault.WithHint(&wrongToken{owner, s.called.Machine}, "To %s, ask %s for the production token, and give it once:\n    step-functions %s --authorize TOKEN", to, owner, verb)
}

// wrongToken is the error of not having the production token, in the words that scripts look for.
type wrongToken struct{ owner, machine string }

// Error names who has deployed it.
func (e *wrongToken) Error() string {
	return "Incorrect production token: " + quoted(e.machine) + " was deployed on AWS Step Functions by " + e.owner
}

// fault puts what the target says into words for the command line.
func (s *scheduler) fault(err error) error {
	var missing *deploy.MissingError
	var owned *deploy.OwnedError
	var setup interface{ Remedy() string }
	switch {
	case errors.As(err, &missing) && missing.Run == "":
		return fault.WithHint(&fault.NotFound{Message: "there is no state machine " + quoted(missing.Name) + " on AWS Step Functions"}, "deploy the flow first:\n    spindle step-functions create %s", s.spec)
	case errors.As(err, &missing):
		return &fault.NotFound{Message: "there is no run " + quoted(missing.Run) + " of " + quoted(missing.Name)}
	case errors.As(err, &owned):
		return fault.WithHint(err, "choose another name (--name), or delete what is there")
	case errors.As(err, &setup):
		return workspace.WithRemedy(err)
	}
	return workspace.BatchFault(err)
}

// requestOptions of options.Flow, for a flow whose decorators are not known yet.
func projectOptions(s *scheduler) options.Flow {
	var of options.Flow
	of.Scan(s.scanned.Values, func(string) bool { return false }, s.ws.LookupEnv)
	return of
}

// given is true for an option on the command line.
func (s *scheduler) given(name string) bool {
	return len(s.scanned.Values[name]) > 0 || slices.Contains(s.args, "--"+name)
}
