package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/tests/processes"
)

func TestHello(t *testing.T) {
	t.Parallel()
	for _, variable := range []string{"SPINDLE_WORKER_FD", "SPINDLE_TASK_FD"} {
		p := start(t, subject(t), variable, os.Stderr, os.Stderr)
		h := p.hello
		if h.Protocol != worker.Protocol || h.Language == "" || h.Version == "" || h.SDK == "" || h.PID != p.cmd.Process.Pid {
			t.Errorf("%s: hello = %+v, process %d", variable, h, p.cmd.Process.Pid)
		}
	}
}

func TestOtherVersion(t *testing.T) {
	t.Parallel()
	for _, variable := range []string{"SPINDLE_WORKER_FD", "SPINDLE_TASK_FD"} {
		p := start(t, subject(t), variable, nil, nil)
		p.send(worker.Hello{Type: "hello", Protocol: 4711, Engine: "9.9"})
		e := decode[struct{ Message string }](t, p.next("error", func(worker.Message) bool { return true }), "error")
		if !strings.Contains(e.Message, "4711") || !strings.Contains(e.Message, fmt.Sprint(worker.Protocol)) {
			t.Errorf("%s: error %q does not name both versions", variable, e.Message)
		}
		if code := p.end(); code == 0 {
			t.Errorf("%s: the worker ended as if all were well", variable)
		}
	}
}

func TestRefusedByEngine(t *testing.T) {
	t.Parallel()
	p := start(t, subject(t), "SPINDLE_WORKER_FD", nil, nil)
	p.send(map[string]any{"type": "error", "kind": "protocol", "message": "go away"})
	if code := p.end(); code == 0 {
		t.Error("the worker ended as if all were well")
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	p := control(t)
	flow := p.describe()
	var steps []string
	for _, s := range flow.Steps {
		steps = append(steps, s.Name)
		if s.File == "" || s.Line <= 0 || s.EndLine < s.Line {
			t.Errorf("step %s is at %s:%d-%d", s.Name, s.File, s.Line, s.EndLine)
		}
	}
	slices.Sort(steps)
	if flow.Name != "ConformanceFlow" || strings.Join(steps, " ") != "act body end join start" {
		t.Errorf("flow %q has the steps %q", flow.Name, steps)
	}
	if len(flow.Parameters) != 1 || flow.Parameters[0].Name != "alpha" || flow.Parameters[0].Type != "int" || !flow.Parameters[0].HasDefault {
		t.Errorf("parameters = %+v", flow.Parameters)
	}
	if !slices.Contains(flow.Files, subject(t).flow) {
		t.Errorf("files = %q", flow.Files)
	}
}

// The worker answers what it can't do, and goes on.
func TestDescribeFault(t *testing.T) {
	t.Parallel()
	p := control(t)
	p.send(map[string]any{"type": "describe", "id": 8, "source": "/nonexistent/flow", "class": "", "with": []string{}, "options": map[string]any{}})
	fault := decode[worker.FlowError](t, p.reply(8), "error")
	if fault.Kind == "" || fault.Message == "" {
		t.Errorf("fault = %+v", fault)
	}
	p.describe()
}

// The faults a Python file can have.
func TestPythonFaults(t *testing.T) {
	t.Parallel()
	if !subject(t).python {
		t.Skip("for the Python worker only")
	}
	for name, want := range map[string]worker.FlowError{
		"syntax.py":  {Kind: worker.KindSyntax, Line: 2, Text: "x = = 1"},
		"import.py":  {Kind: worker.KindImport, Line: 3, Module: "no_such_module"},
		"raises.py":  {Kind: worker.KindImport, Line: 2},
		"exits.py":   {Kind: worker.KindExit, Line: 3},
		"no_flow.py": {Kind: worker.KindNoFlow},
		"two.py":     {Kind: worker.KindManyFlows, Classes: []string{"One", "Two"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := control(t)
			file := absolute(t, "testdata/faults/"+name)
			p.send(map[string]any{"type": "describe", "id": 1, "source": file, "class": "", "with": []string{}, "options": map[string]any{}})
			got := decode[worker.FlowError](t, p.reply(1), "error")
			if got.Kind != want.Kind || got.File != file || got.Message == "" || got.Module != want.Module || !slices.Equal(got.Classes, want.Classes) {
				t.Errorf("fault = %+v", got)
			}
			if want.Line != 0 && got.Line != want.Line || !strings.Contains(got.Text, want.Text) {
				t.Errorf("fault is at line %d: %q", got.Line, got.Text)
			}
		})
	}
}

func TestUnknownMessage(t *testing.T) {
	t.Parallel()
	p := control(t)
	p.send(map[string]any{"type": "dance", "id": 77})
	decode[struct{}](t, p.reply(77), "error")
	p.raw(`{"type":"describe","id":1,"unknown":{"a":[1]},"source":"/nonexistent","class":"","with":[],"options":{}}` + "\n")
	decode[struct{}](t, p.reply(1), "error")
	p.describe()
}

// A message may come in any pieces, and two at once.
func TestPieces(t *testing.T) {
	t.Parallel()
	p := control(t)
	for _, b := range []byte(`{"type":"dance","id":1}` + "\n" + `{"type":"dance","id":2}` + "\n" + `{"type":"da`) {
		p.raw(string(b))
	}
	p.reply(1)
	p.raw(`nce","id":3}` + "\n" + `{"type":"dance","id":4}` + "\n" + `{"type":"dance","id":5}` + "\n")
	for _, id := range []int64{2, 3, 4, 5} {
		p.reply(id)
	}
}

func TestLargeMessage(t *testing.T) {
	t.Parallel()
	p := control(t)
	p.send(map[string]any{"type": "dance", "id": 1, "padding": strings.Repeat("x", 8<<20)})
	p.reply(1)
}

// Bytes that are no message end the worker.
func TestGarbage(t *testing.T) {
	t.Parallel()
	for _, garbage := range []string{"hello\n", "\x00\xff\xfe\n", "[]\n", "{}\n", "\n", `{"type":` + "\n"} {
		p := start(t, subject(t), "SPINDLE_WORKER_FD", nil, nil)
		p.greet()
		p.raw(garbage)
		if code := p.end(); code == 0 {
			t.Errorf("garbage %q: the worker ended as if all were well", garbage)
		}
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	p := control(t)
	p.send(map[string]string{"type": "stop"})
	if code := p.end(); code != 0 {
		t.Errorf("the worker ended with code %d", code)
	}
}

// However the engine goes, the worker takes its tasks along with all they have started.
func TestEndTakesTasksAlong(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*process){
		"stop":         func(p *process) { p.send(map[string]string{"type": "stop"}) },
		"engine death": func(p *process) { _ = p.Close() },
		"garbage":      func(p *process) { p.raw("garbage\n") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := control(t).canFork()
			p.describe()
			r := newRun(t, &forks{worker: p})
			task, inputs := r.act("hang")
			hanging := r.at.start(t)
			hanging.send(task)
			hanging.serve(r, inputs)
			hanging.stdout.await(t, "hanging\n")
			if pgid, err := syscall.Getpgid(hanging.pid); err != nil || pgid != hanging.pid {
				t.Errorf("process group of task %d is %d, %v", hanging.pid, pgid, err)
			}
			end(p)
			p.end()
			processes.AwaitGone(t, hanging.pid)
			_ = hanging.stdout.String() // ends only when all that hold it are gone
		})
	}
}

