//go:build !e2e

package scheduled

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/cache"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/engine/history/stored"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/scheduled"
	"github.com/spindle-flow/spindle/tests/metaservice"
)

// readAll prints what the real client finds in a run of All.
const readAll = `
import sys
from metaflow import Run, namespace
namespace(None)
r = Run("All/" + sys.argv[1])
d = r.data
print(r.finished, r.successful, sorted(t for t in r.system_tags if "version" not in t and "start" not in t), sorted(r.user_tags))
print(d.seen["run"], d.seen["task"], d.seen["retry"], d.seen["namespace"], d.seen["tags"], d.seen["production"], d.seen["user"], d.seen["variable"], d.seen["coordinates"])
print(d.url.endswith("/data/All/" + sys.argv[1] + "/key"), d.read, d.depth, d.metric, d.first, d.alpha, d.made)
print(repr(r["end"].task.stdout), r["start"].task.metadata_dict.get("aws-batch-job-id"), r["start"].task.metadata_dict.get("aws-step-functions-execution"))
`

// What belongs to the deployment, what to the execution and what to the task is what steps see and the real client reads.
func TestAll(t *testing.T) {
	service := metaservice.Start(t, metaservice.Options{})
	w := newWorld(t, bucket(t), service, "flows")
	token := "production:all-0-abcd"
	d, boot := w.deploy("all.py", map[string]any{"production": true}, nil)
	d.Token, d.Tags, d.Namespace, d.Execution = "all-0-abcd", []string{"nightly"}, &token, []string{"aws-step-functions-execution"}
	s := w.newScheduler(d, boot, "first", `{"Alpha": 7}`)
	if err := s.run(); err != nil {
		t.Fatalf("%v\n%s", err, s.text())
	}
	want := []string{
		"True True ['production:all-0-abcd', 'project:scheduled_tests', 'project_branch:prod', 'runtime:step-functions'] ['nightly']",
		"sfn-first t 0 production:all-0-abcd ['nightly'] (True, 'scheduled_tests.prod.All') tester sfn-first []",
		"True from a container 3 mape one 7 made for made by tester",
		`'alpha 7 made for made by tester\n' job-start first`,
	}
	got := strings.Split(strings.TrimSpace(w.peer("-c", readAll, "sfn-first")), "\n")
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Errorf("the real client reads\n%s\nwant\n%s", strings.Join(got, "\n"), want[i])
		}
	}
	for _, task := range service.Runs("All")[0].Tasks {
		if !strings.Contains(task.Pathspec, "_parameters") && task.Beats == 0 {
			t.Errorf("task %s has shown no sign of life", task.Pathspec)
		}
	}
	if code, out := w.command(nil, binary, "logs", "All/sfn-first/end"); code != 0 || !strings.Contains(out, "alpha 7 made for made by tester") {
		t.Errorf("spindle logs: %d %s", code, out)
	}
	if code, out := w.command(nil, binary, "runs", "All"); code != 0 || !strings.Contains(out, "sfn-first") || !strings.Contains(out, "done") {
		t.Errorf("spindle runs: %d %s", code, out)
	}
}

// watch runs a container and calls first once it has printed its first line.
func (s *scheduler) watch(cmd *exec.Cmd, first func(cmd *exec.Cmd)) ended {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return ended{code: -2, output: err.Error()}
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return ended{code: -2, output: err.Error()}
	}
	line := make([]byte, 1)
	n, _ := out.Read(line)
	first(cmd)
	rest, _ := io.ReadAll(out)
	_ = cmd.Wait()
	return ended{code: cmd.ProcessState.ExitCode(), output: string(line[:n]) + string(rest)}
}

