package compat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/tests/surroundings"
)

// limit is for one command; what runs longer hangs.
const limit = 5 * time.Minute

// program is one of the two that run flows and read runs.
type program struct {
	name   string
	python string   // runs the client script
	client []string // environment that makes `import metaflow` this program's
	run    []string // words before the flow file
	verb   bool     // the verb stands before the flow file
}

// result is how a command ended.
type result struct {
	Exit   int
	Stdout string
	Stderr string
}

// peer is the real metaflow.
func peer(t *testing.T) program {
	t.Helper()
	python := os.Getenv("SPINDLE_PEER")
	if python == "" {
		python = filepath.Join(root(t), "build/peer/bin/python")
	}
	if _, err := os.Stat(python); err == nil {
		return program{name: "metaflow", python: python, run: []string{python}}
	}
	if os.Getenv("SPINDLE_NO_PEER") == "1" {
		t.Skipf("SPINDLE_NO_PEER=1: %s, the Python with the real metaflow, is not there", python)
	}
	t.Fatalf("%s, the Python with the real metaflow, is not there.\nMake it with\n    make peer\nor set SPINDLE_NO_PEER=1 to skip these tests", python)
	return program{}
}

// spindle is the engine under test, with the peer's Python as interpreter so that both run the same one.
func spindle(t *testing.T) program {
	t.Helper()
	bin, err := binary()
	if err != nil {
		t.Fatalf("building spindle: %v", err)
	}
	python := peer(t).python
	client := []string{"PYTHONPATH=" + filepath.Join(root(t), "python/src"), "SPINDLE_BIN=" + bin}
	return program{name: "spindle", python: python, client: client, run: []string{bin}, verb: true}
}

// binary builds the engine once per test process.
var binary = sync.OnceValues(func() (string, error) {
	if bin := os.Getenv("SPINDLE_BIN"); bin != "" {
		return filepath.Abs(bin)
	}
	bin := filepath.Join(buildDir, "spindle")
	return bin, surroundings.Build(bin)
})

var buildDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "compat")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	buildDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// command is a flow's verb as either program takes it: `python flow.py TOP verb ARGS` or `spindle verb flow.py TOP ARGS`.
func (p program) command(f flow, verb string, args []string) []string {
	line := append([]string{}, p.run...)
	if p.verb {
		line = append(line, verb, f.file())
		line = append(line, f.Top...)
	} else {
		line = append(line, f.file(), "--no-pylint")
		line = append(line, f.Top...)
		line = append(line, verb)
	}
	return append(line, args...)
}

// start runs the flow from the beginning.
func (p program) start(t *testing.T, f flow, store string) result {
	return p.exec(t, store, f.Env, p.command(f, "run", f.Args)...)
}

// resume runs it again from where it stopped.
func (p program) resume(t *testing.T, f flow, store, origin string) result {
	args := append([]string{}, f.ResumeArgs...)
	if origin != "" {
		args = append(args, "--origin-run-id", origin)
	}
	return p.exec(t, store, append(append([]string{}, f.Env...), f.ResumeEnv...), p.command(f, "resume", args)...)
}

// dump is the client's document about one of the flow's runs, counted from the oldest.
func (p program) dump(t *testing.T, f flow, store string, index int) []byte {
	t.Helper()
	script := filepath.Join("..", "client", "dump_client.py")
	got := p.exec(t, store, p.client, p.python, script, f.file(), fmt.Sprint(index))
	if got.Exit != 0 {
		t.Fatalf("%s's client cannot read %s: exit %d\n%s", p.name, store, got.Exit, got.Stderr)
	}
	return []byte(got.Stdout)
}

// exec runs one command in the flows' folder with nothing of the developer's environment in it.
func (p program) exec(t *testing.T, store string, env []string, line ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Dir = filepath.Join(root(t), "tests/compat/flows")
	cmd.WaitDelay = 10 * time.Second
	home := filepath.Join(store, "home")
	if err := os.MkdirAll(home, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd.Env = append([]string{
		"PATH=" + filepath.Dir(p.python) + ":" + os.Getenv("PATH"),
		"HOME=" + home,
		"TMPDIR=" + os.TempDir(),
		"LANG=C.UTF-8",
		"METAFLOW_USER=tester",
		"METAFLOW_DATASTORE_SYSROOT_LOCAL=" + store,
		"METAFLOW_CLIENT_CACHE_PATH=" + filepath.Join(home, "cache"),
		"SPINDLE_PYTHON=" + p.python,
		"PYTHONDONTWRITEBYTECODE=1",
	}, env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	got := result{Exit: cmd.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String()}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v\n%s", strings.Join(line, " "), err, got.Stderr)
	}
	return got
}
