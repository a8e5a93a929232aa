//go:build e2e

// Package e2e drives the built binary as a user would where that needs minutes, root, or damage done on purpose.
package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// binary is the engine under test: SPINDLE_BIN or what `make build` left.
func binary(t testing.TB) string {
	t.Helper()
	return existing(t, os.Getenv("SPINDLE_BIN"), "../../bin/spindle", "make build")
}

// peer is the interpreter that has the real metaflow.
func peer(t testing.TB) string {
	t.Helper()
	return existing(t, os.Getenv("SPINDLE_PEER"), "../../build/peer/bin/python", "make peer")
}

func existing(t testing.TB, path, fallback, way string) string {
	t.Helper()
	if path == "" {
		path = fallback
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(abs); err != nil {
		t.Fatalf("%v (%s)", err, way)
	}
	return abs
}

// place is a folder with a flow in it and a store of its own.
type place struct {
	dir   string
	env   []string
	store string   // the .metaflow folder
	flow  []string // what stands for flow.py in commands
}

func newPlace(t testing.TB, flow string) *place {
	t.Helper()
	dir := t.TempDir()
	src, err := os.ReadFile(filepath.Join("testdata", flow))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "flow.py"), src, 0o644); err != nil {
		t.Fatal(err)
	}
	p := &place{dir: dir, flow: []string{"flow.py"}}
	p.at(filepath.Join(dir, "store"))
	return p
}

// newGoPlace is a place with a flow in Go, one of the folders in testdata. Its binary is built once for all places.
func newGoPlace(t testing.TB, flow string) *place {
	t.Helper()
	source, err := filepath.Abs(filepath.Join("testdata", flow))
	if err != nil {
		t.Fatal(err)
	}
	build, _ := goBinaries.LoadOrStore(flow, sync.OnceValues(func() (string, error) { return buildFlow(source) }))
	bin, err := build.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	p := &place{dir: t.TempDir(), flow: []string{source, "--binary", bin}}
	p.at(filepath.Join(p.dir, "store"))
	return p
}

var goBinaries sync.Map // name of the flow to func() (string, error)

func buildFlow(source string) (string, error) {
	bin := filepath.Join(goDir, filepath.Base(source))
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", bin, source).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return bin, nil
}

var goDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "e2e-go-flows")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	goDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// language is a way to write the flow of a test.
type language struct {
	name  string
	place func(t testing.TB, flow string) *place
}

func languages() []language {
	return []language{
		{"python", func(t testing.TB, flow string) *place { return newPlace(t, flow+".py") }},
		{"go", newGoPlace},
	}
}

// at moves the place's store.
func (p *place) at(sysroot string) {
	p.store = filepath.Join(sysroot, ".metaflow")
	p.env = append(os.Environ(), "METAFLOW_USER=tester", "METAFLOW_DATASTORE_SYSROOT_LOCAL="+sysroot, "SIDE_EFFECTS="+filepath.Join(p.dir, "side-effects"))
}

// outcome is how a command ended.
type outcome struct {
	code           int // -1: killed by a signal
	stdout, stderr string
}

func (o outcome) all() string { return o.stdout + o.stderr }

func (p *place) command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	if at := slices.Index(args, "flow.py"); at >= 0 {
		args = slices.Concat(args[:at], p.flow, args[at+1:])
	}
	cmd := exec.Command(binary(t), args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	return cmd
}

// spindle runs a verb to its end; one that hangs is killed and fails the test.
func (p *place) spindle(t testing.TB, args ...string) outcome {
	t.Helper()
	return finish(t, p.command(t, args...), 2*time.Minute)
}

func finish(t testing.TB, cmd *exec.Cmd, limit time.Duration) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(limit, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	if !timer.Stop() {
		t.Fatalf("%v still ran after %v\n%s%s", cmd.Args, limit, stdout.String(), stderr.String())
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// client runs a program under the real metaflow over the place's store.
func (p *place) client(t testing.TB, program string, args ...string) outcome {
	t.Helper()
	script, err := filepath.Abs(filepath.Join("testdata", program))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(peer(t), append([]string{script}, args...)...)
	cmd.Dir, cmd.Env = p.dir, p.env
	return finish(t, cmd, 5*time.Minute)
}

func wantCode(t testing.TB, o outcome, code int) {
	t.Helper()
	if o.code != code {
		t.Fatalf("exit code %d, want %d\nstdout:\n%s\nstderr:\n%s", o.code, code, o.stdout, o.stderr)
	}
}

func wantText(t testing.TB, o outcome, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(o.all(), word) {
			t.Fatalf("nothing says %q\nstdout:\n%s\nstderr:\n%s", word, o.stdout, o.stderr)
		}
	}
}
