package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/spindle-flow/spindle/engine/worker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// target is the worker under test.
type target struct {
	worker.Program
	flow   string // the source file of ConformanceFlow
	python bool   // it is the default one
}

// python is the interpreter for the default worker.
var python = sync.OnceValues(func() (string, error) {
	name := os.Getenv("SPINDLE_PYTHON")
	if name == "" {
		name = "python3"
	}
	out, err := exec.Command(name, "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out)), err
})

func subject(t testing.TB) target {
	t.Helper()
	flow := os.Getenv("SPINDLE_CONFORMANCE_FLOW")
	if flow == "" {
		flow = absolute(t, "testdata/flow.py")
	}
	env := append(os.Environ(), "METAFLOW_USER=tester", "SPINDLE_BIN=/nonexistent/spindle")
	if command := os.Getenv("SPINDLE_CONFORMANCE_WORKER"); command != "" {
		return target{Program: worker.Program{Argv: strings.Fields(command), Env: env}, flow: flow}
	}
	path, err := python()
	if err != nil {
		t.Skipf("no python3: %v", err)
	}
	return target{
		Program: worker.Program{
			Argv: []string{path, "-m", "spindle.worker"},
			Env:  append(env, "PYTHONPATH="+absolute(t, "../../../python/src")),
		},
		flow: flow, python: true,
	}
}

func absolute(t testing.TB, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
