package stepfunctions

import (
	"context"
	"time"

	sdkbatch "github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/targets"
	"github.com/spindle-flow/spindle/engine/objects"
)

// Kind is the target's name.
const Kind = targets.StepFunctions

// States is what is used of Step Functions.
type States interface {
	CreateStateMachine(context.Context, *sfn.CreateStateMachineInput, ...func(*sfn.Options)) (*sfn.CreateStateMachineOutput, error)
	UpdateStateMachine(context.Context, *sfn.UpdateStateMachineInput, ...func(*sfn.Options)) (*sfn.UpdateStateMachineOutput, error)
	DescribeStateMachine(context.Context, *sfn.DescribeStateMachineInput, ...func(*sfn.Options)) (*sfn.DescribeStateMachineOutput, error)
	DeleteStateMachine(context.Context, *sfn.DeleteStateMachineInput, ...func(*sfn.Options)) (*sfn.DeleteStateMachineOutput, error)
	ListStateMachines(context.Context, *sfn.ListStateMachinesInput, ...func(*sfn.Options)) (*sfn.ListStateMachinesOutput, error)
	StartExecution(context.Context, *sfn.StartExecutionInput, ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
	StopExecution(context.Context, *sfn.StopExecutionInput, ...func(*sfn.Options)) (*sfn.StopExecutionOutput, error)
	ListExecutions(context.Context, *sfn.ListExecutionsInput, ...func(*sfn.Options)) (*sfn.ListExecutionsOutput, error)
	DescribeExecution(context.Context, *sfn.DescribeExecutionInput, ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error)
}

// Rules is what is used of EventBridge.
type Rules interface {
	PutRule(context.Context, *eventbridge.PutRuleInput, ...func(*eventbridge.Options)) (*eventbridge.PutRuleOutput, error)
	DescribeRule(context.Context, *eventbridge.DescribeRuleInput, ...func(*eventbridge.Options)) (*eventbridge.DescribeRuleOutput, error)
	DeleteRule(context.Context, *eventbridge.DeleteRuleInput, ...func(*eventbridge.Options)) (*eventbridge.DeleteRuleOutput, error)
	PutTargets(context.Context, *eventbridge.PutTargetsInput, ...func(*eventbridge.Options)) (*eventbridge.PutTargetsOutput, error)
	ListTargetsByRule(context.Context, *eventbridge.ListTargetsByRuleInput, ...func(*eventbridge.Options)) (*eventbridge.ListTargetsByRuleOutput, error)
	RemoveTargets(context.Context, *eventbridge.RemoveTargetsInput, ...func(*eventbridge.Options)) (*eventbridge.RemoveTargetsOutput, error)
}

// Jobs is what is used of AWS Batch: [batch.Registry].
type Jobs interface {
	Register(ctx context.Context, d *sdkbatch.RegisterJobDefinitionInput) error
	Active(ctx context.Context, name string) (bool, error)
	Queue(ctx context.Context, step, name string) (string, batch.Platform, error)
}

// Store is what is used of the datastore: [objects.Client].
type Store interface {
	Put(ctx context.Context, p objects.Place, data []byte, opts objects.PutOptions) error
	Bytes(ctx context.Context, p objects.Place) ([]byte, objects.Info, error)
}

// Target is Step Functions in one account and region. What needs no network works with a zero Target.
type Target struct {
	States States
	Rules  Rules
	Jobs   Jobs
	Store  Store
	Region string
	// Role is the ARN of the role of state machines; the account is read from it. Without it machines are looked for by name, among all there are.
	Role string
	// NewName makes a name for an execution that no other has.
	NewName func() string
	// Waits is how long a deletion that is under way is waited for when the machine is wanted anew, with Sleep between two looks.
	Waits time.Duration
	Sleep func(ctx context.Context, d time.Duration) error
}

var _ deploy.Target = (*Target)(nil)

// Kind implements [deploy.Target].
func (t *Target) Kind() string { return Kind }

// Name implements [deploy.Target].
func (t *Target) Name(project, environment, variant string) string {
	return deploymentName(project, environment, variant)
}

// Check implements [deploy.Target]: it says what lint says in the editor, and what only Python knows.
func (t *Target) Check(d *deploy.Deployment) []deploy.Problem {
	var out []deploy.Problem
	for _, found := range targets.Check(d.Graph.Flow, d.Graph, []string{Kind}) {
		if found.Severity != lint.Error {
			continue
		}
		out = append(out, deploy.Problem{Rule: found.Code, Step: stepAt(d, found), At: found.Range, Message: found.Message, Hint: found.Detail})
	}
	return out
}

// stepAt is the step that a finding is in, empty for the whole flow.
func stepAt(d *deploy.Deployment, found lint.Diagnostic) string {
	for n := range d.Graph.All() {
		body := n.Step.Body
		if body.File == found.Range.File && body.Start.Line <= found.Range.Start.Line && found.Range.Start.Line <= body.End.Line {
			return n.Name
		}
	}
	return ""
}
