package local_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/tests/processes"
)

// engine is what a process that plays the engine is told.
type engine struct {
	Program   worker.Program
	Isolation local.Isolation
	Spec      compute.Spec // of a task that prints a line and never ends
}

// beAnEngine runs the task and prints the process ids of worker and task; the test kills this process.
func beAnEngine(config string) {
	var e engine
	if err := json.Unmarshal([]byte(config), &e); err != nil {
		panic(err)
	}
	ctx := context.Background()
	w, err := worker.Start(ctx, worker.Options{Program: e.Program})
	if err != nil {
		panic(err)
	}
	if e.Spec.Task.Source != "" {
		if _, err := w.Describe(ctx, worker.DescribeRequest{Source: e.Spec.Task.Source, With: []string{}, Options: map[string]any{}}); err != nil {
			panic(err)
		}
	}
	l, err := local.New(local.Options{Worker: w, Isolation: e.Isolation})
	if err != nil {
		panic(err)
	}
	h := newHandler()
	h.onLine = func(string) { _, _ = os.Stdout.WriteString(itoa(w.PID()) + " " + itoa(h.pid) + "\n") }
	if _, err := l.Run(ctx, e.Spec, h); err != nil {
		panic(err)
	}
}

// killEngine kills an engine at work: its worker and its task must go too, and what the task has started.
func killEngine(t *testing.T, e engine) {
	t.Helper()
	config, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "be-an-engine", string(config))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if err != nil {
		t.Fatal(err)
	}
	var server, task int
	if _, err := fmt.Sscan(line, &server, &task); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	processes.AwaitGone(t, server)
	processes.AwaitGone(t, task)
	processes.AwaitGroupGone(t, task)
}

func TestEngineKilled(t *testing.T) {
	t.Parallel()
	for _, way := range []local.Isolation{local.Fork, local.Spawn} {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			killEngine(t, engine{program(t), way, spec(`
if os.fork() == 0: time.sleep(1000)
print("ready"); sys.stdout.flush(); time.sleep(1000)`)})
		})
	}
}
