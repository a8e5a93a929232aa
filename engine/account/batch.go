package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
)

// batch looks at the queue, then at the roles: which are needed depends on where the queue's jobs run.
func (c *cloud) batch(ctx context.Context) []Finding {
	queue, fargate := c.queue(ctx)
	found := []Finding{queue}
	roles := []struct {
		what, setting, value, why string
	}{
		{"job role", JobRoleVariable, c.cfg.JobRole, "jobs have no role to reach their values with"},
	}
	if fargate || c.cfg.ExecutionRole != "" {
		roles = append(roles, struct{ what, setting, value, why string }{
			"execution role", ExecutionRoleVariable, c.cfg.ExecutionRole, "the queue runs jobs on Fargate, which needs a role to start them with",
		})
	}
	for _, r := range roles {
		f := Finding{What: r.what, Setting: r.setting, Value: r.value}
		if r.value == "" {
			f.State, f.Text, f.Remedy = Missing, r.why, "set it to the role's ARN"
		} else {
			c.role(ctx, &f)
		}
		found = append(found, f)
	}
	return found
}

// queue says whether jobs sent to the queue would be run, and whether on Fargate.
func (c *cloud) queue(ctx context.Context) (f Finding, fargate bool) {
	f = Finding{What: "queue", Setting: QueueVariable, Value: c.cfg.Queue}
	if c.cfg.Queue == "" {
		f.State, f.Text, f.Remedy = Missing, "nothing says which queue jobs go to", "set it to the queue's name or ARN"
		return f, false
	}
	cfg, err := c.config(ctx)
	if err != nil {
		f.State, f.Text, f.Remedy = Wrong, err.Error(), "see ~/.aws/config"
		return f, false
	}
	client := batch.NewFromConfig(cfg)
	out, err := client.DescribeJobQueues(ctx, &batch.DescribeJobQueuesInput{JobQueues: []string{c.cfg.Queue}})
	switch {
	case denied(err):
		f.State, f.Text, f.Remedy = Unknown, "these credentials may not look at queues", "allow batch:DescribeJobQueues to see whether it is in order"
		return f, false
	case err != nil:
		f.refused(ctx, "it could not be looked up", err)
		return f, false
	case len(out.JobQueues) == 0:
		f.State, f.Text = Wrong, "there is no such queue in "+cfg.Region
		f.Remedy = "`aws batch describe-job-queues` lists those there are; another region is chosen with AWS_REGION"
		return f, false
	}
	q := out.JobQueues[0]
	if q.State != types.JQStateEnabled || q.Status != types.JQStatusValid {
		f.State, f.Text = Wrong, fmt.Sprintf("it is %s and %s: %s", lower(q.State), lower(q.Status), aws.ToString(q.StatusReason))
		f.Remedy = "enable it in the Batch console, or choose another"
		return f, false
	}
	return c.environments(ctx, client, q, f)
}

// environments are what runs a queue's jobs.
func (c *cloud) environments(ctx context.Context, client *batch.Client, q types.JobQueueDetail, f Finding) (Finding, bool) {
	names := make([]string, len(q.ComputeEnvironmentOrder))
	for i, e := range q.ComputeEnvironmentOrder {
		names[i] = aws.ToString(e.ComputeEnvironment)
	}
	if len(names) == 0 {
		f.State, f.Text, f.Remedy = Wrong, "it has no compute environment, so its jobs never start", "give it one in the Batch console"
		return f, false
	}
	out, err := client.DescribeComputeEnvironments(ctx, &batch.DescribeComputeEnvironmentsInput{ComputeEnvironments: names})
	if err != nil {
		f.State, f.Text = OK, "it is enabled; what runs its jobs could not be looked up: "+reason(ctx, err)
		return f, false
	}
	var kinds, broken []string
	fargate := false
	for _, e := range out.ComputeEnvironments {
		if e.State != types.CEStateEnabled || e.Status != types.CEStatusValid {
			broken = append(broken, fmt.Sprintf("%s is %s and %s", aws.ToString(e.ComputeEnvironmentName), lower(e.State), lower(e.Status)))
			continue
		}
		if e.ComputeResources != nil && !slices.Contains(kinds, string(e.ComputeResources.Type)) {
			kinds = append(kinds, string(e.ComputeResources.Type))
			fargate = fargate || strings.HasPrefix(string(e.ComputeResources.Type), "FARGATE")
		}
	}
	if len(broken) == len(out.ComputeEnvironments) {
		f.State, f.Text, f.Remedy = Wrong, "its jobs would never start: "+strings.Join(broken, "; "), "enable a compute environment of it in the Batch console"
		return f, fargate
	}
	f.State, f.Text = OK, strings.TrimSpace("it is enabled, on "+strings.Join(kinds, " and "))
	if len(broken) > 0 {
		f.Text += "; but " + strings.Join(broken, "; ")
	}
	return f, fargate
}

func lower[T ~string](s T) string { return strings.ToLower(string(s)) }
