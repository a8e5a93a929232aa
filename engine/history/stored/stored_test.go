package stored_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/history/stored"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// values makes a store with the run F/1795219783672502: a task that is done at its second attempt, and one that has only begun.
func values(t *testing.T) *artifact.Store {
	t.Helper()
	s := artifact.Open(t.TempDir()+"/.metaflow", artifact.Options{})
	ctx := context.Background()
	yes, err := s.PutBytes(ctx, "F", []byte{0x80, 0x04, 0x88, '.'})
	if err != nil {
		t.Fatal(err)
	}
	done := artifact.Task{Flow: "F", Run: "1795219783672502", Step: "start", Task: "1"}
	data := artifact.Data{Objects: artifact.Objects{"_task_ok": {Key: yes, Info: artifact.Info{Size: 4, Type: "<class 'bool'>", Encoding: "pickle-v4"}}}}
	for _, err := range []error{
		s.Begin(done, 0), s.Begin(done, 1), s.SaveData(done, 1, data), s.SaveOutcome(done, 1, artifact.Outcome{Success: true}), s.MarkDone(done, 1),
		s.Begin(artifact.Task{Flow: "F", Run: done.Run, Step: "start", Task: "2"}, 0),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestProvider(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tags := metadata.Tags{User: []string{"a"}, System: []string{"user:ann"}}
	p := stored.New(values(t), stored.Options{Known: func(context.Context, string, string) (stored.Known, error) {
		return stored.Known{User: "ann", Tags: tags}, nil
	}})
	flows, err := p.Flows(ctx)
	if err != nil || len(flows) != 1 || flows[0].Flow != "F" {
		t.Errorf("flows %+v, %v", flows, err)
	}
	runs, err := p.Runs(ctx, "F")
	if err != nil || len(runs) != 1 || runs[0].User != "ann" || runs[0].CreatedAt.UnixMicro() != 1795219783672502 {
		t.Fatalf("runs %+v, %v", runs, err)
	}
	tasks, err := p.Tasks(ctx, "F", runs[0].Run, "start")
	if err != nil || len(tasks) != 2 || tasks[0].Task != "1" || tasks[0].CreatedAt.IsZero() || !tasks[0].Tags.Has("user:ann") {
		t.Errorf("tasks %+v, %v", tasks, err)
	}
	id := metadata.TaskID{Flow: "F", Run: runs[0].Run, Step: "start", Task: "1"}
	records, err := p.Metadata(ctx, id, metadata.Latest)
	var found []string
	for _, r := range records {
		found = append(found, r.Tags[0]+" "+r.Field+"="+r.Value)
	}
	slices.Sort(found)
	root := p.Root()
	want := []string{
		"attempt_id:0 attempt=0", "attempt_id:0 ds-root=" + root, "attempt_id:0 ds-type=local", "attempt_id:1 attempt-done=1", "attempt_id:1 attempt=1", "attempt_id:1 attempt_ok=True",
		"attempt_id:1 ds-root=" + root, "attempt_id:1 ds-type=local",
	}
	if diff := cmp.Diff(want, found); diff != "" || err != nil {
		t.Error(err, diff)
	}
	fields, err := p.Fields(ctx, id, "attempt", "nothing")
	if err != nil || len(fields) != 1 || fields["attempt"].Value != "1" {
		t.Errorf("fields %+v, %v", fields, err)
	}
	artifacts, err := p.Artifacts(ctx, id, metadata.Latest)
	if err != nil || len(artifacts) != 1 || artifacts[0].Attempt != 1 || artifacts[0].Name != "_task_ok" {
		t.Errorf("artifacts %+v, %v", artifacts, err)
	}
	id.Task = "2"
	if artifacts, err := p.Artifacts(ctx, id, metadata.Latest); err != nil || len(artifacts) != 0 {
		t.Errorf("of a task that has only begun: %+v, %v", artifacts, err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := stored.New(values(t), stored.Options{})
	_, flow := p.Flow(ctx, "G")
	_, run := p.Run(ctx, "F", "2")
	_, step := p.Step(ctx, "F", "1795219783672502", "end")
	_, task := p.Task(ctx, metadata.TaskID{Flow: "F", Run: "1795219783672502", Step: "start", Task: "9"})
	_, value := p.Artifact(ctx, metadata.TaskID{Flow: "F", Run: "1795219783672502", Step: "start", Task: "1"}, metadata.Latest, "x")
	for name, err := range map[string]error{"flow": flow, "run": run, "step": step, "task": task, "artifact": value} {
		if !errors.Is(err, metadata.ErrNotFound) {
			t.Errorf("a missing %s: %v", name, err)
		}
	}
	_, tags := p.MutateTags(ctx, "F", "1795219783672502", []string{"x"}, nil)
	if !errors.As(tags, new(*metadata.TagError)) {
		t.Errorf("changing tags: %v", tags)
	}
	if _, err := p.NewRun(ctx, "F", metadata.Tags{}); !errors.Is(err, stored.ErrReadOnly) {
		t.Errorf("a new run: %v", err)
	}
}
