package artifact_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/disk"
)

// The crash tests run this test binary as a child that works on the root named by this variable, and is killed at a failpoint.
const crashRoot = "SPINDLE_ARTIFACT_TEST_ROOT"

func TestMain(m *testing.M) {
	if root := os.Getenv(crashRoot); root != "" {
		if err := disk.EnableFailpoints(os.Getenv); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		if err := runTasks(context.Background(), root); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// crashValues are one value of every way to be stored.
func crashValues() map[string][]byte {
	return map[string][]byte{"small": []byte("\x80\x04N."), "packed": text(1<<20, 1), "raw": noise(1<<20, 2)}
}

// runTasks does what a run does for two tasks, in its order. The second task leaves the values of the first.
func runTasks(ctx context.Context, root string) error {
	group := disk.NewGroup(root, disk.Options{})
	defer group.Close()
	s := artifact.Open(root, artifact.Options{Group: group})
	if err := s.SetLatestRun(flow, someTask.Run); err != nil {
		return err
	}
	for _, id := range []string{"1", "2"} {
		t := someTask
		t.Task = id
		if _, err := s.LatestDone(t); err == nil {
			continue
		}
		if err := runTask(ctx, s, group, t); err != nil {
			return err
		}
	}
	_, err := s.ScrubLog(someTask, 0, artifact.Stdout)
	return err
}

func runTask(ctx context.Context, s *artifact.Store, group *disk.Group, t artifact.Task) error {
	if err := s.Begin(t, 0); err != nil {
		return err
	}
	objects := artifact.Objects{}
	for name, value := range crashValues() {
		file := filepath.Join(filepath.Dir(s.Root()), "spill-"+name)
		if err := os.WriteFile(file, value, 0o600); err != nil {
			return err
		}
		key, err := s.Put(ctx, flow, artifact.Span{File: file, Size: int64(len(value))})
		if err != nil {
			return err
		}
		objects[name] = artifact.Ref{Key: key, Info: artifact.Info{Size: int64(len(value)), Type: "t", Encoding: "pickle-v4"}}
	}
	log := artifact.FormatLogLine(noon, artifact.SourceRuntime, "u", []byte("hi"))
	if err := s.SaveLog(t, 0, artifact.SourceRuntime, artifact.Stdout, log); err != nil {
		return err
	}
	if err := s.SaveData(t, 0, artifact.Data{Objects: objects}); err != nil {
		return err
	}
	if err := group.Commit(ctx); err != nil {
		return err
	}
	if err := s.MarkDone(t, 0); err != nil {
		return err
	}
	if err := s.SaveOutcome(t, 0, artifact.Outcome{Success: true}); err != nil {
		return err
	}
	return group.Commit(ctx)
}

// checkStore opens the store afresh: a task is done and complete, or not done.
func checkStore(t *testing.T, root string) (done int) {
	t.Helper()
	s := reopen(root)
	for _, id := range []string{"1", "2"} {
		task := someTask
		task.Task = id
		if _, err := s.LatestDone(task); errors.Is(err, artifact.ErrUnfinished) {
			continue
		} else if err != nil {
			t.Error(err)
		}
		done++
		d, err := s.Data(task, 0)
		if err != nil {
			t.Error(err)
			continue
		}
		for name, value := range crashValues() {
			check(t, s, d.Objects[name].Key, value)
			checkSidecar(t, s, d.Objects[name].Key, value)
		}
	}
	return done
}

func child(root, failpoints string) (int, string) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashRoot+"="+root, disk.FailpointVariable+"="+failpoints)
	out, _ := cmd.CombinedOutput() // the exit code tells
	return cmd.ProcessState.ExitCode(), string(out)
}

// TestCrashAtEveryPoint kills, fails and fills the disk at the n-th hit of every registered failpoint, until the child gets past it.
func TestCrashAtEveryPoint(t *testing.T) {
	t.Parallel()
	hits := map[string]int{"kill": 3, "error": 1, "enospc": 1}
	if testing.Short() {
		hits["kill"] = 1
	}
	for _, point := range disk.Points() {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			for action := range hits {
				reached := false
				for n := 1; n <= hits[action]; n++ {
					root := filepath.Join(t.TempDir(), ".metaflow")
					code, out := child(root, fmt.Sprintf("%s=%s@%d", point, action, n))
					if code == 0 {
						break // hit fewer than n times
					}
					reached = true
					if action == "kill" && code != -1 || action != "kill" && code != 1 {
						t.Fatalf("%s@%d: exit %d: %s", action, n, code, out)
					}
					if action == "enospc" && !strings.Contains(out, "no space left") {
						t.Errorf("%s@%d: %s", action, n, out)
					}
					before := checkStore(t, root)
					if code, out := child(root, ""); code != 0 {
						t.Errorf("%s@%d: repeating: exit %d: %s", action, n, code, out)
					}
					if after := checkStore(t, root); after != 2 || before > after {
						t.Errorf("%s@%d: %d tasks done, after repeating %d", action, n, before, after)
					}
				}
				if !reached {
					t.Errorf("%s: the child never came here", action)
				}
			}
		})
	}
}
