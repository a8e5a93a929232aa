package batch

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
)

// Found is an unfinished job of a flow, of Spindle's or of Metaflow's.
type Found struct {
	ID, Name, Queue, State, Reason string
	Flow, Run, Step, Task, User    string
	Attempt                        int
	Created, Started               time.Time // Started is zero before it runs
}

// Query chooses jobs of a flow. What is empty does not choose.
type Query struct{ Flow, Run, User string }

// String says whose jobs are meant.
func (q Query) String() string {
	text := q.Flow
	if q.Run != "" {
		text += "/" + q.Run
	}
	if q.User != "" {
		text += " by " + q.User
	}
	return text
}

// Finder finds and ends jobs, whichever engine has submitted them.
type Finder struct {
	api  API
	call caller
}

// NewFinder returns a Finder whose user waits for it.
func NewFinder(c *Client) *Finder {
	o := Options{Client: c}
	o.setDefaults()
	return &Finder{api: c, call: caller{clock: o.Clock, patience: Brisk, renew: c.Renew, pace: newPace(o.Tempo.Submits, o.Clock.Now)}}
}

// unfinished are the states of jobs that have not ended.
var unfinished = []types.JobStatus{
	types.JobStatusSubmitted, types.JobStatusPending, types.JobStatusRunnable, types.JobStatusStarting, types.JobStatusRunning,
}

// Find finds the unfinished jobs of a flow in all queues that take jobs, the oldest first.
func (f *Finder) Find(ctx context.Context, q Query) ([]Found, error) {
	queues, err := f.queues(ctx)
	if err != nil {
		return nil, err
	}
	part := "-" + notInName.ReplaceAllString(q.Flow, "_") + "-"
	queueOf := map[string]string{}
	for _, queue := range queues {
		for _, state := range unfinished {
			if err := f.list(ctx, queue, state, part, queueOf); err != nil {
				return nil, err
			}
		}
	}
	ids := make([]string, 0, len(queueOf))
	for id := range queueOf {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var found []Found
	for chunk := range slices.Chunk(ids, describeMost) {
		var out *sdk.DescribeJobsOutput
		err := f.call.do(ctx, "describe jobs", func(ctx context.Context) (err error) {
			out, err = f.api.DescribeJobs(ctx, &sdk.DescribeJobsInput{Jobs: chunk})
			return err
		}, nil)
		if err != nil {
			return nil, err
		}
		for i := range out.Jobs {
			if one := foundOf(&out.Jobs[i]); q.matches(one) && slices.Contains(unfinished, out.Jobs[i].Status) {
				one.Queue = queueOf[one.ID]
				found = append(found, one)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Found) int { return a.Created.Compare(b.Created) })
	return found, nil
}

func (q Query) matches(f Found) bool {
	return f.Flow == q.Flow && (q.Run == "" || f.Run == strings.TrimPrefix(q.Run, "sfn-")) && (q.User == "" || f.User == q.User)
}

func (f *Finder) queues(ctx context.Context) ([]string, error) {
	var names []string
	in := &sdk.DescribeJobQueuesInput{}
	for {
		var out *sdk.DescribeJobQueuesOutput
		err := f.call.do(ctx, "describe job queues", func(ctx context.Context) (err error) {
			out, err = f.api.DescribeJobQueues(ctx, in)
			return err
		}, nil)
		if err != nil {
			return nil, err
		}
		for _, q := range out.JobQueues {
			if q.State == types.JQStateEnabled && q.Status == types.JQStatusValid {
				names = append(names, aws.ToString(q.JobQueueName))
			}
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return names, nil
		}
	}
}

func (f *Finder) list(ctx context.Context, queue string, state types.JobStatus, part string, into map[string]string) error {
	in := &sdk.ListJobsInput{JobQueue: aws.String(queue), JobStatus: state}
	for {
		var out *sdk.ListJobsOutput
		err := f.call.do(ctx, "list jobs of queue "+queue, func(ctx context.Context) (err error) {
			out, err = f.api.ListJobs(ctx, in)
			return err
		}, nil)
		if err != nil {
			return err
		}
		for _, j := range out.JobSummaryList {
			if strings.Contains(aws.ToString(j.JobName), part) {
				into[aws.ToString(j.JobId)] = queue
			}
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return nil
		}
	}
}

func foundOf(j *types.JobDetail) Found {
	p := j.Parameters
	f := Found{
		ID: aws.ToString(j.JobId), Name: aws.ToString(j.JobName), State: string(j.Status), Flow: p["metaflow.flow_name"], Run: p["metaflow.run_id"],
		Step: p["metaflow.step_name"], Task: p["metaflow.task_id"], User: p["metaflow.user"], Created: stamp(j.CreatedAt), Started: stamp(j.StartedAt),
	}
	f.Attempt, _ = strconv.Atoi(p["metaflow.retry_count"])
	if j.Status == types.JobStatusRunnable {
		f.Reason = waiting(aws.ToString(j.StatusReason))
	}
	return f
}

func stamp(ms *int64) time.Time {
	if ms == nil || *ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(*ms)
}

// Kill ends a job. who is told to people who look at it.
func (f *Finder) Kill(ctx context.Context, id, who string) error {
	return f.call.do(ctx, "end job "+id, func(ctx context.Context) error {
		_, err := f.api.TerminateJob(ctx, &sdk.TerminateJobInput{JobId: aws.String(id), Reason: aws.String(killReason + "spindle batch kill, by " + who)})
		return err
	}, nil)
}
