package run_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/run"
)

// The crash tests start this test binary again, with a failpoint set, to run a flow; then they look at what is left.

const (
	crashRoot  = "SPINDLE_TEST_CRASH_ROOT"
	crashTells = "SPINDLE_TEST_CRASH_TELLS" // the tasks' values travel in messages
)

func TestMain(m *testing.M) {
	if root := os.Getenv(crashRoot); root != "" {
		os.Exit(crashChild(root))
	}
	os.Exit(m.Run())
}

// Exit codes of the child.
const (
	childDone   = 0
	childFailed = 3 // with the typed error a user can act upon
	childWrong  = 4
)

func crashChild(root string) int {
	if err := disk.EnableFailpoints(os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return childWrong
	}
	cfg, _ := crashFlow(root, os.Getenv(crashTells) != "")
	if os.Getenv("SPINDLE_TEST_RESUME") != "" {
		cfg.Resume = &run.Resume{}
	}
	_, err := run.Run(context.Background(), cfg)
	var storage *run.StorageError
	switch {
	case err == nil:
		return childDone
	case errors.As(err, &storage) && (errors.Is(err, disk.ErrInjected) || errors.Is(err, syscall.ENOSPC)):
		fmt.Fprintf(os.Stderr, "%v; %s\n", err, storage.Remedy())
		return childFailed
	}
	fmt.Fprintln(os.Stderr, err)
	return childWrong
}

// crashFlow is a small flow that notes beside the store which tasks ran, where a killed engine cannot forget it.
func crashFlow(root string, tells bool) (run.Config, *goCompute) {
	items := []string{"a", "b", "c", "d", "e", "f"}
	c := &goCompute{tells: tells, steps: map[string]body{
		"start": func(t *goTask) error { t.set("x", "from start"); t.foreach("work", items...); return note(root, t) },
		"work": func(t *goTask) error {
			t.set("y", "y of "+items[t.index()])
			t.print("working")
			t.to("join")
			return note(root, t)
		},
		"join": func(t *goTask) error { return errors.Join(t.collect("y", "end"), note(root, t)) },
		"end": func(t *goTask) error {
			all, err := t.get(0, "all")
			t.set("result", all)
			return errors.Join(err, note(root, t))
		},
	}}
	cfg := config(root, c, stepOf("start", graph.Foreach, "work"), stepOf("work", graph.Linear, "join"), joinOf("join", "end"), stepOf("end", ""))
	cfg.MaxWorkers = 3
	return cfg, c
}

func note(root string, t *goTask) error {
	f, err := os.OpenFile(filepath.Join(filepath.Dir(root), "ran"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s %s\n", t.spec.RunID, taskKey(t.spec))
	return errors.Join(err, f.Close())
}

// child runs the flow in another process.
func child(t *testing.T, root, failpoint string, resume bool, env ...string) (code int, killed bool, output string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), crashRoot+"="+root, disk.FailpointVariable+"="+failpoint)
	cmd.Env = append(cmd.Env, env...)
	if resume {
		cmd.Env = append(cmd.Env, "SPINDLE_TEST_RESUME=1")
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	return cmd.ProcessState.ExitCode(), status.Signaled() && status.Signal() == syscall.SIGKILL, string(out)
}

// TestCrashAtEveryFailpoint kills the engine at each durable write, a few times each, and lets each fail.
func TestCrashAtEveryFailpoint(t *testing.T) {
	t.Parallel()
	for _, point := range disk.Points() {
		for _, action := range []string{"kill@1", "kill@5", "enospc@2"} {
			t.Run(point+"/"+action, func(t *testing.T) {
				t.Parallel()
				root := storeRoot(t)
				code, killed, out := child(t, root, point+"="+action, false)
				if !killed && code != childDone && code != childFailed {
					t.Fatalf("exit %d:\n%s", code, out)
				}
				if code == childFailed && !strings.Contains(out, "make room on the disk") {
					t.Errorf("the error does not say what would help: %s", out)
				}
				recoverRun(t, root, false)
			})
		}
	}
}

// TestCrashWithValuesInMessages kills the engine where the values of a task are on their way into the store. Those of a flow in Go come in the task's
// last message: no scratch file has them too. Which process has sent it is the same to the engine, so it is no flow in Go that runs here.
func TestCrashWithValuesInMessages(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"run.task.ended", "artifact.blob.before", "artifact.blob.after", "run.task.blobs", "run.task.stored", "run.task.marked"} {
		for _, action := range []string{"kill@5", "enospc@2"} {
			t.Run(point+"/"+action, func(t *testing.T) {
				t.Parallel()
				root := storeRoot(t)
				if code, killed, out := child(t, root, point+"="+action, false, crashTells+"=1"); !killed && code != childFailed {
					t.Fatalf("exit %d:\n%s", code, out)
				}
				recoverRun(t, root, true)
			})
		}
	}
}

