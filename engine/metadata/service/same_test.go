package service_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/tests/metaservice"
)

// seen is all that readers get of one history.
type seen struct {
	Flows, Runs, Steps, Tasks []metadata.Object
	Run                       metadata.Object
	Records                   map[string][]metadata.Record
	Artifacts                 map[string][]metadata.ArtifactRecord
	Fields                    map[string]metadata.Record
	Tags                      metadata.Tags
	Missing                   []bool
}

// TestSameAsLocal writes one history into a folder and into a service: readers see the same.
func TestSameAsLocal(t *testing.T) {
	for _, version := range []string{"2.5.0", "2.3.0"} {
		_, remote := start(t, metaservice.Options{Version: version})
		local := metadata.NewLocal(t.TempDir()+"/.metaflow", metadata.Options{User: "ann"})
		want, got := history(t, local), history(t, remote)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreTypes(time.Time{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("local, service %s:\n%s", version, diff)
		}
	}
}

// plain takes from objects what must differ: the run's id and the mark of its start.
func plain(run string, list []metadata.Object) {
	for i := range list {
		o := &list[i]
		o.Tags.System = withoutStart(o.Tags.System)
		if o.Run == run {
			o.Run = "R"
		}
	}
	slices.SortFunc(list, func(a, b metadata.Object) int { return strings.Compare(a.Run+a.Step+a.Task, b.Run+b.Step+b.Task) })
}

func withoutStart(tags []string) []string {
	return slices.DeleteFunc(slices.Clone(tags), func(tag string) bool { return strings.HasPrefix(tag, "spindle_start:") })
}

func history(t *testing.T, p metadata.Provider) seen {
	t.Helper()
	ctx := t.Context()
	run := must[string](t)(p.NewRun(ctx, "F", tags))
	id := func(step, task string) metadata.TaskID {
		return metadata.TaskID{Flow: "F", Run: run, Step: step, Task: task}
	}
	attempt(t, p, id("start", "t-1"), 0, true)
	attempt(t, p, id("each", "t-2"), 0, false)
	attempt(t, p, id("each", "t-2"), 1, true)
	ok(t, p.RegisterTask(ctx, id("each", "t-3"), tags)) // never finished
	ok(t, p.RegisterTask(ctx, id("each", "t-3"), tags))
	s := seen{Records: map[string][]metadata.Record{}, Artifacts: map[string][]metadata.ArtifactRecord{}}
	created := must[bool](t)(p.RegisterRun(ctx, "F", "named", tags))
	again := must[bool](t)(p.RegisterRun(ctx, "F", "named", tags))
	s.Missing = append(s.Missing, created, again)
	s.Tags = must[metadata.Tags](t)(p.MutateTags(ctx, "F", run, []string{"a", "user:ann"}, []string{"nightly"}))
	s.Flows = must[[]metadata.Object](t)(p.Flows(ctx))
	s.Runs = must[[]metadata.Object](t)(p.Runs(ctx, "F"))
	s.Run = must[metadata.Object](t)(p.Run(ctx, "F", run))
	s.Steps = must[[]metadata.Object](t)(p.Steps(ctx, "F", run))
	s.Tasks = must[[]metadata.Object](t)(p.Tasks(ctx, "F", run, "each"))
	for _, of := range []struct {
		task    metadata.TaskID
		attempt int
	}{{id("start", "t-1"), metadata.Latest}, {id("each", "t-2"), metadata.Latest}, {id("each", "t-2"), 0}, {id("each", "t-3"), metadata.Latest}} {
		name := of.task.Task + "/" + string(rune('0'+of.attempt+1))
		s.Records[name] = must[[]metadata.Record](t)(p.Metadata(ctx, of.task, of.attempt))
		s.Artifacts[name] = must[[]metadata.ArtifactRecord](t)(p.Artifacts(ctx, of.task, of.attempt))
	}
	s.Fields = must[map[string]metadata.Record](t)(p.Fields(ctx, id("each", "t-2"), "attempt_ok", "nothing", "attempt"))
	one := must[metadata.ArtifactRecord](t)(p.Artifact(ctx, id("each", "t-2"), metadata.Latest, "x"))
	s.Artifacts["one"] = []metadata.ArtifactRecord{one}
	for _, list := range [][]metadata.Object{s.Flows, s.Runs, s.Steps, s.Tasks} {
		plain(run, list)
	}
	s.Tags.System = withoutStart(s.Tags.System)
	single := []metadata.Object{s.Run}
	plain(run, single)
	s.Run = single[0]
	for _, records := range s.Records {
		slices.SortFunc(records, func(a, b metadata.Record) int {
			return strings.Compare(fmt.Sprint(a.Field, a.Value, a.Tags), fmt.Sprint(b.Field, b.Value, b.Tags))
		})
		for i := range records {
			records[i].Raw = nil // the service keeps texts
		}
	}
	_, errRun := p.Run(ctx, "F", "nobody")
	_, errFlow := p.Flow(ctx, "Nothing")
	_, errTask := p.Task(ctx, id("each", "t-9"))
	_, errRecords := p.Metadata(ctx, id("each", "t-9"), metadata.Latest)
	_, errArt := p.Artifact(ctx, id("start", "t-1"), metadata.Latest, "z")
	_, errTags := p.MutateTags(ctx, "F", "nobody", []string{"a"}, nil)
	_, errName := p.Run(ctx, "F", "../x")
	for _, err := range []error{errRun, errFlow, errTask, errRecords, errArt, errTags, errName} {
		s.Missing = append(s.Missing, errors.Is(err, metadata.ErrNotFound))
	}
	_, errSystem := p.MutateTags(ctx, "F", run, nil, []string{"user:ann"})
	_, errNone := p.MutateTags(ctx, "F", run, nil, nil)
	for _, err := range []error{errSystem, errNone} {
		var refused *metadata.TagError
		s.Missing = append(s.Missing, errors.As(err, &refused))
	}
	none, err := p.Runs(context.Background(), "Nothing")
	s.Missing = append(s.Missing, len(none) == 0 && err == nil)
	return s
}
