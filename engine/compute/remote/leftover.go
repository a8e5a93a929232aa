package remote

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/objects"
)

// Abandoned is how long a run may have been silent until its jobs count as over, whatever became of it. No job waits or runs that long.
const Abandoned = 30 * 24 * time.Hour

// Judge knows what the bucket's jobs alone do not tell.
type Judge struct {
	// Before is the time after which nothing may have been written of a run whose jobs go, Now is that of asking.
	Before, Now time.Time
	// Ended says that a run has ended and has no open jobs: that is known where it was started. It may be nil.
	Ended func(run string) bool
	// Done says that a task's values are in the store, done, Kept that the store has values of a run at all.
	Done func(a Attempt) (bool, error)
	Kept func(run string) (bool, error)
}

// Leftover are the objects of jobs that nobody needs any more.
type Leftover struct {
	Places []objects.Place // of one bucket
	Bytes  int64
}

// jobsOf is what there is of a run's jobs.
type jobsOf struct {
	run     string
	objects []objects.Info
	newest  time.Time
	tasks   map[Attempt]bool // each with the number 0
}

// FindLeftover finds the objects of a flow's jobs that can go: those of runs of which nothing was written for a while, and whose tasks are all done, or which
// have ended, or have been silent for long. Else a job may still wait or run, or a resume take over what it left. One job of a run stays as long as the store
// has values of it: it names the code package, and tells containers whose run it was.
func FindLeftover(ctx context.Context, c *objects.Client, root objects.Place, flow string, judge Judge) (*Leftover, error) {
	runs, err := listJobs(ctx, c, root, flow)
	if err != nil {
		return nil, fmt.Errorf("list the jobs of %q: %w", flow, err)
	}
	found := &Leftover{}
	for _, r := range runs {
		over, err := judge.over(ctx, r)
		if err == nil && over {
			err = found.add(r, judge)
		}
		if err != nil {
			return nil, fmt.Errorf("judge the jobs of run %s/%s: %w", flow, r.run, err)
		}
	}
	return found, nil
}

// listJobs are the jobs of a flow by run.
func listJobs(ctx context.Context, c *objects.Client, root objects.Place, flow string) ([]*jobsOf, error) {
	var runs []*jobsOf
	prefix := RunPrefix(root, flow, "")
	prefix.Key = strings.TrimSuffix(prefix.Key, "/") + "/"
	err := c.List(ctx, prefix, false, func(page objects.Page) error {
		for _, o := range page.Objects {
			run, rest, _ := strings.Cut(strings.TrimPrefix(o.Key, prefix.Key), "/")
			if len(runs) == 0 || runs[len(runs)-1].run != run { // keys come in order
				runs = append(runs, &jobsOf{run: run, tasks: map[Attempt]bool{}})
			}
			runs[len(runs)-1].add(flow, o, rest)
		}
		return nil
	})
	return runs, err
}

func (r *jobsOf) add(flow string, o objects.Info, rest string) {
	r.objects = append(r.objects, o)
	if o.Modified.After(r.newest) {
		r.newest = o.Modified
	}
	if parts := strings.Split(rest, "/"); len(parts) == 4 {
		r.tasks[Attempt{Flow: flow, Run: r.run, Step: parts[0], Task: parts[1]}] = true
	}
}

// over says whether nobody waits for the jobs of a run.
func (j *Judge) over(ctx context.Context, r *jobsOf) (bool, error) {
	switch {
	case r.newest.After(j.Before):
		return false, nil
	case j.Ended != nil && j.Ended(r.run), j.Now.Sub(r.newest) > Abandoned:
		return true, nil
	}
	g, _ := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for task := range r.tasks {
		g.Go(func() error {
			done, err := j.Done(task)
			if err == nil && !done {
				err = errWaiting
			}
			return err
		})
	}
	err := g.Wait()
	if errors.Is(err, errWaiting) {
		return false, nil
	}
	return err == nil, err
}

// errWaiting says that a task is not done.
var errWaiting = errors.New("not done")

func (l *Leftover) add(r *jobsOf, judge Judge) error {
	kept, err := judge.Kept(r.run)
	if err != nil {
		return err
	}
	if kept {
		if at := slices.IndexFunc(r.objects, func(o objects.Info) bool { return strings.HasSuffix(o.Key, "/job.json") }); at >= 0 {
			r.objects = slices.Delete(r.objects, at, at+1)
		}
	}
	for _, o := range r.objects {
		l.Places, l.Bytes = append(l.Places, o.Place), l.Bytes+o.Size
	}
	return nil
}

// Remove removes them.
func (l *Leftover) Remove(ctx context.Context, c *objects.Client) error {
	if len(l.Places) == 0 {
		return nil
	}
	keys := make([]string, len(l.Places))
	for i, p := range l.Places {
		keys[i] = p.Key
	}
	if err := c.Delete(ctx, l.Places[0].Bucket, keys); err != nil {
		return fmt.Errorf("remove what ended jobs have left: %w", err)
	}
	return nil
}
