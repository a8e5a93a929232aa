package stepfunctions

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/spindle-flow/spindle/config/deploy"
)

// MaxInput is how many bytes an execution's input may have. They go into the variables of the start step's container, of which AWS Batch takes 8,192 bytes.
const MaxInput = 7000

// Trigger implements [deploy.Target].
func (t *Target) Trigger(ctx context.Context, name string, parameters map[string]json.RawMessage) (run string, err error) {
	m, err := t.must(ctx, name)
	if err != nil {
		return "", err
	}
	if parameters == nil {
		parameters = map[string]json.RawMessage{}
	}
	inner, err := encode(parameters)
	if err != nil {
		return "", fmt.Errorf("parameters of %s: %w", name, err)
	}
	input, err := encode(map[string]string{"Parameters": string(inner)})
	if err != nil {
		return "", err
	}
	if len(input) > MaxInput {
		return "", &SetupError{fmt.Sprintf("the parameters have %d bytes, and a run can be started with %d", len(input), MaxInput), "pass what is large as a file: IncludeFile, or its place in S3"}
	}
	// With a name of its own, a call whose answer was lost can be made again and starts nothing twice.
	out, err := t.States.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: m.StateMachineArn, Input: aws.String(string(input)), Name: aws.String(t.NewName())})
	if err != nil {
		return "", statesError("start state machine "+name, err)
	}
	arn := aws.ToString(out.ExecutionArn)
	return RunPrefix + arn[strings.LastIndex(arn, ":")+1:], nil
}

// statuses are those of executions, by what they mean.
var statuses = []struct {
	state  deploy.State
	status types.ExecutionStatus
}{
	{deploy.Running, types.ExecutionStatusRunning}, {deploy.Succeeded, types.ExecutionStatusSucceeded}, {deploy.Failed, types.ExecutionStatusFailed},
	{deploy.TimedOut, types.ExecutionStatusTimedOut}, {deploy.Stopped, types.ExecutionStatusAborted},
}

func stateOf(status types.ExecutionStatus) deploy.State {
	for _, s := range statuses {
		if s.status == status {
			return s.state
		}
	}
	return deploy.Running // one that is to be driven on
}

// Runs implements [deploy.Target].
func (t *Target) Runs(ctx context.Context, name string, states []deploy.State, limit int) ([]deploy.Run, error) {
	m, err := t.must(ctx, name)
	if err != nil {
		return nil, err
	}
	filters := []types.ExecutionStatus{""}
	if len(states) > 0 {
		filters = nil
	}
	for _, s := range statuses {
		if slices.Contains(states, s.state) {
			filters = append(filters, s.status)
		}
	}
	var runs []deploy.Run
	for _, filter := range filters {
		found, err := t.executions(ctx, m, name, filter, limit)
		if err != nil {
			return nil, err
		}
		runs = append(runs, found...)
	}
	slices.SortStableFunc(runs, func(a, b deploy.Run) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(a.ID, b.ID))
	})
	runs = runs[:min(limit, len(runs))]
	for i := range runs {
		if runs[i].State == deploy.Failed || runs[i].State == deploy.Stopped {
			runs[i].Failure = t.failure(ctx, m, runs[i].ID)
		}
	}
	return runs, nil
}

// byRule is how EventBridge names the executions it starts.
var byRule = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func (t *Target) executions(ctx context.Context, m *deployed, name string, filter types.ExecutionStatus, limit int) ([]deploy.Run, error) {
	in := &sfn.ListExecutionsInput{StateMachineArn: m.StateMachineArn, StatusFilter: filter}
	var runs []deploy.Run
	for {
		out, err := t.States.ListExecutions(ctx, in)
		if err != nil {
			return nil, statesError("list the executions of "+name, err)
		}
		for _, e := range out.Executions {
			run := deploy.Run{ID: RunPrefix + aws.ToString(e.Name), State: stateOf(e.Status), Started: aws.ToTime(e.StartDate), Schedule: byRule.MatchString(aws.ToString(e.Name))}
			if e.StopDate != nil {
				run.Ended = *e.StopDate
			}
			runs = append(runs, run)
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" || len(runs) >= limit {
			return runs, nil
		}
	}
}

// failure says why a run failed, as far as Step Functions tells.
func (t *Target) failure(ctx context.Context, m *deployed, run string) string {
	out, err := t.States.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(executionARN(m, run))})
	if err != nil {
		return "" // it is said besides
	}
	return failureText(aws.ToString(out.Error), aws.ToString(out.Cause))
}

// failureText puts the error and the cause of an execution into a line. The cause of a failed job is its whole description.
func failureText(code, cause string) string {
	var job struct {
		JobName      string
		StatusReason string
		Container    struct {
			ExitCode *int
			Reason   string
		}
	}
	if json.Unmarshal([]byte(cause), &job) == nil && job.JobName != "" {
		text := "job " + job.JobName
		switch {
		case job.Container.Reason != "":
			text += ": " + job.Container.Reason
		case job.StatusReason != "":
			text += ": " + job.StatusReason
		}
		if job.Container.ExitCode != nil {
			text += fmt.Sprintf(" (exit code %d)", *job.Container.ExitCode)
		}
		return text
	}
	text := strings.TrimPrefix(code+": "+cause, ": ")
	return strings.TrimSuffix(text, ": ")
}

func executionARN(m *deployed, run string) string {
	machine := aws.ToString(m.StateMachineArn)
	return strings.Replace(machine, ":stateMachine:", ":execution:", 1) + ":" + strings.TrimPrefix(run, RunPrefix)
}

// Stop implements [deploy.Target]. The job that runs is ended by Step Functions.
func (t *Target) Stop(ctx context.Context, name, run string) error {
	m, err := t.must(ctx, name)
	if err != nil {
		return err
	}
	missing := &deploy.MissingError{Name: name, Run: run}
	if !strings.HasPrefix(run, RunPrefix) {
		return missing
	}
	_, err = t.States.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: aws.String(executionARN(m, run)), Cause: aws.String("stopped with Spindle")})
	if errors.As(err, new(*types.ExecutionDoesNotExist)) {
		return missing
	}
	return statesError("stop execution "+run, err)
}
