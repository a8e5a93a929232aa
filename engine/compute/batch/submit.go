package batch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/worker"
)

// start leaves the job in the store, submits it, and has it watched, unless one of the origin's takes its place. begin is called before, where it is not
// nil. done is true when there is an outcome already: the job was refused, or the run was stopped.
//
// It works beside the task's own goroutine, which may wait for hours with thousands of others and should not keep a deep stack; and only some at once.
func (b *Batch) start(ctx context.Context, j *job, specs []compute.Spec, begin func() error) (o compute.Outcome, done bool, err error) {
	select {
	case b.starting <- struct{}{}:
	case <-ctx.Done():
		return interrupted(), true, nil
	}
	ready := make(chan struct{})
	go func() {
		defer func() { <-b.starting; close(ready) }()
		if begin != nil {
			if err = begin(); err != nil {
				return
			}
		}
		if len(specs) > 1 || !b.adopt(ctx, j, specs[0]) {
			o, done, err = b.launch(ctx, j, specs)
		}
	}()
	<-ready
	return o, done, err
}

func (b *Batch) launch(ctx context.Context, j *job, specs []compute.Spec) (o compute.Outcome, done bool, err error) {
	in, err := b.prepare(ctx, j, specs)
	if err != nil {
		if ctx.Err() != nil {
			return interrupted(), true, nil
		}
		return compute.Outcome{}, true, err
	}
	if err := b.journal.Ask(j.record); err != nil {
		return compute.Outcome{}, true, err
	}
	err = b.submit(ctx, j, in)
	var refusal *Error
	switch {
	case errors.As(err, &refusal) && refusal.fate == refused:
		reason := "AWS Batch refused the job: " + refusal.reason()
		j.nodes[0].tell(b.clock.Now(), "%s", reason)
		return compute.Outcome{Place: Kind, Final: true, Reason: reason}, true, b.journal.Over(j.record.Name)
	case err != nil && ctx.Err() != nil:
		return interrupted(), true, b.journal.Over(j.record.Name)
	case err != nil: // it may exist: it stays on record
		return compute.Outcome{}, true, err
	}
	if err := b.journal.Given(j.record.Name, j.record.Job); err != nil {
		return compute.Outcome{}, true, err
	}
	b.watcher.add(j)
	return compute.Outcome{}, false, nil
}

// prepare makes everything a submission needs.
func (b *Batch) prepare(ctx context.Context, j *job, specs []compute.Spec) (*sdk.SubmitJobInput, error) {
	q, err := b.queues.find(ctx, j.step.Name, j.step.Queue)
	if err != nil {
		return nil, err
	}
	nodes := 0
	if specs[0].Task.Parallel != nil {
		nodes = len(specs)
	}
	d, err := j.step.Definition(q.platform, nodes)
	if err != nil {
		return nil, err
	}
	arn, err := b.definitions.arn(ctx, d)
	if err != nil {
		return nil, err
	}
	code, helpers, err := b.parts(ctx)
	if err != nil {
		return nil, err
	}
	for i, spec := range specs {
		doc, err := b.document(spec, j.step, code)
		if err != nil {
			return nil, err
		}
		if j.nodes[i].paths, err = doc.Upload(ctx, b.opts.Objects); err != nil {
			return nil, err
		}
	}
	first := j.nodes[0]
	command, err := b.commandOf(first.paths.Job().String(), j.step.Executable, helpers)
	if err != nil {
		return nil, err
	}
	j.record = Record{
		Name: nameOf(b.opts.User, first.attempt, b.clock.Random), Place: placeOf(specs[0].Task), Run: first.attempt.Run, Step: first.attempt.Step,
		Task: first.attempt.Task, Attempt: first.attempt.Number, Queue: q.name, Folder: first.paths.Folder.String(), Nodes: nodes, Asked: b.clock.Now(),
	}
	return b.submission(j, specs[0].Task, arn, command), nil
}

// commandOf is the container's command. It is the same for all jobs of an executable but for the job's place.
func (b *Batch) commandOf(job, executable string, helpers map[string]remote.Blob) ([]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	known := b.commands[executable]
	at := slices.Index(known.words, known.job)
	if at < 0 || len(job) > len(known.job) { // whether it still fits is to be seen
		boot := remote.Bootstrap{Job: job, Helpers: helpers, Endpoint: b.opts.Endpoint, Region: b.opts.Region, Executable: executable}
		words, err := boot.Command()
		if err != nil {
			return nil, err
		}
		b.commands[executable] = command{words: words, job: job}
		return words, nil
	}
	words := slices.Clone(known.words)
	words[at] = job
	return words, nil
}

