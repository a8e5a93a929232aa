package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/preparing"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/stepfunctions"
	"github.com/spindle-flow/spindle/config/deploy/token"
	"github.com/spindle-flow/spindle/engine/metadata"
)

type createOptions struct {
	generate, onlyJSON, log, distributed, compress bool
	token, namespace, attributes                   string
	tags, batchTags                                []string
	workers, timeout                               int
}

var createVerb = schedulerVerb{
	use: "create FLOW", short: "Deploy a flow, or deploy it again",
	long: `Deploy a flow to AWS Step Functions: every step runs as a job of AWS Batch. It needs --datastore s3, METAFLOW_BATCH_JOB_QUEUE,
METAFLOW_ECS_S3_ACCESS_IAM_ROLE and METAFLOW_SFN_IAM_ROLE; a flow with @schedule METAFLOW_EVENTS_SFN_ACCESS_IAM_ROLE as well. What others have deployed
under the name is left alone, unless you have its production token (--authorize).`,
	example: `  spindle step-functions create flow.py
  spindle step-functions create flow.py --only-json > machine.json
  spindle step-functions create flow.py --authorize demand-0-abcd`,
	bind: func(s *scheduler, flags *pflag.FlagSet) {
		o := &s.create
		flags.StringVar(&s.auth, "authorize", "", "the production `TOKEN`, where somebody else has deployed the flow; it is kept, and needed once")
		flags.BoolVar(&o.generate, "generate-new-token", false, "make a new production token: runs are in a new namespace from now on")
		flags.StringVar(&o.token, "new-token", "", "take this production `TOKEN` from now on")
		flags.StringArrayVar(&o.tags, "tag", nil, "give all runs this `TAG`; may be given several times")
		flags.StringArrayVar(&o.batchTags, "aws-batch-tag", nil, "give all jobs this tag, `KEY=VALUE`; may be given several times")
		flags.StringVar(&o.namespace, "namespace", "", "let steps see past runs of this `TAG`; empty for all (default production:<token>)")
		flags.BoolVar(&o.onlyJSON, "only-json", false, "print the state machine, and deploy nothing")
		flags.IntVar(&o.workers, "max-workers", 100, "run at most `N` items of a foreach at the same time")
		flags.IntVar(&o.timeout, "workflow-timeout", 0, "end a run after this many `SECONDS`")
		flags.BoolVar(&o.log, "log-execution-history", false, "log executions to the log group of METAFLOW_SFN_EXECUTION_LOG_GROUP_ARN")
		options.Switch(flags, &o.distributed, "use-distributed-map", "no-use-distributed-map", "make every foreach a distributed map, not only a large one")
		options.Switch(flags, &o.compress, "compress-state-machine", "no-compress-state-machine", "accepted and without effect: state machines are small")
		flags.StringVar(&o.attributes, "deployer-attribute-file", "", "write what the deployment is called to this file, as JSON")
		for _, name := range []string{"compress-state-machine", "deployer-attribute-file"} {
			_ = flags.MarkHidden(name) // it was just defined
		}
	},
	run: (*scheduler).doCreate,
}

func (s *scheduler) doCreate(ctx context.Context) error {
	if err := s.parse(nil, 0); err != nil {
		return err
	}
	if err := s.create.check(); err != nil {
		return err
	}
	user, err := s.ws.User()
	if err != nil {
		return err
	}
	s.user = user
	quiet := s.top.Quiet
	s.top.Quiet = quiet || s.create.onlyJSON
	request := preparing.Request{Spec: s.spec, Flow: projectOptions(s), Configs: s.ws.ConfigFlags(), Out: s.io.Err, Err: s.io.Err}
	p, err := preparing.New().Prepare(ctx, s.ws, request)
	if err != nil {
		return err
	}
	s.header(p.Description.Name, s.identity())
	if err := s.call(p.Description.Name, p.Description.Project); err != nil {
		return err
	}
	if err := s.create.attribute(s, p.Deployment); err != nil {
		return err
	}
	store, err := s.ws.Objects()
	if err != nil {
		return err
	}
	if err := s.open(ctx, store); err != nil {
		return err
	}
	s.say("Deploying %s to AWS Step Functions...", s.io.ErrPalette().Bold(s.called.Machine))
	if err := s.settle(ctx, p.Deployment); err != nil {
		return err
	}
	return s.put(ctx, p)
}

// check refuses options that cannot be meant.
func (o *createOptions) check() error {
	for _, tag := range o.tags {
		if err := metadata.CheckTag(tag); err != nil {
			return fault.Usagef("--tag: %v", err)
		}
	}
	switch {
	case o.generate && o.token != "":
		return fault.Usagef("--generate-new-token and --new-token exclude each other")
	case o.workers < 1:
		return fault.Usagef("invalid value for --max-workers: %d is less than 1", o.workers)
	case o.timeout < 0:
		return fault.Usagef("invalid value for --workflow-timeout: %d is less than 0", o.timeout)
	}
	return nil
}

// attribute writes --deployer-attribute-file.
func (o *createOptions) attribute(s *scheduler, d *deploy.Deployment) error {
	if o.attributes == "" {
		return nil
	}
	text, err := json.Marshal(map[string]string{"name": s.called.Machine, "flow_name": d.Description.Name, "metadata": s.metadataName(d.Root)})
	if err == nil {
		err = os.WriteFile(s.ws.Abs(o.attributes), text, 0o666)
	}
	if err != nil {
		return fmt.Errorf("--deployer-attribute-file: %w", err)
	}
	return nil
}

