package stepfunctions

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdkbatch "github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ruletypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/objects"
)

// reindented is JSON as [indented] writes it, whatever its spaces; what is no JSON stays.
func reindented(data []byte) json.RawMessage {
	var b bytes.Buffer
	if json.Indent(&b, bytes.TrimSpace(data), "", "  ") != nil {
		return data
	}
	return b.Bytes()
}

// compacted is JSON without spaces.
func compacted(data []byte) (string, error) {
	var b bytes.Buffer
	err := json.Compact(&b, data)
	return b.String(), err
}

// Put implements [deploy.Target]. What goes by its content is sent first; with the machine everything switches over at once; the schedule comes last.
func (t *Target) Put(ctx context.Context, d *deploy.Deployment, docs []deploy.Document) error {
	there, err := t.find(ctx, d.Name)
	if err != nil {
		return err
	}
	if err := there.allows(d); err != nil {
		return err
	}
	if err := t.suits(ctx, d); err != nil {
		return err
	}
	of := func(kind string) (json.RawMessage, string) {
		for _, doc := range docs {
			if doc.Kind == kind {
				return doc.Body, doc.Name
			}
		}
		return nil, ""
	}
	for _, doc := range docs {
		switch doc.Kind {
		case kindDeployment:
			err = t.send(ctx, doc)
		case kindJob:
			err = t.register(ctx, doc)
		}
		if err != nil {
			return err
		}
	}
	definition, _ := of(MachineDocument)
	settings, _ := of(kindSettings)
	if err := t.putMachine(ctx, there, definition, settings); err != nil {
		return err
	}
	body, name := of(kindRule)
	if body == nil {
		return t.removeRule(ctx, RuleName(d.Name))
	}
	targets, _ := of(kindTargets)
	return t.putRule(ctx, name, body, targets)
}

// allows says whether a deployment may take the place of what is there.
func (m *deployed) allows(d *deploy.Deployment) error {
	if m == nil {
		return nil
	}
	if !m.owned.known {
		return &deploy.OwnedError{Name: d.Name, Owner: stranger}
	}
	o, err := optionsOf(d)
	if err != nil {
		return err
	}
	owner := &Owner{m.owned.owner, m.owned.token}
	if owner.Allows(d.User, o.Authorize) || owner.Allows(d.User, d.Token) {
		return nil
	}
	return &deploy.OwnedError{Name: d.Name, Owner: m.owned.owner}
}

// Look looks at the queues that the steps of a deployment name, and puts down what is behind them, so that job definitions are made for that.
func (t *Target) Look(ctx context.Context, d *deploy.Deployment) error {
	o, err := optionsOf(d)
	if err != nil {
		return err
	}
	o.Queues = map[string]batch.Platform{}
	for i := range d.Description.Steps {
		step, err := batch.StepOf(&d.Description.Steps[i], d.Batch)
		if err != nil {
			return err
		}
		if step == nil || step.Queue == "" || o.Queues[step.Queue] != "" {
			continue
		}
		if _, o.Queues[step.Queue], err = t.Jobs.Queue(ctx, step.Name, step.Queue); err != nil {
			return err
		}
	}
	d.Target, err = o.Map()
	return err
}

// suits says whether the queues are there, and what is behind them is what the job definitions were made for.
func (t *Target) suits(ctx context.Context, d *deploy.Deployment) error {
	o, err := optionsOf(d)
	if err != nil {
		return err
	}
	for i := range d.Description.Steps {
		step, err := batch.StepOf(&d.Description.Steps[i], d.Batch)
		if err != nil || step == nil {
			return err // Render has said so
		}
		_, platform, err := t.Jobs.Queue(ctx, step.Name, step.Queue)
		if err != nil {
			return err
		}
		if made := o.platform(step); made.Fargate() != platform.Fargate() {
			return &batch.SetupError{
				Step: step.Name, Problem: fmt.Sprintf("its queue %q is on %s, and the deployment was made for %s", step.Queue, platform, made),
				Hint: "say platform: " + family(platform) + " under step-functions in spindle.yaml, or choose another queue",
			}
		}
	}
	return nil
}

func family(p batch.Platform) string {
	if p.Fargate() {
		return "FARGATE"
	}
	return "EC2"
}

// send puts the helpers' document. Its name is the hash of what it has, without spaces and with the end of a line.
func (t *Target) send(ctx context.Context, doc deploy.Document) error {
	place, err := objects.Parse(doc.Name)
	if err != nil {
		return err
	}
	text, err := compacted(doc.Body)
	if err != nil {
		return err
	}
	if err := t.Store.Put(ctx, place, []byte(text+"\n"), objects.PutOptions{Attributes: objects.Attributes{ContentType: "application/json"}}); err != nil {
		return fmt.Errorf("send %q: %w", doc.Name, err)
	}
	return nil
}

func (t *Target) register(ctx context.Context, doc deploy.Document) error {
	var in sdkbatch.RegisterJobDefinitionInput
	if err := json.Unmarshal(doc.Body, &in); err != nil {
		return fmt.Errorf("job definition %s: %w", doc.Name, err)
	}
	return t.Jobs.Register(ctx, &in)
}

