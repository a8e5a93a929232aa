package local_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/worker"
)

// engine is what a process that plays the engine is told.
type engine struct {
	Program   worker.Program
	Isolation local.Isolation
}

// beAnEngine runs one endless task and prints its process id; the test kills this process.
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
	l, err := local.New(local.Options{Worker: w, Isolation: e.Isolation})
	if err != nil {
		panic(err)
	}
	h := newHandler()
	h.onLine = func(string) { _, _ = os.Stdout.WriteString(itoa(w.PID()) + " " + itoa(h.pid) + "\n") }
	if _, err := l.Run(ctx, spec(`
if os.fork() == 0: time.sleep(1000)
print("ready"); sys.stdout.flush(); time.sleep(1000)`), h); err != nil {
		panic(err)
	}
}

// When the engine is killed without a word, its worker and tasks go too. A spawned task's own children can't be reached.
func TestEngineKilled(t *testing.T) {
	t.Parallel()
	for _, way := range []local.Isolation{local.Fork, local.Spawn} {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			config, err := json.Marshal(engine{program(t), way})
			if err != nil {
				t.Fatal(err)
			}
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(self, "be-an-engine", string(config))
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			pids := strings.Fields(line)
			goneProcess(t, pids[0])
			goneProcess(t, pids[1])
			pid, err := strconv.Atoi(pids[1])
			if err != nil {
				t.Fatal(err)
			}
			if way == local.Spawn && pid > 1 {
				_ = syscall.Kill(-pid, syscall.SIGKILL)
			}
			gone(t, pid)
		})
	}
}
