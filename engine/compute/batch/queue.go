package batch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
)

// Platform is what the machines behind a queue are: EC2, SPOT, FARGATE or FARGATE_SPOT.
type Platform string

// Fargate says whether there are no machines of one's own.
func (p Platform) Fargate() bool { return strings.HasPrefix(string(p), "FARGATE") }

// queue is a job queue as it was found.
type queue struct {
	name     string
	platform Platform
}

// queues are those of the account that were asked for.
type queues struct {
	api  API
	call caller

	mu    sync.Mutex
	known map[string]*queue
}

// find looks a queue up; no name finds the first one that takes jobs.
func (qs *queues) find(ctx context.Context, step, name string) (*queue, error) {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	if q := qs.known[name]; q != nil {
		return q, nil
	}
	detail, err := qs.detail(ctx, name)
	if denied(err) && name != "" { // not everybody who may submit jobs may look at queues; Batch itself judges the name
		return qs.keep(&queue{name: name, platform: "EC2"}, name), nil
	}
	if err != nil {
		return nil, err
	}
	switch {
	case detail == nil && name == "":
		return nil, &SetupError{step, "no job queue is named, and none takes jobs", "set METAFLOW_BATCH_JOB_QUEUE, or give @batch(queue=…)"}
	case detail == nil:
		return nil, &SetupError{step, fmt.Sprintf("there is no job queue %q", name), "see METAFLOW_BATCH_JOB_QUEUE, @batch(queue=…), and the region (AWS_DEFAULT_REGION)"}
	case detail.State == types.JQStateDisabled:
		return nil, &SetupError{step, fmt.Sprintf("job queue %q is disabled", name), "enable it, or choose another with @batch(queue=…)"}
	case detail.Status == types.JQStatusInvalid:
		return nil, &SetupError{step, fmt.Sprintf("job queue %q is invalid: %s", name, aws.ToString(detail.StatusReason)), "mend it, or choose another with @batch(queue=…)"}
	}
	q := &queue{name: aws.ToString(detail.JobQueueName), platform: "EC2"}
	environments, err := qs.environments(ctx, detail)
	if err != nil && !denied(err) {
		return nil, err
	}
	if len(environments) > 0 && environments[0].ComputeResources != nil {
		q.platform = Platform(environments[0].ComputeResources.Type)
	}
	return qs.keep(q, name), nil
}

// keep remembers a queue. Called with mu held.
func (qs *queues) keep(q *queue, name string) *queue {
	if qs.known == nil {
		qs.known = map[string]*queue{}
	}
	qs.known[name] = q
	return q
}

// denied says whether a call was refused for want of a right.
func denied(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.fate == refused && strings.Contains(e.Code, "AccessDenied")
}

// know takes over what has been found.
func (qs *queues) know(found map[string]*queue) {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	qs.known = found
}

func (qs *queues) detail(ctx context.Context, name string) (*types.JobQueueDetail, error) {
	in := &sdk.DescribeJobQueuesInput{}
	if name != "" {
		in.JobQueues = []string{name}
	}
	for {
		var out *sdk.DescribeJobQueuesOutput
		err := qs.call.do(ctx, "describe job queue "+name, func(ctx context.Context) (err error) {
			out, err = qs.api.DescribeJobQueues(ctx, in)
			return err
		}, nil)
		if err != nil {
			return nil, err
		}
		for i, q := range out.JobQueues {
			if name != "" || q.State == types.JQStateEnabled && q.Status == types.JQStatusValid {
				return &out.JobQueues[i], nil
			}
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return nil, nil
		}
	}
}

// environments are the compute environments of a queue, in its order.
func (qs *queues) environments(ctx context.Context, q *types.JobQueueDetail) ([]types.ComputeEnvironmentDetail, error) {
	var names []string
	for _, e := range q.ComputeEnvironmentOrder {
		names = append(names, aws.ToString(e.ComputeEnvironment))
	}
	if len(names) == 0 {
		return nil, nil
	}
	var out *sdk.DescribeComputeEnvironmentsOutput
	err := qs.call.do(ctx, "describe compute environment "+names[0], func(ctx context.Context) (err error) {
		out, err = qs.api.DescribeComputeEnvironments(ctx, &sdk.DescribeComputeEnvironmentsInput{ComputeEnvironments: names})
		return err
	}, nil)
	if err != nil {
		return nil, err
	}
	return out.ComputeEnvironments, nil
}

// stuck says why a queue has no machine for a job; empty where nothing is wrong with it.
func (qs *queues) stuck(ctx context.Context, name string) string {
	detail, err := qs.detail(ctx, name)
	if err != nil || detail == nil {
		return "" // it is a hint only
	}
	if detail.State == types.JQStateDisabled {
		return fmt.Sprintf("job queue %s is disabled", name)
	}
	environments, err := qs.environments(ctx, detail)
	if err != nil {
		return ""
	}
	var faults []string
	for _, e := range environments {
		fault := ""
		switch {
		case e.Status == types.CEStatusInvalid:
			fault = "is invalid: " + aws.ToString(e.StatusReason)
		case e.State == types.CEStateDisabled:
			fault = "is disabled"
		case e.ComputeResources != nil && aws.ToInt32(e.ComputeResources.MaxvCpus) == 0:
			fault = "may have no vCPUs (maxvCpus is 0)"
		default:
			return "" // one that may yet give a machine
		}
		faults = append(faults, "compute environment "+aws.ToString(e.ComputeEnvironmentName)+" "+fault)
	}
	return strings.Join(faults, "; ")
}
