package run_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/worker"
)

// everything is a flow with every construct: start (static split) -> a foreach of two, b a loop; the join; a parallel step; end.
func everything() ([]*graph.Step, map[string]body) {
	steps := []*graph.Step{
		stepOf("start", graph.Split, "fan", "loop"),
		stepOf("fan", graph.Foreach, "work"), stepOf("work", graph.Linear, "gather"), joinOf("gather", "join"),
		stepOf("loop", graph.Switch, "loop", "after"), stepOf("after", graph.Linear, "join"),
		joinOf("join", "train"), stepOf("train", graph.Parallel, "node"), stepOf("node", graph.Linear, "meet"), joinOf("meet", "end"), stepOf("end", ""),
	}
	bodies := map[string]body{
		"start": func(t *goTask) error { t.set("x", 1); t.to("fan", "loop"); t.print("hello"); return nil },
		"fan":   func(t *goTask) error { t.foreach("work", "p", "q"); return nil },
		"work":  func(t *goTask) error { t.set("y", fmt.Sprint("y", t.index())); t.to("gather"); return nil },
		"gather": func(t *goTask) error {
			return t.collect("y", "join")
		},
		"loop": func(t *goTask) error {
			t.to("after")
			if t.spec.IterationStack[0] < 2 {
				t.to("loop")
			}
			return nil
		},
		"after": func(t *goTask) error { t.set("all", "after"); t.to("join"); return nil },
		"join":  func(t *goTask) error { return t.collect("all", "train") },
		"train": func(t *goTask) error { t.parallel("node", 3); return nil },
		"node": func(t *goTask) error {
			t.set("n", fmt.Sprint(t.spec.Parallel.NodeIndex, "/", t.spec.Parallel.NumNodes, " of ", t.spec.Parallel.ControlTaskID))
			t.to("meet")
			return nil
		},
		"meet": func(t *goTask) error { return t.collect("n", "end") },
		"end":  func(t *goTask) error { _, err := t.get(0, "all"); return err },
	}
	return steps, bodies
}

// collect joins one artifact of all inputs into "all".
func (t *goTask) collect(name string, next string) error {
	var parts []string
	for i := range t.inputs {
		v, err := t.get(i, name)
		if err != nil {
			return err
		}
		parts = append(parts, fmt.Sprint(v))
	}
	t.set("all", strings.Join(parts, ","))
	t.to(next)
	return nil
}