// parts are what all jobs of the run share, made with the first.
func (b *Batch) parts(ctx context.Context) (remote.Blob, map[string]remote.Blob, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ready {
		return b.code, b.helpers, nil
	}
	var err error
	if b.helpers, err = b.opts.Helpers(ctx); err != nil {
		return remote.Blob{}, nil, err
	}
	if b.code, err = b.opts.Package(ctx); err != nil {
		return remote.Blob{}, nil, err
	}
	b.ready = true
	return b.code, b.helpers, nil
}

// document is what the helper is told.
func (b *Batch) document(spec compute.Spec, s *Step, code remote.Blob) (*remote.Job, error) {
	doc, err := remote.NewJob(spec, b.opts.Code)
	if err != nil {
		return nil, err
	}
	doc.Task.TempDir = ""
	doc.Engine, doc.Root, doc.Datatools = b.opts.Version, b.opts.Root.String(), b.opts.Datatools
	doc.Package, doc.Environment, doc.SystemTags = code, b.opts.Environment, b.opts.SystemTags
	if s.UseTmpfs && s.TmpfsTempdir {
		doc.Environment = maps.Clone(doc.Environment)
		doc.Environment["METAFLOW_TEMPDIR"] = s.TmpfsPath
	}
	return doc, nil
}

// submission is what Batch is told.
func (b *Batch) submission(j *job, t *worker.Task, definition string, command []string) *sdk.SubmitJobInput {
	s := j.step
	in := &sdk.SubmitJobInput{
		JobName: aws.String(j.record.Name), JobQueue: aws.String(j.record.Queue), JobDefinition: aws.String(definition),
		Timeout: &types.JobTimeout{AttemptDurationSeconds: aws.Int32(int32(s.RunTime.Seconds()))},
		Parameters: map[string]string{
			"metaflow.user": b.opts.User, "metaflow.flow_name": t.Flow, "metaflow.run_id": t.RunID, "metaflow.step_name": t.Step,
			"metaflow.task_id": t.TaskID, "metaflow.retry_count": strconv.Itoa(t.Attempt), "metaflow.version": "spindle-" + b.opts.Version,
		},
	}
	in.Tags = s.tags(in.Parameters)
	over := &types.ContainerOverrides{Command: command, Environment: b.variables(), ResourceRequirements: s.requirements()}
	if j.record.Nodes == 0 {
		in.ContainerOverrides = over
		return in
	}
	in.NodeOverrides = &types.NodeOverrides{NodePropertyOverrides: []types.NodePropertyOverride{{TargetNodes: aws.String("0:0"), ContainerOverrides: over}}}
	if j.record.Nodes > 1 {
		rest := *over
		rest.Command = ofNode(command, j.nodes[0].paths)
		in.NodeOverrides.NodePropertyOverrides = append(in.NodeOverrides.NodePropertyOverrides,
			types.NodePropertyOverride{TargetNodes: aws.String(others(j.record.Nodes)), ContainerOverrides: &rest})
	}
	return in
}

// variables are those of the container: few, because their room is small. What the helper and the step need is in the job's document.
func (b *Batch) variables() []types.KeyValuePair {
	var list []types.KeyValuePair
	for _, name := range slices.Sorted(maps.Keys(b.opts.Container)) {
		list = append(list, types.KeyValuePair{Name: aws.String(name), Value: aws.String(b.opts.Container[name])})
	}
	return list
}

// requirements are what a container gets. A whole number of CPUs is written without a fraction: Batch takes no other on EC2.
func (s *Step) requirements() []types.ResourceRequirement {
	list := []types.ResourceRequirement{
		{Type: types.ResourceTypeVcpu, Value: aws.String(strconv.FormatFloat(s.CPU, 'g', 6, 64))},
		{Type: types.ResourceTypeMemory, Value: aws.String(strconv.Itoa(s.Memory))},
	}
	if s.GPU > 0 {
		list = append(list, types.ResourceRequirement{Type: types.ResourceTypeGpu, Value: aws.String(strconv.Itoa(s.GPU))})
	}
	return list
}