// settle fills in what only this command knows: name, token, options.
func (s *scheduler) settle(ctx context.Context, d *deploy.Deployment) error {
	o := &s.create
	owner, presented, err := s.authorize(ctx, "deploy it", "create")
	if err != nil {
		return err
	}
	if d.Token, err = s.nextToken(owner); err != nil {
		return err
	}
	d.Name, d.Tags, d.MaxWorkers, d.Limit = s.called.Machine, o.tags, o.workers, time.Duration(o.timeout)*time.Second
	if d.Tags == nil {
		d.Tags = []string{}
	}
	namespace := "production:" + d.Token
	d.Namespace = &namespace
	if s.given("namespace") {
		if d.Namespace = &o.namespace; o.namespace == "" {
			d.Namespace = nil
		}
	}
	delete(d.Request.Options, "namespace")
	if d.Namespace != nil {
		d.Request.Options["namespace"] = *d.Namespace
	}
	if s.top.Metadata == "service" {
		d.Environment["METAFLOW_DEFAULT_METADATA"] = "service"
	} else {
		delete(d.Environment, "METAFLOW_DEFAULT_METADATA")
	}
	if d.Schedule, d.Timezone, err = stepfunctions.ScheduleOf(d.Description); err != nil {
		return fault.Usagef("%v", err)
	}
	own, err := s.targetOptions(presented)
	if err == nil {
		d.Target, err = own.Map()
	}
	if err != nil {
		return err
	}
	return s.fault(s.target.Look(ctx, d))
}

// nextToken is the production token of what is deployed now.
func (s *scheduler) nextToken(owner *stepfunctions.Owner) (string, error) {
	o := &s.create
	switch {
	case o.token != "" && s.called.Project:
		return "", fault.WithHint(fault.Usagef("--new-token is not for flows of a @project: their tokens begin alike"), "use --generate-new-token")
	case o.token != "":
		return stepfunctions.Bare(o.token), nil
	case owner == nil, owner.Token == "":
		return token.First(s.called.Token), nil
	case !o.generate:
		return owner.Token, nil
	}
	next, ok := token.Next(s.called.Token, owner.Token)
	if !ok {
		return "", fault.WithHint(fault.Usagef("no token comes after %q, which was given by --new-token", owner.Token), "give another one by --new-token")
	}
	return next, nil
}

func (s *scheduler) targetOptions(presented string) (stepfunctions.Options, error) {
	o := &s.create
	own := stepfunctions.Options{
		Role: s.ws.Env("METAFLOW_SFN_IAM_ROLE"), EventsRole: s.ws.Env("METAFLOW_EVENTS_SFN_ACCESS_IAM_ROLE"), Log: o.log,
		LogGroup: s.ws.Env("METAFLOW_SFN_EXECUTION_LOG_GROUP_ARN"), Distributed: o.distributed, Authorize: presented,
	}
	for _, tag := range o.batchTags {
		key, value, ok := strings.Cut(tag, "=")
		if !ok || key == "" {
			return own, fault.Usagef("--aws-batch-tag %q is not KEY=VALUE", tag)
		}
		if own.BatchTags == nil {
			own.BatchTags = map[string]string{}
		}
		own.BatchTags[key] = value
	}
	return own, nil
}

// put deploys, or prints the machine.
func (s *scheduler) put(ctx context.Context, p *preparing.Prepared) error {
	if problems := s.target.Check(p.Deployment); len(problems) > 0 {
		return s.problems(problems)
	}
	docs, err := s.target.Render(p.Deployment)
	if err != nil {
		return s.fault(err)
	}
	if s.create.onlyJSON {
		for _, doc := range docs {
			if doc.Kind == stepfunctions.MachineDocument {
				fmt.Fprintf(s.io.Out, "%s\n", doc.Body)
			}
		}
		return nil
	}
	s.warnings(p)
	if err := p.Send(ctx); err != nil {
		return err
	}
	if err := s.target.Put(ctx, p.Deployment, docs); err != nil {
		return s.fault(err)
	}
	if err := token.Store(s.tokens(), s.called.Token, p.Token); err != nil {
		return err
	}
	s.sayDeployed(p.Deployment)
	return nil
}

func (s *scheduler) warnings(p *preparing.Prepared) {
	s.flow = p.Flow
	s.packageWarnings(p.Package)
}

// problems are what Step Functions cannot do of the flow, all at once.
func (s *scheduler) problems(found []deploy.Problem) error {
	var lines []string
	for _, p := range found {
		lines = append(lines, fmt.Sprintf("%s:%d:%d: %s: %s", s.spec, p.At.Start.Line, p.At.Start.Column, p.Rule, p.Message))
	}
	return fault.WithHint(fault.Usagef("Step Functions cannot run this flow:\n    %s", strings.Join(lines, "\n    ")), "`spindle rule %s` explains it", found[0].Rule)
}

func (s *scheduler) sayDeployed(d *deploy.Deployment) {
	p := s.io.ErrPalette()
	s.say("\nResults of this flow are in the namespace of its production token:\n    %s", p.Green(`namespace("production:`+d.Token+`")`))
	s.say("Somebody else who deploys it needs the token, once:\n    %s", p.Green("step-functions create --authorize "+d.Token))
	s.say("\nState machine %s of flow %s is deployed on AWS Step Functions.", p.Bold(d.Name), p.Bold(d.Description.Name))
	if s.called.Short {
		s.say("Its name was too long, and has a hash for its end. The whole name is recorded with each task.")
	}
	if d.Schedule != "" {
		s.say("It starts by its schedule, cron(%s) in UTC, the rule %s of EventBridge.", d.Schedule, p.Bold(stepfunctions.RuleName(d.Name)))
	} else {
		s.say("Nothing starts it by itself:\n    spindle step-functions trigger %s", s.spec)
	}
}