// value reads an artifact of a stored task.
func value(t *testing.T, cfg run.Config, id, step, task, name string) any {
	t.Helper()
	key := artifact.Task{Flow: "TestFlow", Run: id, Step: step, Task: task}
	attempt, err := cfg.Store.LatestDone(key)
	if err != nil {
		t.Fatal(err)
	}
	d, err := cfg.Store.Data(key, attempt)
	if err != nil {
		t.Fatal(err)
	}
	ref, ok := d.Objects[name]
	if !ok {
		t.Fatalf("%s has no artifact %q", key, name)
	}
	raw, err := cfg.Store.Bytes(t.Context(), "TestFlow", ref.Key)
	if err != nil {
		t.Fatal(err)
	}
	v, err := plain.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestRunOfEverything(t *testing.T) {
	t.Parallel()
	steps, bodies := everything()
	cfg := config(storeRoot(t), &goCompute{steps: bodies}, steps...)
	cfg.Tags = []string{"mine"}
	cfg.RunIDFile = filepath.Join(t.TempDir(), "id")
	cfg.Values = map[string][]string{"alpha": {"0.5"}}
	events := &recorder{}
	cfg.Observer = events
	var ended []run.Summary
	cfg.Ended = func(_ context.Context, s run.Summary) {
		if st := readState(t, cfg, s.Run); st.State != run.StateDone {
			t.Errorf("the run has ended but its state is %+v", st)
		}
		ended = append(ended, s)
	}
	s := mustRun(t, cfg)
	if len(ended) != 1 || ended[0].State != run.StateDone || ended[0].Run != s.Run || ended[0].Flow != "TestFlow" {
		t.Errorf("told of the end: %+v", ended)
	}
	if s.State != run.StateDone || s.Tasks != 16 || s.Cloned != 0 {
		t.Errorf("summary %+v", s)
	}
	if got := value(t, cfg, s.Run, "join", "10", "all"); got != "y0,y1,after" {
		t.Errorf("join saw %v", got)
	}
	if got := value(t, cfg, s.Run, "meet", "13", "all"); got != "0/3 of 12,1/3 of 12,2/3 of 12" {
		t.Errorf("meet saw %v", got)
	}
	tasks, err := cfg.Store.Tasks("TestFlow", s.Run, "node")
	if diff := cmp.Diff([]string{"12", "12_node_1", "12_node_2"}, tasks); diff != "" || err != nil {
		t.Errorf("nodes (-want +got):\n%s%v", diff, err)
	}
	if st := readState(t, cfg, s.Run); st.State != run.StateDone || st.PID != os.Getpid() || st.Finished == "" {
		t.Errorf("state %+v", st)
	}
	if latest, err := cfg.Store.LatestRun("TestFlow"); latest != s.Run || err != nil {
		t.Errorf("latest run %q, %v", latest, err)
	}
	if id, err := os.ReadFile(cfg.RunIDFile); string(id) != s.Run || err != nil {
		t.Errorf("run id file %q, %v", id, err)
	}
	checkMetadata(t, cfg, s.Run)
	checkEvents(t, events, s)
	left, err := filepath.Glob(filepath.Join(cfg.Scratch, "spindle-*"))
	if len(left) > 0 || err != nil {
		t.Errorf("scratch folders left: %v", left)
	}
}

func checkMetadata(t *testing.T, cfg run.Config, id string) {
	t.Helper()
	object, err := cfg.Metadata.Run(t.Context(), "TestFlow", id)
	if err != nil || !slices.Contains(object.Tags.User, "mine") {
		t.Errorf("run %+v, %v", object, err)
	}
	start := metadata.TaskID{Flow: "TestFlow", Run: id, Step: "start", Task: "1"}
	fields, err := cfg.Metadata.Fields(t.Context(), start, "attempt-done", "attempt_ok", "origin-run-id")
	if err != nil || fields["attempt-done"].Value != "0" || fields["attempt_ok"].Value != "True" || fields["origin-run-id"].Value != "None" {
		t.Errorf("records of start: %+v, %v", fields, err)
	}
	parameters := metadata.TaskID{Flow: "TestFlow", Run: id, Step: "_parameters", Task: "0"}
	fields, err = cfg.Metadata.Fields(t.Context(), parameters, "start_step", "end_step")
	if err != nil || fields["start_step"].Value != "start" || fields["end_step"].Value != "end" {
		t.Errorf("records of parameters: %+v, %v", fields, err)
	}
	artifacts, err := cfg.Metadata.Artifacts(t.Context(), start, metadata.Latest)
	if err != nil || !slices.ContainsFunc(artifacts, func(a metadata.ArtifactRecord) bool { return a.Name == "alpha" }) {
		t.Errorf("artifacts of start: %+v, %v", artifacts, err)
	}
	lines, err := cfg.Store.ReadLog(artifact.Task(start), 0, "stdout")
	if err != nil || len(lines) != 1 || string(lines[0].Text) != "hello" {
		t.Errorf("log of start: %v, %v", lines, err)
	}
}

// checkEvents holds the events to an order that can be shown.
func checkEvents(t *testing.T, r *recorder, s run.Summary) {
	t.Helper()
	started, finished := map[string]bool{}, map[string]bool{}
	var foreach []int
	for i, e := range r.events {
		switch e := e.(type) {
		case run.RunStarted:
			if e.Run != s.Run {
				t.Errorf("started %+v", e)
			}
		case run.TaskStarted:
			started[e.Task.Pathspec()] = true
		case run.TaskForeach:
			foreach = append(foreach, e.N)
		case run.TaskFinished:
			if !started[e.Task.Pathspec()] || e.Task.PID == 0 {
				t.Errorf("finished before it started: %+v", e)
			}
			finished[e.Task.Pathspec()] = true
		case run.RunDone:
			if i != len(r.events)-1 || len(finished) != s.Tasks {
				t.Errorf("done as event %d of %d with %d tasks finished", i, len(r.events), len(finished))
			}
		}
	}
	if diff := cmp.Diff([]int{2}, foreach); diff != "" {
		t.Errorf("foreach events (-want +got):\n%s", diff)
	}
}

func TestWrongParametersLeaveNoRun(t *testing.T) {
	t.Parallel()
	cfg := config(storeRoot(t), &goCompute{}, stepOf("start", graph.Linear, "end"), stepOf("end", ""))
	cfg.Values = map[string][]string{"a": {"bad"}, "b": {"good"}, "c": {"bad"}}
	_, err := run.Run(t.Context(), cfg)
	var usage *run.UsageError
	if !errors.As(err, &usage) || len(usage.Errors) != 2 || usage.Errors[1].Parameter != "c" {
		t.Fatalf("error %v", err)
	}
	if runs, err := cfg.Store.Runs("TestFlow"); len(runs) > 0 || err != nil {
		t.Errorf("runs %v, %v", runs, err)
	}
}

// retried has a step that fails a number of times in a given way.
func retried(root string, user, fallback, failures int, how func(t *goTask) error) (run.Config, *goCompute, *recorder) {
	c := &goCompute{steps: map[string]body{
		"start": func(t *goTask) error {
			t.to("end")
			if t.spec.Attempt < failures {
				return how(t)
			}
			return nil
		},
		"end": func(*goTask) error { return nil },
	}}
	cfg := config(root, c, stepOf("start", graph.Linear, "end"), stepOf("end", ""))
	cfg.Description.Steps[0].Retries = worker.Retries{User: user, Error: fallback}
	events := &recorder{}
	cfg.Observer = events
	return cfg, c, events
}

func TestFailuresAreRetriedAndStored(t *testing.T) {
	t.Parallel()
	cfg, c, events := retried(storeRoot(t), 1, 3, 2, func(t *goTask) error { t.print("oh"); return errors.New("boom") })
	s := mustRun(t, cfg)
	if diff := cmp.Diff([]string{"start.0", "start.1", "start.2", "end.0"}, c.ran); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	var seen []string
	for _, e := range events.events {
		switch e := e.(type) {
		case run.TaskStarted:
			seen = append(seen, fmt.Sprint("start ", e.Attempt, e.Fallback))
		case run.TaskFailed:
			seen = append(seen, fmt.Sprint("failed ", e.Attempt, e.Retried, " ", e.Exception))
		}
	}
	want := []string{"start 0 false", "failed 0 true ValueError: boom", "start 1 false", "failed 1 true ValueError: boom", "start 2 true", "start 0 false"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	key := artifact.Task{Flow: "TestFlow", Run: s.Run, Step: "start", Task: "1"}
	attempts, err := cfg.Store.Attempts(key)
	if err != nil || len(attempts) != 3 || !attempts[0].Done {
		t.Errorf("attempts %v, %v", attempts, err)
	}
	lines, err := cfg.Store.ReadLog(key, 0, "stderr")
	if err != nil || len(lines) != 1 || string(lines[0].Text) != "Task failed." {
		t.Errorf("stderr %v, %v", lines, err)
	}
}

func TestFailureForGood(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		user     int
		how      error
		want     string
		attempts int
	}{
		"exception":     {0, errors.New("boom"), `step "start" (task-id 1) failed: ValueError: boom`, 1},
		"after retries": {2, errors.New("boom"), `ValueError: boom`, 3},
		"no retry":      {2, final{errors.New("boom")}, `ValueError: boom`, 1},
		"killed":        {0, crash{compute.Outcome{Signal: syscall.SIGKILL, Reason: "killed by the kernel"}}, "killed by the kernel", 1},
		"segfault":      {1, crash{compute.Outcome{Signal: syscall.SIGSEGV, Reason: "segmentation fault"}}, "segmentation fault", 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, c, _ := retried(storeRoot(t), test.user, 0, 99, func(*goTask) error { return test.how })
			s, err := run.Run(t.Context(), cfg)
			var failed *run.StepError
			if !errors.As(err, &failed) || !strings.Contains(err.Error(), test.want) || len(c.ran) != test.attempts {
				t.Fatalf("error %v after %v", err, c.ran)
			}
			if st := readState(t, cfg, s.Run); st.State != run.StateFailed || st.Step != "start" || st.Task != "1" || st.Reason == "" {
				t.Errorf("state %+v", st)
			}
		})
	}
}