// putMachine creates the machine, or changes the one that is there.
func (t *Target) putMachine(ctx context.Context, there *deployed, definition, settings json.RawMessage) error {
	text, err := compacted(definition)
	if err != nil {
		return err
	}
	var s machineSettings
	if err := json.Unmarshal(settings, &s); err != nil {
		return fmt.Errorf("settings of a state machine: %w", err)
	}
	if there == nil {
		return t.create(ctx, text, s)
	}
	_, err = t.States.UpdateStateMachine(ctx, &sfn.UpdateStateMachineInput{
		StateMachineArn: there.StateMachineArn, Definition: aws.String(text), RoleArn: aws.String(s.RoleArn), LoggingConfiguration: s.Logging.sdk(),
	})
	if errors.As(err, new(*types.StateMachineDeleting)) || errors.As(err, new(*types.StateMachineDoesNotExist)) {
		return t.create(ctx, text, s)
	}
	return statesError("change state machine "+s.Name, err)
}

// create makes the machine. One of the name that is being deleted is waited for.
func (t *Target) create(ctx context.Context, definition string, s machineSettings) error {
	const pause = 2 * time.Second
	for waited := time.Duration(0); ; waited += pause {
		_, err := t.States.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
			Name: aws.String(s.Name), Definition: aws.String(definition), RoleArn: aws.String(s.RoleArn), Type: types.StateMachineType(s.Type),
			LoggingConfiguration: s.Logging.sdk(),
		})
		if !errors.As(err, new(*types.StateMachineDeleting)) || waited >= t.Waits {
			return statesError("create state machine "+s.Name, err)
		}
		if err := t.Sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func (l logging) sdk() *types.LoggingConfiguration {
	c := &types.LoggingConfiguration{Level: types.LogLevel(l.Level), IncludeExecutionData: l.Data}
	for _, d := range l.Destinations {
		c.Destinations = append(c.Destinations, types.LogDestination{CloudWatchLogsLogGroup: &types.CloudWatchLogsLogGroup{LogGroupArn: aws.String(d.Group.ARN)}})
	}
	return c
}

func (t *Target) putRule(ctx context.Context, name string, body, targets json.RawMessage) error {
	var r rule
	var list ruleTargets
	if err := errors.Join(json.Unmarshal(body, &r), json.Unmarshal(targets, &list)); err != nil {
		return fmt.Errorf("rule %s: %w", name, err)
	}
	_, err := t.Rules.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: aws.String(r.Name), ScheduleExpression: aws.String(r.Schedule), State: ruletypes.RuleState(r.State), Description: aws.String(r.Description),
	})
	if err != nil {
		return rulesError("put rule "+name, err)
	}
	in := &eventbridge.PutTargetsInput{Rule: aws.String(list.Rule)}
	for _, one := range list.Targets {
		in.Targets = append(in.Targets, ruletypes.Target{Id: aws.String(one.ID), Arn: aws.String(one.ARN), RoleArn: aws.String(one.RoleARN), Input: aws.String(one.Input)})
	}
	out, err := t.Rules.PutTargets(ctx, in)
	if err == nil && len(out.FailedEntries) > 0 {
		err = errors.New(aws.ToString(out.FailedEntries[0].ErrorMessage))
	}
	return rulesError("put the target of rule "+name, err)
}

// removeRule removes a rule with its targets, if it is there. It says whether it was.
func (t *Target) removeRule(ctx context.Context, name string) error {
	_, err := t.dropRule(ctx, name)
	return err
}

func (t *Target) dropRule(ctx context.Context, name string) (was bool, err error) {
	found, err := t.Rules.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: aws.String(name)})
	if errors.As(err, new(*ruletypes.ResourceNotFoundException)) {
		return false, nil
	}
	if err != nil {
		return false, rulesError("look at the targets of rule "+name, err)
	}
	in := &eventbridge.RemoveTargetsInput{Rule: aws.String(name)}
	for _, target := range found.Targets {
		in.Ids = append(in.Ids, aws.ToString(target.Id))
	}
	if len(in.Ids) > 0 {
		if _, err := t.Rules.RemoveTargets(ctx, in); err != nil {
			return true, rulesError("remove the targets of rule "+name, err)
		}
	}
	_, err = t.Rules.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: aws.String(name)})
	if errors.As(err, new(*ruletypes.ResourceNotFoundException)) {
		err = nil
	}
	return true, rulesError("remove rule "+name, err)
}

// Remove implements [deploy.Target]. Job definitions stay: others may use the same, and they cost nothing. Executions that are under way go on.
func (t *Target) Remove(ctx context.Context, name string) error {
	_, err := t.Delete(ctx, name)
	return err
}

// Deleted is what a deletion has found.
type Deleted struct{ Machine, Schedule bool }

// Delete is Remove that says what was there.
func (t *Target) Delete(ctx context.Context, name string) (Deleted, error) {
	var out Deleted
	var err error
	if out.Schedule, err = t.dropRule(ctx, RuleName(name)); err != nil {
		return out, err
	}
	m, err := t.find(ctx, name)
	if m == nil || err != nil {
		return out, err
	}
	out.Machine = true
	_, err = t.States.DeleteStateMachine(ctx, &sfn.DeleteStateMachineInput{StateMachineArn: m.StateMachineArn})
	return out, statesError("delete state machine "+name, err)
}
