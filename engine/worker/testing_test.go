package worker_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// python is the real interpreter behind python3, found once.
var python = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out)), err
})

// options returns options that run testdata/worker.py with extra environment variables.
func options(t testing.TB, env ...string) worker.Options {
	t.Helper()
	path, err := python()
	if err != nil {
		t.Skipf("no python3: %v", err)
	}
	script, err := filepath.Abs("testdata/worker.py")
	if err != nil {
		t.Fatal(err)
	}
	return worker.Options{
		Program: worker.Program{Argv: []string{path, "-S", script}, Env: append(os.Environ(), env...)},
		Engine:  worker.Identity{Version: "0.1.0", File: "/bin/spindle"},
	}
}

func start(t testing.TB, opts worker.Options) *worker.Worker {
	t.Helper()
	w, err := worker.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// describe asks for a flow whose import runs code.
func describe(t testing.TB, w *worker.Worker, code string) (*worker.Description, error) {
	t.Helper()
	return w.Describe(t.Context(), worker.DescribeRequest{Source: "/flows/flow.py", Options: map[string]any{"code": code}})
}

// task is a forked child under test.
type task struct {
	*worker.Child
	conn *worker.Conn
}

// fork starts a child and sends it code to run.
func fork(t testing.TB, w *worker.Worker, code string) task {
	t.Helper()
	channel, theirs, err := pipe.Socket("task")
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	child, err := w.Fork(t.Context(), theirs, null, null)
	if err != nil {
		t.Fatal(err)
	}
	conn := worker.NewConn(channel)
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.Write(worker.Task{Type: "task", Options: map[string]any{"code": code}}); err != nil {
		t.Fatal(err)
	}
	return task{child, conn}
}

// expect reads the next message and checks its type.
func (k task) expect(t testing.TB, kind string) worker.Message {
	t.Helper()
	m, err := k.conn.Read()
	if err != nil || m.Type != kind {
		t.Fatalf("read message: got %q, %v; want type %q", m.Line, err, kind)
	}
	return m
}

// exit waits for the child's end; the test's own limit bounds the wait.
func (k task) exit(t testing.TB) worker.Exit {
	t.Helper()
	select {
	case <-k.Exited():
		return k.Exit()
	case <-t.Context().Done():
		t.Fatal("child did not end")
		return worker.Exit{}
	}
}