func TestTooManySplitsAndOtherWay(t *testing.T) {
	t.Parallel()
	for want, next := range map[string]func(*goTask){
		"--max-num-splits":   func(t *goTask) { t.foreach("work", "1", "2", "3") },
		"its source leads":   func(t *goTask) { t.to("elsewhere") },
		"at least one":       func(t *goTask) { t.foreach("work") },
		"_parallel_ubf_iter": func(t *goTask) { t.parallel("work", 2) },
		"foreach transitio":  func(t *goTask) { t.to("work") },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			c := &goCompute{steps: map[string]body{"start": func(t *goTask) error { next(t); return nil }}}
			cfg := config(storeRoot(t), c, stepOf("start", graph.Foreach, "work"), stepOf("work", graph.Linear, "join"), joinOf("join", "end"), stepOf("end", ""))
			cfg.MaxSplits = 2
			_, err := run.Run(t.Context(), cfg)
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `"start" (task-id 1)`) {
				t.Errorf("error %v", err)
			}
			var splits *machine.SplitsError
			if errors.As(err, &splits) != (want == "--max-num-splits") {
				t.Errorf("error %T", err)
			}
		})
	}
}

func TestInterruptKillsAndKeepsWhatWasPrinted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := &goCompute{steps: map[string]body{"start": func(t *goTask) error {
		t.print("partial")
		cancel()
		<-t.ctx.Done()
		return t.ctx.Err()
	}}}
	cfg := config(storeRoot(t), c, stepOf("start", graph.Linear, "end"), stepOf("end", ""))
	s, err := run.Run(ctx, cfg)
	if !errors.Is(err, run.ErrInterrupted) || s.State != run.StateInterrupted {
		t.Fatalf("summary %+v, error %v", s, err)
	}
	if st := readState(t, cfg, s.Run); st.State != run.StateInterrupted {
		t.Errorf("state %+v", st)
	}
	lines, err := cfg.Store.ReadLog(artifact.Task{Flow: "TestFlow", Run: s.Run, Step: "start", Task: "1"}, 0, "stdout")
	if err != nil || len(lines) != 2 || string(lines[0].Text) != "partial" || string(lines[1].Text) != "[KILLED BY ORCHESTRATOR]" {
		t.Errorf("log %v, %v", lines, err)
	}
}