// Runs without a metadata service: ends of all kinds, as the store shows them.
func TestEnds(t *testing.T) {
	w := newWorld(t, bucket(t), nil, "flows")
	d, boot := w.deploy("all.py", map[string]any{}, nil)

	t.Run("done", func(t *testing.T) {
		s := w.newScheduler(d, boot, "done", `{}`)
		if err := s.run(); err != nil {
			t.Fatalf("%v\n%s", err, s.text())
		}
		if again := s.wait(s.container("start", "", 0, "")); again.code != 0 || !strings.Contains(again.output, "is done already (attempt 0)") {
			t.Errorf("started again: %+v", again)
		}
		summary := w.judge(t, "sfn-done")
		if summary.State != history.Done || summary.User != "tester" {
			t.Errorf("history: %+v", summary)
		}
	})

	t.Run("wrong parameters", func(t *testing.T) {
		s := w.newScheduler(d, boot, "wrong", `{"alpha": "many", "beta": 1}`)
		end := s.wait(s.container("start", "", 0, ""))
		if end.code != remote.ExitFailed || !strings.Contains(end.output, `does not have: "beta"; it has alpha, how, made, words`) {
			t.Errorf("ended %+v", end)
		}
		again := s.wait(s.container("start", "", 0, ""))
		if again.code != remote.ExitFailed || !strings.Contains(again.output, "another would not better") {
			t.Errorf("again %+v", again)
		}
		s = w.newScheduler(d, boot, "type", `{"alpha": "many"}`)
		if end := s.wait(s.container("start", "", 0, "")); end.code != remote.ExitFailed || !strings.Contains(end.output, `parameter "alpha": 'many' is not a valid integer`) {
			t.Errorf("ended %+v", end)
		}
		if summary := w.judge(t, "sfn-type"); summary.State != history.Failed || summary.FailedStep != "start" {
			t.Errorf("history: %+v", summary)
		}
	})

	t.Run("stopped", func(t *testing.T) {
		s := w.newScheduler(d, boot, "stopped", `{"how": "wait"}`)
		end := s.watch(s.container("start", "", 0, ""), func(cmd *exec.Cmd) { _ = cmd.Process.Signal(syscall.SIGTERM) })
		if end.code != remote.ExitFailed || !strings.Contains(end.output, "was interrupted: the container was stopped (terminated)") {
			t.Errorf("ended %+v", end)
		}
		if again := s.wait(s.container("start", "", 0, "")); again.code != 0 || !strings.Contains(again.output, "begun 1") {
			t.Errorf("again %+v", again)
		}
	})

	t.Run("too often", func(t *testing.T) {
		s := w.newScheduler(d, boot, "often", `{"how": "raise"}`)
		for i := range artifact.MaxAttempts {
			if end := s.wait(s.container("start", "", 0, "")); end.code != remote.ExitFailed || !strings.Contains(end.output, fmt.Sprintf("attempt %d failed: ValueError", i)) {
				t.Fatalf("attempt %d: %+v", i, end)
			}
		}
		if end := s.wait(s.container("start", "", 0, "")); end.code != remote.ExitHelper || !strings.Contains(end.output, "has begun 6 attempts") {
			t.Errorf("ended %+v", end)
		}
	})

	t.Run("not told", func(t *testing.T) {
		s := w.newScheduler(d, boot, "untold", "")
		cmd := s.container("start", "", 0, "")
		for i, entry := range cmd.Env {
			if strings.HasPrefix(entry, scheduled.EnvExecution) {
				cmd.Env[i] = "NOTHING=1"
			}
		}
		if end := s.wait(cmd); end.code != remote.ExitHelper || !strings.Contains(end.output, "SPINDLE_EXECUTION is not set") {
			t.Errorf("ended %+v", end)
		}
		if err := w.client.Put(context.Background(), s.place, []byte(`{"version": 1}`), objects.PutOptions{}); err != nil {
			t.Fatal(err)
		}
		if end := s.wait(s.container("start", "", 0, "")); end.code != remote.ExitHelper || !strings.Contains(end.output, "was changed after it was sent") {
			t.Errorf("ended %+v", end)
		}
	})
}

// judge is how a run stands for those who have only the store.
func (w *world) judge(t *testing.T, run string) history.RunSummary {
	t.Helper()
	store := artifact.OpenRemote(artifact.Remote{
		Client: w.client, Root: w.root, Cache: cache.Open(t.TempDir(), 1<<20, time.Now), Folder: t.TempDir(),
	}, artifact.Options{})
	meta := stored.New(store, stored.Options{Known: scheduled.KnownRuns(w.client, w.root)})
	reader := history.New(store, meta, history.Options{Flow: "All", Dir: t.TempDir(), User: "tester", Now: time.Now})
	summary, err := reader.Run(context.Background(), "All", run)
	if err != nil {
		t.Fatal(err)
	}
	return summary
}
