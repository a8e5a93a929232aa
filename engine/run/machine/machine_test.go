package machine_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/run/machine"
)

func step(name string, kind machine.Kind, next ...string) machine.Step {
	return machine.Step{Name: name, Kind: kind, Next: next}
}

func join(name string, next ...string) machine.Step {
	return machine.Step{Name: name, Next: next, Join: true}
}

func plan(steps ...machine.Step) machine.Plan {
	return machine.Plan{Start: steps[0].Name, End: steps[len(steps)-1].Name, Steps: steps}
}

func newMachine(t *testing.T, p machine.Plan, workers int) *machine.Machine {
	t.Helper()
	m, err := machine.New(p, machine.Policy{MaxWorkers: workers, MaxSplits: 100, MaxAttempts: 6})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// apply applies events and returns what the last one led to, as text.
func apply(t *testing.T, m *machine.Machine, events ...machine.Event) []string {
	t.Helper()
	var out []string
	for _, ev := range events {
		commands, err := m.Apply(ev)
		if err != nil {
			t.Fatalf("%+v: %v", ev, err)
		}
		out = describe(commands)
	}
	return out
}

func describe(commands []machine.Command) []string {
	var out []string
	for _, c := range commands {
		switch c := c.(type) {
		case machine.StartTask:
			out = append(out, fmt.Sprintf("start %d %s.%d %v", c.Task, c.Step, c.Attempt, c.Inputs))
		case machine.Stop:
			out = append(out, fmt.Sprintf("stop %d", c.Task))
		case machine.StopTask:
			out = append(out, fmt.Sprintf("stop task %d", c.Task))
		case machine.Complete:
			out = append(out, fmt.Sprintf("complete %d", c.State))
		case machine.CloneTask:
			out = append(out, fmt.Sprintf("clone %d %s", c.Task, c.Step))
		}
	}
	return out
}

func finish(id machine.TaskID, next ...string) machine.Event {
	return machine.TaskFinished{Task: id, Transition: &machine.Transition{Next: next}}
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

var diamond = plan(step("start", machine.Split, "b", "a"), step("a", machine.Linear, "j"), step("b", machine.Linear, "j"), join("j", "end"), step("end", machine.End))

func TestJoinInputsAreInTheOrderOfTheSplit(t *testing.T) {
	t.Parallel()
	m := newMachine(t, diamond, 2)
	expect(t, apply(t, m, machine.Begin{}), "start 1 start.0 [0]")
	expect(t, apply(t, m, finish(1, "b", "a")), "start 2 b.0 [1]", "start 3 a.0 [1]")
	expect(t, apply(t, m, finish(3, "j"), finish(2, "j")), "start 4 j.0 [2 3]")
	expect(t, apply(t, m, finish(4, "end")), "start 5 end.0 [4]")
	expect(t, apply(t, m, machine.TaskFinished{Task: 5}), fmt.Sprint("complete ", machine.Done))
}

func TestSlotIsFreeWhenTheProcessEnds(t *testing.T) {
	t.Parallel()
	m := newMachine(t, diamond, 1)
	apply(t, m, machine.Begin{}, finish(1, "b", "a"))
	expect(t, apply(t, m, machine.ProcessEnded{Task: 2}), "start 3 a.0 [1]")
	expect(t, apply(t, m, finish(2, "j"), finish(3, "j")), "start 4 j.0 [2 3]")
}

func TestQueueIsFirstInFirstOutAndRetriesGoFirst(t *testing.T) {
	t.Parallel()
	p := plan(step("start", machine.Split, "a", "b", "c"), machine.Step{Name: "a", Next: []string{"j"}, UserRetries: 1}, step("b", machine.Linear, "j"),
		step("c", machine.Linear, "j"), join("j", "end"), step("end", machine.End))
	m := newMachine(t, p, 1)
	apply(t, m, machine.Begin{})
	expect(t, apply(t, m, finish(1, "a", "b", "c")), "start 2 a.0 [1]")
	expect(t, apply(t, m, machine.TaskFailed{Task: 2, Retryable: true}), "start 2 a.1 [1]")
	expect(t, apply(t, m, finish(2, "j")), "start 3 b.0 [1]")
}

func TestAFailureThatMayNotBeRetriedEndsTheRun(t *testing.T) {
	t.Parallel()
	p := plan(machine.Step{Name: "start", Next: []string{"end"}, UserRetries: 3}, step("end", machine.End))
	m := newMachine(t, p, 1)
	apply(t, m, machine.Begin{})
	expect(t, apply(t, m, machine.TaskFailed{Task: 1}), "stop 1", fmt.Sprint("complete ", machine.Failed))
}

func TestAttemptsAreLimited(t *testing.T) {
	t.Parallel()
	p := plan(machine.Step{Name: "start", Next: []string{"end"}, UserRetries: 4, ErrorRetries: 3}, step("end", machine.End))
	m := newMachine(t, p, 1)
	apply(t, m, machine.Begin{})
	for i := range 5 {
		expect(t, apply(t, m, machine.TaskFailed{Task: 1, Retryable: true}), fmt.Sprintf("start 1 start.%d [0]", i+1))
	}
	expect(t, apply(t, m, machine.TaskFailed{Task: 1, Retryable: true}), "stop 1", fmt.Sprint("complete ", machine.Failed))
}

func TestAnotherNodeOfAParallelStepIsStopped(t *testing.T) {
	t.Parallel()
	p := plan(step("start", machine.Parallel, "train"), machine.Step{Name: "train", Next: []string{"j"}, UserRetries: 1}, join("j", "end"), step("end", machine.End))
	m := newMachine(t, p, 1)
	apply(t, m, machine.Begin{})
	split := machine.TaskFinished{Task: 1, Transition: &machine.Transition{Next: []string{"train"}, Foreach: "_parallel_ubf_iter", Parallel: 3}}
	expect(t, apply(t, m, split), "start 2 train.0 [1]", "start 3 train.0 [1]", "start 4 train.0 [1]")
	apply(t, m, finish(3, "j"))
	expect(t, apply(t, m, machine.TaskFailed{Task: 4, Retryable: true}), "stop task 2")
	expect(t, apply(t, m, machine.TaskFailed{Task: 2, Retryable: true}), "start 2 train.1 [1]", "start 3 train.1 [1]", "start 4 train.1 [1]")
	expect(t, apply(t, m, finish(4, "j"), finish(3, "j"), finish(2, "j")), "start 5 j.0 [2 3 4]")
}

func TestTransitionsThatTheGraphDoesNotAllow(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		step machine.Step
		tr   *machine.Transition
		want string
	}{
		"another step": {step("start", machine.Linear, "a"), &machine.Transition{Next: []string{"b"}}, `went to b when it ran, but its source leads to a`},
		"none":         {step("start", machine.Linear, "a"), nil, `went to no step`},
		"other order":  {step("start", machine.Split, "a", "b"), &machine.Transition{Next: []string{"b", "a"}}, `went to b, a`},
		"no case":      {step("start", machine.Switch, "a", "b"), &machine.Transition{Next: []string{"end"}}, `exactly one of a, b, but it chose end`},
		"two cases":    {step("start", machine.Switch, "a", "b"), &machine.Transition{Next: []string{"a", "b"}}, `it chose a, b`},
		"no foreach":   {step("start", machine.Foreach, "a"), &machine.Transition{Next: []string{"a"}}, `its source is a foreach transition`},
		"a foreach":    {step("start", machine.Linear, "a"), &machine.Transition{Next: []string{"a"}, Foreach: "x", NumSplits: 1}, `its source is a linear transition`},
		"no items":     {step("start", machine.Foreach, "a"), &machine.Transition{Next: []string{"a"}, Foreach: "x"}, `needs at least one`},
		"no parallel":  {step("start", machine.Parallel, "a"), &machine.Transition{Next: []string{"a"}, Foreach: "x", NumSplits: 2}, `its source is a parallel transition`},
		"no nodes":     {step("start", machine.Parallel, "a"), &machine.Transition{Next: []string{"a"}, Parallel: -1}, `must be at least 1`},
		"no split":     {step("start", machine.Linear, "j"), &machine.Transition{Next: []string{"j"}}, `nothing was split before`},
		"too wide":     {step("start", machine.Foreach, "a"), &machine.Transition{Next: []string{"a"}, Foreach: "x", NumSplits: 101}, `--max-num-splits`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, plan(test.step, step("a", machine.Linear, "j"), step("b", machine.Linear, "j"), join("j", "end"), step("end", machine.End)), 4)
			apply(t, m, machine.Begin{})
			commands, err := m.Apply(machine.TaskFinished{Task: 1, Transition: test.tr})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(commands, func(c machine.Command) bool { _, ok := c.(machine.Stop); return ok })
			if i < 0 {
				t.Fatalf("the run was not stopped: %v", describe(commands))
			}
			if stop := commands[i].(machine.Stop); stop.Err == nil || !strings.Contains(stop.Err.Error(), test.want) || stop.Task != 1 {
				t.Errorf("stop = %+v, want %q", stop, test.want)
			}
		})
	}
}

func TestEventsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for name, events := range map[string][]machine.Event{
		"begun twice":       {machine.Begin{}},
		"unknown task":      {machine.TaskFinished{Task: 77}},
		"parameters":        {machine.TaskFinished{Task: machine.Parameters}},
		"finished twice":    {finish(1, "b", "a"), finish(1, "b", "a")},
		"failed afterwards": {finish(1, "b", "a"), machine.TaskFailed{Task: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, diamond, 2)
			apply(t, m, machine.Begin{})
			apply(t, m, events[:len(events)-1]...)
			if _, err := m.Apply(events[len(events)-1]); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestBrokenEngineStopsTheRun(t *testing.T) {
	t.Parallel()
	m := newMachine(t, diamond, 2)
	apply(t, m, machine.Begin{}, finish(1, "b", "a"))
	full := errors.New("disk full")
	commands, err := m.Apply(machine.Broken{Err: full})
	if err != nil || len(commands) != 1 || commands[0] != (machine.Stop{Task: machine.NoTask, Err: full}) {
		t.Fatalf("commands %v, error %v", commands, err)
	}
	expect(t, apply(t, m, machine.Broken{Err: full}))
	expect(t, apply(t, m, finish(2, "j")))
	expect(t, apply(t, m, machine.TaskFailed{Task: 3, Retryable: true}), fmt.Sprint("complete ", machine.Failed))
}

func TestCloneOnlyStartsNothing(t *testing.T) {
	t.Parallel()
	m, err := machine.New(diamond, machine.Policy{MaxWorkers: 2, MaxSplits: 5, MaxAttempts: 6, CloneOnly: true, Origin: func(key string) (machine.Past, bool) {
		next := map[string][]string{"start[][]": {"b", "a"}, "a[][]": {"j"}}[key]
		return machine.Past{Transition: &machine.Transition{Next: next}}, next != nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, apply(t, m, machine.Begin{}), "clone 1 start", "clone 3 a", fmt.Sprint("complete ", machine.CloneOnly))
}

func TestAChangedSourceIsNotCloned(t *testing.T) {
	t.Parallel()
	m, err := machine.New(diamond, machine.Policy{MaxWorkers: 2, MaxSplits: 5, MaxAttempts: 6, Origin: func(key string) (machine.Past, bool) {
		return machine.Past{Transition: &machine.Transition{Next: []string{"old"}}}, true
	}})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, apply(t, m, machine.Begin{}), "start 1 start.0 [0]")
}

// TestWideForeach holds the machine to a cost per child that does not depend on the width.
func TestWideForeach(t *testing.T) {
	t.Parallel()
	const n = 100_000
	p := plan(step("start", machine.Foreach, "a"), step("a", machine.Linear, "j"), join("j", "end"), step("end", machine.End))
	m, err := machine.New(p, machine.Policy{MaxWorkers: 16, MaxSplits: n, MaxAttempts: 6})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	apply(t, m, machine.Begin{}, machine.TaskFinished{Task: 1, Transition: &machine.Transition{Next: []string{"a"}, Foreach: "x", NumSplits: n}})
	for id := range machine.TaskID(n) {
		if _, err := m.Apply(finish(2+id, "j")); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if per := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / n; per > 400 {
		t.Errorf("%d bytes stay in memory per child", per)
	}
	if c := m.Counts()[2]; c.Running != 1 {
		t.Errorf("the join: %+v", c)
	}
	runtime.KeepAlive(m)
}

func TestPlansThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]machine.Plan{
		"no such target": plan(step("start", machine.Linear, "nowhere"), step("end", machine.End)),
		"no start":       {Start: "x", End: "end", Steps: []machine.Step{step("end", machine.End)}},
		"no end":         {Start: "start", End: "x", Steps: []machine.Step{step("start", machine.End)}},
		"twice":          plan(step("start", machine.End), step("start", machine.End)),
	} {
		if _, err := machine.New(p, machine.Policy{MaxWorkers: 1, MaxSplits: 1, MaxAttempts: 1}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := machine.New(diamond, machine.Policy{}); err == nil {
		t.Error("no limits: no error")
	}
}