// tags are those of a job, nil where none are wanted.
func (s *Step) tags(parameters map[string]string) map[string]string {
	if !s.Tag {
		return nil
	}
	tags := map[string]string{"app": "metaflow"}
	for _, key := range []string{"metaflow.flow_name", "metaflow.run_id", "metaflow.step_name", "metaflow.version", "metaflow.user"} {
		tags[key] = notInTag.ReplaceAllString(fmt.Sprintf("%.256s", parameters[key]), "")
	}
	maps.Copy(tags, s.Tags)
	return tags
}

// ofNode makes of the command of the first node that of the others: each finds its own job by its number.
func ofNode(command []string, first remote.Paths) []string {
	own := slices.Clone(command)
	at := slices.Index(own, first.Job().String())
	dir, attempt := filepath.Split(first.Folder.Key)
	place := first.Folder
	place.Key = strings.TrimSuffix(dir, "/") + "_node_@NODE@/" + attempt
	own[at] = place.Join("job.json").String()
	own[2] = `j="${1%%@NODE@*}$AWS_BATCH_JOB_NODE_INDEX${1#*@NODE@}"; shift; set -- "$j" "$@"; ` + own[2]
	return own
}

// submit submits the job once. A submission whose answer was lost is looked for.
func (b *Batch) submit(ctx context.Context, j *job, in *sdk.SubmitJobInput) error {
	given := func(id string) { j.record.Job = id }
	return b.submits.do(ctx, "submit job "+j.record.Name, func(ctx context.Context) error {
		out, err := b.api.SubmitJob(context.WithoutCancel(ctx), in) // ended halfway, nobody knows whether it was heard
		if err == nil {
			given(aws.ToString(out.JobId))
		}
		return err
	}, func(ctx context.Context) (bool, error) {
		j.unsure = true
		for range 2 {
			if err := b.clock.Sleep(ctx, b.opts.Tempo.Settle); err != nil {
				return false, err
			}
			ids, err := b.named(ctx, j.record)
			if err != nil {
				return false, err
			}
			if len(ids) > 0 {
				given(ids[0])
				return true, nil
			}
		}
		return false, nil
	})
}

// named are the ids of the jobs of a name: none, one, or more where a submission came late.
func (b *Batch) named(ctx context.Context, r Record) ([]string, error) {
	in := &sdk.ListJobsInput{JobQueue: aws.String(r.Queue), Filters: []types.KeyValuesPair{{Name: aws.String("JOB_NAME"), Values: []string{r.Name}}}}
	var ids []string
	for {
		var out *sdk.ListJobsOutput
		err := b.describes.do(ctx, "look for job "+r.Name, func(ctx context.Context) (err error) {
			out, err = b.api.ListJobs(ctx, in)
			return err
		}, nil)
		if err != nil {
			return nil, err
		}
		for _, job := range out.JobSummaryList {
			if aws.ToString(job.JobName) == r.Name {
				ids = append(ids, aws.ToString(job.JobId))
			}
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return ids, nil
		}
	}
}

// twins ends what an unsure submission may have left besides.
func (b *Batch) twins(ctx context.Context, j *job) {
	if !j.unsure {
		return
	}
	ids, err := b.named(ctx, j.record)
	if err != nil {
		return // what it does is not taken: the first outcome counts
	}
	for _, id := range ids {
		if id != j.record.Job {
			_ = b.terminate(ctx, id, "it was submitted twice")
		}
	}
}

// end ends a job.
func (b *Batch) end(ctx context.Context, j *job, why string) error {
	if !j.claimEnd() {
		return nil
	}
	return b.terminate(ctx, j.record.Job, why)
}

func (b *Batch) terminate(ctx context.Context, id, why string) error {
	return b.ends.do(ctx, "end job "+id, func(ctx context.Context) error {
		_, err := b.api.TerminateJob(ctx, &sdk.TerminateJobInput{JobId: aws.String(id), Reason: aws.String(killReason + why)})
		return err
	}, nil)
}

// claimEnd says, to the first who asks, that the job is to be ended.
func (j *job) claimEnd() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ending || j.terminal != nil {
		return false
	}
	j.ending = true
	return true
}

func (j *job) isEnding() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ending
}