func TestLogsAreTruncated(t *testing.T) {
	t.Parallel()
	c := &goCompute{steps: map[string]body{"start": func(t *goTask) error {
		for range 100 {
			t.print(strings.Repeat("x", 100))
		}
		return nil
	}}}
	cfg := config(storeRoot(t), c, stepOf("start", ""))
	cfg.LogLimit = 2000
	events := &recorder{}
	cfg.Observer = events
	s := mustRun(t, cfg)
	lines, err := cfg.Store.ReadLog(artifact.Task{Flow: "TestFlow", Run: s.Run, Step: "start", Task: "1"}, 0, "stdout")
	if err != nil || len(lines) < 5 || len(lines) > 20 || string(lines[len(lines)-1].Text) != "[TRUNCATED - MAXIMUM LOG FILE SIZE REACHED]" {
		t.Errorf("%d lines, %v", len(lines), err)
	}
	shown := 0
	for _, e := range events.events {
		if _, ok := e.(run.TaskLine); ok {
			shown++
		}
	}
	if shown != 100 {
		t.Errorf("%d lines were shown", shown)
	}
}

func TestDamagedInputIsReportedByName(t *testing.T) {
	t.Parallel()
	root := storeRoot(t)
	var refusal error
	c := &goCompute{steps: map[string]body{
		"start": func(t *goTask) error { t.set("x", "a value that is damaged"); t.to("end"); return nil },
		"end": func(t *goTask) error {
			key := t.inputs[0].Artifacts["x"].Key
			if err := os.WriteFile(filepath.Join(root, "TestFlow", "data", key[:2], key), []byte("something else"), 0o600); err != nil {
				return err
			}
			_, refusal = t.get(0, "x")
			return refusal
		},
	}}
	cfg := config(root, c, stepOf("start", graph.Linear, "end"), stepOf("end", ""))
	s, err := run.Run(t.Context(), cfg)
	if err == nil {
		t.Fatal("no error")
	}
	var refused *worker.CallError
	if !errors.As(refusal, &refused) || refused.Kind != "corrupt" {
		t.Fatalf("refusal %v", refusal)
	}
	for _, part := range []string{`artifact "x"`, s.Run + "/start/1", root, "resume start"} {
		if !strings.Contains(refused.Message, part) {
			t.Errorf("message %q lacks %q", refused.Message, part)
		}
	}
}

func TestParallelStepFailsAsOne(t *testing.T) {
	t.Parallel()
	steps, bodies := everything()
	controlDone := make(chan struct{})
	bodies["node"] = func(t *goTask) error {
		t.to("meet")
		switch t.spec.Parallel.NodeIndex {
		case 0:
			close(controlDone)
		case 1:
			<-controlDone
			return errors.New("node down")
		}
		return nil
	}
	cfg := config(storeRoot(t), &goCompute{steps: bodies}, steps...)
	s, err := run.Run(t.Context(), cfg)
	if err == nil || !strings.Contains(err.Error(), "node down") {
		t.Fatalf("error %v", err)
	}
	if ok := value(t, cfg, s.Run, "node", "12", "_task_ok"); ok != false {
		t.Errorf("the control task says %v", ok)
	}
}
