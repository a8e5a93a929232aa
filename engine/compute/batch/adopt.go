package batch

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
)

// load takes over the open jobs of the origin: from now on they are on record as this run's, so that whatever becomes of it finds them. Called with
// mu held.
func (b *Batch) load() error {
	if b.loaded || b.opts.Origin == "" {
		return nil
	}
	path := JournalFile(b.opts.Folder, b.opts.Flow, b.opts.Origin)
	records, err := OpenJobs(path)
	if err != nil {
		return err
	}
	b.loaded, b.origin = true, map[string]Record{}
	if len(records) == 0 {
		return nil
	}
	old := NewJournal(path)
	for i, r := range records {
		keep := b.journal.Ask
		if i < len(records)-1 {
			keep = b.journal.note // the last one is waited for, and with it all
		}
		if err := keep(r); err != nil {
			return err
		}
		b.origin[r.Place] = r
	}
	for _, r := range records {
		if err := old.Over(r.Name); err != nil {
			return errors.Join(err, old.Close())
		}
	}
	return old.Close()
}

// take is the origin's open job at a place, once.
func (b *Batch) take(place string) (Record, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, ok := b.origin[place]
	delete(b.origin, place)
	return r, ok
}

// adopt makes j the job that the origin left at the same place, if it runs or has succeeded. One that failed is submitted anew, as any failed task is in
// a resumed run.
func (b *Batch) adopt(ctx context.Context, j *job, spec compute.Spec) bool {
	r, ok := b.take(placeOf(spec.Task))
	if !ok {
		return false
	}
	n := j.nodes[0]
	usable, err := b.usable(ctx, &r, j.step)
	if err != nil || !usable {
		if err == nil {
			err = b.journal.Over(r.Name)
		}
		if err != nil { // it stays on record; better a second job than none
			n.tell(b.clock.Now(), "The job %s of the run that is resumed cannot be taken over: %v", or(r.Job, r.Name), err)
		}
		return false
	}
	paths, err := parsePaths(r.Folder)
	if err != nil {
		return false
	}
	j.record = r
	n.paths = paths
	n.attempt = remote.Attempt{Flow: b.opts.Flow, Run: r.Run, Step: r.Step, Task: r.Task, Number: r.Attempt}
	if err := b.journal.Given(r.Name, r.Job); err != nil {
		return false
	}
	n.tell(b.clock.Now(), "Task goes on as the job that run %s submitted.", r.Run)
	b.watcher.add(j)
	return true
}

// usable says whether a job of the origin can be waited for; what cannot be is ended. It fills in an id that was not heard.
func (b *Batch) usable(ctx context.Context, r *Record, s *Step) (bool, error) {
	if r.Job == "" {
		ids, err := b.named(ctx, *r)
		if err != nil || len(ids) == 0 {
			return false, err
		}
		r.Job = ids[0]
	}
	if b.opts.Again[r.Step] || r.Nodes > 0 {
		return false, b.terminate(ctx, r.Job, "its step runs again")
	}
	paths, err := parsePaths(r.Folder)
	if err != nil {
		return false, err
	}
	detail, err := b.describe(ctx, r.Job) // first: a job that has ended has left what it leaves
	if err != nil {
		return false, err
	}
	if o, err := remote.ReadOutcome(ctx, b.opts.Objects, paths); err != nil || o != nil {
		return err == nil && outcomeOf(o).Succeeded(), err
	}
	return detail != nil && detail.Status != types.JobStatusFailed && detail.Status != types.JobStatusSucceeded, nil
}

// describe asks for one job; nil where Batch does not know it.
func (b *Batch) describe(ctx context.Context, id string) (*types.JobDetail, error) {
	var out *sdk.DescribeJobsOutput
	err := b.describes.do(ctx, "describe job "+id, func(ctx context.Context) (err error) {
		out, err = b.api.DescribeJobs(ctx, &sdk.DescribeJobsInput{Jobs: []string{id}})
		return err
	}, nil)
	if err != nil {
		return nil, err
	}
	for i, j := range out.Jobs {
		if aws.ToString(j.JobId) == id {
			return &out.Jobs[i], nil
		}
	}
	return nil, nil
}

// endLeft ends the origin's jobs that this run did not come to.
func (b *Batch) endLeft(ctx context.Context) error {
	b.mu.Lock()
	var left []Record
	for _, r := range b.origin {
		left = append(left, r)
	}
	b.origin = nil
	b.mu.Unlock()
	var failed error
	for _, r := range left {
		ids := []string{r.Job}
		if r.Job == "" {
			var err error
			if ids, err = b.named(ctx, r); err != nil {
				failed = errors.Join(failed, err)
				continue
			}
		}
		var err error
		for _, id := range ids {
			err = errors.Join(err, b.terminate(ctx, id, "the run that was resumed did not come to it"))
		}
		if err == nil {
			err = b.journal.Over(r.Name)
		}
		failed = errors.Join(failed, err)
	}
	return failed
}
