package remote_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
)

// shelf is an object store that lists and deletes.
type shelf struct {
	objects.Requests // whatever else is called is a fault of the test
	ages             map[string]time.Duration
	now              time.Time
}

func (s *shelf) List(_ context.Context, p objects.Place, opts objects.ListOptions) (objects.Page, error) {
	var page objects.Page
	for _, key := range slices.Sorted(maps.Keys(s.ages)) {
		if !strings.HasPrefix(key, p.Key) || key <= opts.Token {
			continue
		}
		if len(page.Objects) == 2 { // pages end anywhere
			page.Next = page.Objects[1].Key
			break
		}
		page.Objects = append(page.Objects, objects.Info{Place: objects.Place{Bucket: p.Bucket, Key: key}, Size: 10, Modified: s.now.Add(-s.ages[key])})
	}
	return page, nil
}

func (s *shelf) Delete(_ context.Context, _ string, keys []string) error {
	for _, key := range keys {
		delete(s.ages, key)
	}
	return nil
}

// What jobs have left goes when nobody waits for it, and not before.
func TestLeftover(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		ages  map[string]time.Duration // below root/F/_spindle/jobs/
		done  []string
		ended bool
		gone  bool // of the run's values
		want  []string
	}{
		"all done":      {map[string]time.Duration{"1/a/1/0/job.json": 3 * day, "1/a/1/0/outcome.json": 2 * day, "1/b/2/0/beat": 2 * day, "1/b/2/0/job.json": 3 * day}, []string{"a/1", "b/2"}, false, false, []string{"1/a/1/0/outcome.json", "1/b/2/0/beat", "1/b/2/0/job.json"}},
		"values gone":   {map[string]time.Duration{"1/a/1/0/job.json": 3 * day, "1/a/1/0/outcome.json": 2 * day}, []string{"a/1"}, false, true, []string{"1/a/1/0/job.json", "1/a/1/0/outcome.json"}},
		"one waits":     {map[string]time.Duration{"1/a/1/0/job.json": 3 * day, "1/b/2/0/job.json": 3 * day}, []string{"a/1"}, false, false, nil},
		"it has ended":  {map[string]time.Duration{"1/a/1/0/job.json": 3 * day, "1/b/2/0/job.json": 3 * day}, []string{"a/1"}, true, false, []string{"1/b/2/0/job.json"}},
		"one runs":      {map[string]time.Duration{"1/a/1/0/job.json": 3 * day, "1/b/2/0/beat": time.Minute, "1/b/2/0/job.json": 3 * day}, []string{"a/1", "b/2"}, true, false, nil},
		"long silent":   {map[string]time.Duration{"1/a/1/0/beat": 31 * day, "1/a/1/0/job.json": 31 * day}, nil, false, false, []string{"1/a/1/0/beat"}},
		"silent a week": {map[string]time.Duration{"1/a/1/0/beat": 7 * day, "1/a/1/0/job.json": 7 * day}, nil, false, false, nil},
		"two runs": {map[string]time.Duration{"1/a/1/0/job.json": 3 * day, "1/a/1/0/out.000000": 3 * day, "12/a/1/0/job.json": time.Hour, "12/a/1/0/out.000000": time.Hour},
			[]string{"a/1"}, false, false, []string{"1/a/1/0/out.000000"}},
		"none": {},
	} {
		s := &shelf{ages: map[string]time.Duration{"root/F/1/a/1/0.data.json": 9 * day, "root/G/_spindle/jobs/1/a/1/0/beat": 9 * day}, now: time.Now()}
		for key, age := range c.ages {
			s.ages["root/F/_spindle/jobs/"+key] = age
		}
		client := objects.New(s, objects.Options{})
		before := len(s.ages)
		found, err := remote.FindLeftover(t.Context(), client, objects.Place{Bucket: "b", Key: "root"}, "F", remote.Judge{
			Before: s.now.Add(-day), Now: s.now,
			Ended: func(string) bool { return c.ended },
			Done:  func(a remote.Attempt) (bool, error) { return slices.Contains(c.done, a.Step+"/"+a.Task), nil },
			Kept:  func(string) (bool, error) { return !c.gone, nil },
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, p := range found.Places {
			got = append(got, strings.TrimPrefix(p.Key, "root/F/_spindle/jobs/"))
		}
		if diff := cmp.Diff(c.want, got); diff != "" || found.Bytes != int64(10*len(got)) {
			t.Errorf("%s: %d bytes (-want +got):\n%s", name, found.Bytes, diff)
		}
		if err := found.Remove(t.Context(), client); err != nil || len(s.ages) != before-len(got) {
			t.Errorf("%s: %v; %d objects are left of %d", name, err, len(s.ages), before)
		}
	}
}

// Nothing goes where it cannot be told whether a task is done.
func TestLeftoverUnknown(t *testing.T) {
	t.Parallel()
	s := &shelf{ages: map[string]time.Duration{"F/_spindle/jobs/1/a/1/0/job.json": 48 * time.Hour}, now: time.Now()}
	lost := errors.New("no answer")
	_, err := remote.FindLeftover(t.Context(), objects.New(s, objects.Options{}), objects.Place{Bucket: "b"}, "F", remote.Judge{
		Before: s.now.Add(-24 * time.Hour), Now: s.now, Done: func(remote.Attempt) (bool, error) { return false, lost },
		Kept: func(string) (bool, error) { return true, nil },
	})
	if !errors.Is(err, lost) || !strings.Contains(err.Error(), "run F/1") {
		t.Errorf("%v", err)
	}
}
