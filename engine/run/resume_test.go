package run_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run"
)

// TestResumeRunsOnlyWhatIsLeft fails the flow of every construct at each of its tasks in turn and resumes it.
func TestResumeRunsOnlyWhatIsLeft(t *testing.T) {
	t.Parallel()
	_, all := everything()
	keys := []string{"start", "fan", "work[0]", "work[1]", "gather", "loop<0>", "loop<1>", "loop<2>", "after", "join", "train", "node[0]", "node[1]", "node[2]", "meet", "end"}
	for _, bad := range keys {
		t.Run(bad, func(t *testing.T) {
			t.Parallel()
			steps, bodies := everything()
			for name, do := range all {
				bodies[name] = func(t *goTask) error {
					if taskKey(t.spec) == bad {
						return errors.New("boom")
					}
					return do(t)
				}
			}
			root := storeRoot(t)
			first := &goCompute{steps: bodies}
			cfg := config(root, first, steps...)
			cfg.MaxWorkers = 2
			s1, err := run.Run(t.Context(), cfg)
			if err == nil {
				t.Fatal("the first run did not fail")
			}
			second := &goCompute{steps: all}
			cfg = config(root, second, steps...)
			cfg.Resume = &run.Resume{}
			s2 := mustRun(t, cfg)
			checkResumed(t, cfg, s1, s2, bad, first.ran, second.ran)
			third := &goCompute{steps: all}
			cfg = config(root, third, steps...)
			cfg.Resume = &run.Resume{Origin: s2.Run}
			s3 := mustRun(t, cfg)
			if len(third.ran) > 0 || s3.Cloned != len(keys) {
				t.Errorf("resumed again: ran %v, cloned %d", third.ran, s3.Cloned)
			}
		})
	}
}

func checkResumed(t *testing.T, cfg run.Config, s1, s2 run.Summary, bad string, first, second []string) {
	t.Helper()
	if s2.Origin != s1.Run || s2.Tasks+s2.Cloned != 16 {
		t.Errorf("summary %+v", s2)
	}
	for _, key := range second {
		// A parallel step is repeated as a whole; tasks that were killed with the run are repeated too.
		if slices.Contains(first, key) && key != bad+".0" && !strings.HasPrefix(key, "node") && s2.Cloned+len(first)-1 > 16 {
			t.Errorf("%s ran twice", key)
		}
	}
	if got := value(t, cfg, s2.Run, "meet", lastTask(t, cfg, s2.Run, "meet"), "all"); !strings.HasPrefix(got.(string), "0/3 of ") {
		t.Errorf("meet saw %v", got)
	}
	if got := value(t, cfg, s2.Run, "join", lastTask(t, cfg, s2.Run, "join"), "all"); got != "y0,y1,after" {
		t.Errorf("join saw %v", got)
	}
	parameters := metadata.TaskID{Flow: "TestFlow", Run: s2.Run, Step: "_parameters", Task: "0"}
	fields, err := cfg.Metadata.Fields(t.Context(), parameters, "start_step", "end_step")
	if err != nil || fields["end_step"].Value != "end" {
		t.Errorf("records of parameters: %+v, %v", fields, err)
	}
	if latest, err := cfg.Store.LatestRun("TestFlow"); latest != s1.Run || err != nil {
		t.Errorf("latest run %q, %v", latest, err)
	}
}

func lastTask(t *testing.T, cfg run.Config, id, step string) string {
	t.Helper()
	tasks, err := cfg.Store.Tasks("TestFlow", id, step)
	if err != nil || len(tasks) == 0 {
		t.Fatalf("tasks of %s: %v, %v", step, tasks, err)
	}
	return tasks[0]
}

// finished makes a finished run to resume.
func finished(t *testing.T) (string, run.Summary) {
	t.Helper()
	steps, bodies := everything()
	root := storeRoot(t)
	return root, mustRun(t, config(root, &goCompute{steps: bodies}, steps...))
}

func TestResumeFromAStep(t *testing.T) {
	t.Parallel()
	root, _ := finished(t)
	steps, bodies := everything()
	c := &goCompute{steps: bodies}
	cfg := config(root, c, steps...)
	cfg.Resume = &run.Resume{Step: "join"}
	mustRun(t, cfg)
	slices.Sort(c.ran)
	if diff := cmp.Diff([]string{"end.0", "join.0", "meet.0", "node[0].0", "node[1].0", "node[2].0", "train.0"}, c.ran); diff != "" {
		t.Errorf("ran (-want +got):\n%s", diff)
	}
}

func TestCloneOnly(t *testing.T) {
	t.Parallel()
	root, _ := finished(t)
	steps, bodies := everything()
	c := &goCompute{steps: bodies}
	cfg := config(root, c, steps...)
	cfg.Resume = &run.Resume{Step: "train", CloneOnly: true}
	s := mustRun(t, cfg)
	if len(c.ran) > 0 || s.Cloned != 10 || s.State != run.StateDone {
		t.Errorf("ran %v, summary %+v", c.ran, s)
	}
}

