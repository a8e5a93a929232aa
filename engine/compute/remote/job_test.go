package remote_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/worker"
)

// A job has nothing of the machine it comes from: no folders, and inputs that were in a file.
func TestNewJob(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "inputs.ndjson")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	enc := json.NewEncoder(f)
	for _, id := range []string{"R/a/1", "R/a/2"} {
		if err := enc.Encode(worker.Input{Pathspec: id, Step: "a", Artifacts: map[string]worker.Ref{"x": {Key: "k"}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	task := worker.Task{
		Flow: "F", RunID: "R", Step: "j", TaskID: "3", Attempt: 1, Source: filepath.Join(dir, "p", "flow.py"), InputsFile: file, InputCount: 2,
		Scratch: "/dev/shm/x", Spill: "/y", TempDir: "/z",
	}
	job, err := remote.NewJob(compute.Spec{Task: &task, Timeout: time.Minute, LogLimit: 7}, dir)
	if err != nil {
		t.Fatal(err)
	}
	got := job.Task
	if got.Source != "p/flow.py" || len(got.Inputs) != 2 || got.Inputs[1].Artifacts["x"].Key != "k" || got.InputsFile+got.Scratch+got.Spill+got.TempDir != "" ||
		job.Timeout != time.Minute || job.LogLimit != 7 {
		t.Errorf("job %+v", job)
	}
	paths := job.Attempt().In(objects.Place{Bucket: "b", Key: "root"})
	if want := "s3://b/root/F/_spindle/jobs/R/j/3/1/job.json"; paths.Job().String() != want {
		t.Errorf("the job is at %s, want %s", paths.Job(), want)
	}
	if back, err := remote.PathsOf(paths.Job()); err != nil || back != paths {
		t.Errorf("paths of the job: %v, %v", back, err)
	}
	if _, err := remote.NewJob(compute.Spec{Task: &task}, filepath.Join(dir, "q")); err == nil || !strings.Contains(err.Error(), "not in the folder") {
		t.Errorf("a flow elsewhere: %v", err)
	}
	task.InputsFile += "x"
	if _, err := remote.NewJob(compute.Spec{Task: &task}, dir); err == nil || !strings.Contains(err.Error(), "inputs of task j/3") {
		t.Errorf("no inputs: %v", err)
	}
}
