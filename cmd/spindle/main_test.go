package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/conformance/filetarget"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"spindle": testMain})
}

// testMain is main, but that a folder may stand in for the scheduler, see deploy_test.go.
func testMain() {
	a := systemApp()
	if dir := os.Getenv(targetVariable); dir != "" {
		a.target = func(kind string, _ *workspace.Workspace) (deploy.Target, error) {
			if kind != "step-functions" {
				return targetOf(kind, nil)
			}
			return &filetarget.Target{Dir: dir, Now: a.ws.Now}, nil
		}
	}
	os.Exit(int(execute(a, os.Args[1:])))
}

// python is an interpreter under its own name: a shim would not find its way without the user's home.
var python = sync.OnceValues(func() (string, error) {
	name := "python3"
	if named := os.Getenv("SPINDLE_PYTHON"); named != "" {
		name = named
	}
	out, err := exec.Command(name, "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out)), err
})

func TestScripts(t *testing.T) {
	t.Parallel()
	interpreter, err := python()
	if err != nil {
		t.Fatalf("the scripts need a Python (python3 on the path, or SPINDLE_PYTHON): %v", err)
	}
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts found: %v", err)
	}
	cache := t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("METAFLOW_USER", "tester")
			env.Setenv("SPINDLE_WARM_MINUTES", "0") // but where a script is about it
			env.Setenv("SPINDLE_PYTHON", interpreter)
			env.Setenv("PYTHON", interpreter)
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv("PYTHONDONTWRITEBYTECODE", "1")
			env.Setenv("TERM", "dumb")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":     exits,
			"setrun":    setrun,
			"untilwarm": untilWarm,
		},
	})
}

// exits runs a program that has to end with a given code: exits 2 spindle run.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// untilWarm waits until what a spin has started in the background has imported the flow.
func untilWarm(ts *testscript.TestScript, _ bool, _ []string) {
	for {
		ts.Check(ts.Exec("spindle", "doctor", "--json"))
		if out := ts.ReadFile("stdout"); strings.Contains(out, `flow.py"`) && strings.Contains(out, `"warm": {`) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// setrun puts a flow's latest run into the variable RUN: setrun Demand.
func setrun(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv("RUN", ts.ReadFile(filepath.Join(".metaflow", args[0], "latest_run")))
}