func TestRunsThatCannotBeResumed(t *testing.T) {
	t.Parallel()
	root, _ := finished(t)
	steps, bodies := everything()
	for want, resume := range map[string]run.Resume{
		`could not find run id "123"`: {Origin: "123"},
		`the steps are after, end`:    {Step: "nowhere"},
	} {
		cfg := config(root, &goCompute{steps: bodies}, steps...)
		cfg.Resume = &resume
		_, err := run.Run(t.Context(), cfg)
		var origin *run.OriginError
		if !errors.As(err, &origin) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	cfg := config(storeRoot(t), &goCompute{steps: bodies}, steps...)
	cfg.Resume = &run.Resume{}
	if _, err := run.Run(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "--origin-run-id") {
		t.Errorf("error %v", err)
	}
}

// A run that was killed while it began has nothing a resume could use, and whoever looks at it should read so.
func TestRunWithoutParametersCannotBeResumed(t *testing.T) {
	t.Parallel()
	root, s := finished(t)
	marks, err := filepath.Glob(filepath.Join(root, "*", s.Run, "_parameters", "*", "*.DONE.lock"))
	if err != nil || len(marks) != 1 {
		t.Fatal(marks, err)
	}
	steps, bodies := everything()
	cfg := config(root, &goCompute{steps: bodies}, steps...)
	cfg.Resume = &run.Resume{Origin: s.Run}
	for _, path := range []string{marks[0], filepath.Dir(filepath.Dir(marks[0]))} {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if _, err := run.Run(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "before its parameters were stored") {
			t.Errorf("without %q: error %v", path, err)
		}
	}
}

// TestDamagedTasksAreRunAgain damages a value of one task of a finished run.
func TestDamagedTasksAreRunAgain(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(path string) error{
		"truncated": func(path string) error { return os.Truncate(path, 3) },
		"replaced":  func(path string) error { return os.WriteFile(path, []byte("junk"), 0o600) },
		"missing":   os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, s := finished(t)
			steps, bodies := everything()
			c := &goCompute{steps: bodies}
			cfg := config(root, c, steps...)
			tasks, err := cfg.Store.Tasks("TestFlow", s.Run, "work")
			if err != nil {
				t.Fatal(err)
			}
			d, err := cfg.Store.Data(artifact.Task{Flow: "TestFlow", Run: s.Run, Step: "work", Task: tasks[1]}, 0)
			if err != nil {
				t.Fatal(err)
			}
			key := string(d.Objects["y"].Key)
			if err := damage(filepath.Join(root, "TestFlow", "data", key[:2], key)); err != nil {
				t.Fatal(err)
			}
			events := &recorder{}
			cfg.Observer = events
			cfg.Resume = &run.Resume{}
			s2 := mustRun(t, cfg)
			if !slices.Contains(c.ran, "work[1].0") || slices.Contains(c.ran, "work[0].0") || slices.Contains(c.ran, "loop<0>.0") {
				t.Errorf("ran %v", c.ran)
			}
			if got := value(t, cfg, s2.Run, "join", lastTask(t, cfg, s2.Run, "join"), "all"); got != "y0,y1,after" {
				t.Errorf("join saw %v", got)
			}
			if !slices.ContainsFunc(events.events, func(e run.Event) bool {
				skipped, ok := e.(run.OriginSkipped)
				return ok && skipped.Origin.Task == tasks[1] && strings.Contains(skipped.Reason, `"y"`)
			}) {
				t.Error("nobody was told")
			}
		})
	}
}

// wide is a foreach of n tasks that leave a value each.
func wide(root string, n int, fail func() error) (run.Config, *goCompute) {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprint(i)
	}
	c := &goCompute{steps: map[string]body{
		"start": func(t *goTask) error { t.foreach("work", items...); return nil },
		"work": func(t *goTask) error {
			t.set("y", t.index())
			for i := range 8 {
				t.set(fmt.Sprint("more", i), i)
			}
			t.to("join")
			return nil
		},
		"join": func(t *goTask) error {
			if len(t.inputs) != n {
				return fmt.Errorf("%d inputs", len(t.inputs))
			}
			y, err := t.get(n-1, "y")
			if err != nil || y != int64(n-1) {
				return fmt.Errorf("y of the last is %v, %w", y, err)
			}
			t.to("end")
			return fail()
		},
		"end": func(*goTask) error { return nil },
	}}
	cfg := config(root, c, stepOf("start", graph.Foreach, "work"), stepOf("work", graph.Linear, "join"), joinOf("join", "end"), stepOf("end", ""))
	cfg.MaxSplits = n
	return cfg, c
}

// TestWideResume takes over many tasks; how long it takes is for the benchmark to say, but not a second each.
func TestWideResume(t *testing.T) {
	t.Parallel()
	root := storeRoot(t)
	cfg, _ := wide(root, 300, func() error { return errors.New("boom") })
	if _, err := run.Run(t.Context(), cfg); err == nil {
		t.Fatal("no error")
	}
	cfg, c := wide(root, 300, func() error { return nil })
	cfg.Resume = &run.Resume{}
	began := time.Now()
	s := mustRun(t, cfg)
	if s.Cloned != 301 || len(c.ran) != 2 {
		t.Errorf("cloned %d, ran %v", s.Cloned, c.ran)
	}
	t.Logf("resumed in %v", time.Since(began))
}

var _ compute.Compute = (*goCompute)(nil)