// TestCrashOfAResume kills a resume, and resumes again.
func TestCrashOfAResume(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"run.clone.data", "run.clone.marked", "run.task.committed", "run.state.after"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			root := storeRoot(t)
			child(t, root, "run.task.marked=kill@6", false)
			child(t, root, point+"=kill", true)
			recoverRun(t, root, false)
		})
	}
}

// recoverRun reads all that is marked done, resumes, and checks that the run ends as an undisturbed one without repeating anything.
func recoverRun(t *testing.T, root string, tells bool) {
	t.Helper()
	cfg, _ := crashFlow(root, tells)
	origin, err := cfg.Store.LatestRun("TestFlow")
	if errors.Is(err, artifact.ErrMissing) {
		return // it died before there was a run to resume
	}
	if err != nil {
		t.Fatal(err)
	}
	done := readable(t, cfg, origin)
	if !slices.ContainsFunc(done, func(k string) bool { return strings.HasPrefix(k, "_parameters") }) {
		return
	}
	cfg, c := crashFlow(root, tells)
	cfg.Resume = &run.Resume{}
	s := mustRun(t, cfg)
	if got := value(t, cfg, s.Run, "end", lastTask(t, cfg, s.Run, "end"), "result"); got != "y of a,y of b,y of c,y of d,y of e,y of f" {
		t.Errorf("result %v", got)
	}
	for _, again := range c.ran {
		key, _, _ := strings.Cut(again, ".")
		if slices.Contains(done, key) {
			t.Errorf("%s had finished and was run again", key)
		}
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(root), "spindle-*"))
	if len(left) > 0 || err != nil {
		t.Errorf("scratch folders of the dead engine are left: %v", left)
	}
}

// readable returns the keys of all tasks marked done, having read every value they refer to.
func readable(t *testing.T, cfg run.Config, id string) []string {
	t.Helper()
	var done []string
	for _, step := range []string{"_parameters", "start", "work", "join", "end"} {
		tasks, err := cfg.Store.Tasks("TestFlow", id, step)
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range tasks {
			key := artifact.Task{Flow: "TestFlow", Run: id, Step: step, Task: task}
			attempt, err := cfg.Store.LatestDone(key)
			if errors.Is(err, artifact.ErrUnfinished) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			d, err := cfg.Store.Data(key, attempt)
			if err != nil {
				t.Errorf("%s is marked done: %v", key, err)
				continue
			}
			for name, ref := range d.Objects {
				if _, err := cfg.Store.Bytes(t.Context(), "TestFlow", ref.Key); err != nil {
					t.Errorf("%s is marked done, its %q: %v", key, name, err)
				}
			}
			done = append(done, taskOf(t, cfg, key))
		}
	}
	return done
}

// taskOf is a stored task's key as bodies note it.
func taskOf(t *testing.T, cfg run.Config, key artifact.Task) string {
	t.Helper()
	if key.Step != "work" {
		return key.Step
	}
	y := value(t, cfg, key.Run, key.Step, key.Task, "y").(string)
	return fmt.Sprintf("work[%d]", y[len(y)-1]-'a')
}