// A process that the engine has started goes with what it has started, for as long as it is guarded.
func TestGuard(t *testing.T) {
	t.Parallel()
	p := control(t)
	if !slices.Contains(p.hello.Can, "guard") {
		t.Skip("the worker can't guard")
	}
	sleeper := func() *exec.Cmd {
		cmd := exec.Command("/bin/sh", "-c", "sleep 1000 & wait")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); _ = cmd.Wait() })
		return cmd
	}
	kept, freed := sleeper(), sleeper()
	for _, cmd := range []*exec.Cmd{kept, freed} {
		p.send(map[string]any{"type": "guard", "pid": cmd.Process.Pid})
	}
	p.send(map[string]any{"type": "unguard", "pid": freed.Process.Pid})
	_ = p.Close()
	p.end()
	processes.AwaitGone(t, kept.Process.Pid)
	if !processes.Running(freed.Process.Pid) {
		t.Error("a process that was guarded no more was ended")
	}
}

// A worker that is to be hung up on before it was greeted, or before its task came, ends too.
func TestEarlyEnd(t *testing.T) {
	t.Parallel()
	for _, variable := range []string{"SPINDLE_WORKER_FD", "SPINDLE_TASK_FD"} {
		p := start(t, subject(t), variable, nil, nil)
		_ = p.Close()
		p.end()
		p = start(t, subject(t), variable, nil, nil)
		p.greet()
		_ = p.Close()
		p.end()
	}
	w := control(t).canFork()
	w.describe()
	task := (&forks{worker: w}).start(t)
	_ = task.Close()
	if e := task.exit(); e.Code == 0 && e.Signal == 0 {
		t.Errorf("a task that never came ended with %+v", e)
	}
}

// Starts that come in one piece get the descriptors that belong to each.
func TestManyStarts(t *testing.T) {
	t.Parallel()
	w := control(t).canFork()
	w.describe()
	if err := syscall.Kill(w.cmd.Process.Pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	const n = 8
	tasks := make([]pendingStart, n)
	for i := range tasks {
		tasks[i] = requestStart(t, w, int64(100+i))
	}
	if err := syscall.Kill(w.cmd.Process.Pid, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	r := newRun(t, nil)
	first := r.first(&forks{worker: w})
	for i, p := range tasks {
		running := p.started()
		task := r.task("act", []table{first}, worker.Node{Type: "linear", Next: []string{"end"}})
		task.TaskID = fmt.Sprint(500 + i)
		task.Env = map[string]string{"CONFORMANCE": "print"}
		running.send(task)
		running.serve(r, []table{first})
		if e := running.exit(); e.Code != 0 {
			t.Errorf("task %d: %+v", i, e)
		}
		began := time.Now()
		if got := running.stdout.String(); got != "out \xff\nno newline" {
			t.Errorf("task %d printed %q", i, got)
		}
		if waited := time.Since(began); waited > patience/2 {
			t.Errorf("task %d: its output ended only after %s: somebody else held it", i, waited)
		}
	}
}
