package linting_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/linting"
	"github.com/spindle-flow/spindle/engine/lint/project"
	"github.com/spindle-flow/spindle/engine/lint/rules"
)

const flow = "from metaflow import FlowSpec, step\nclass A(FlowSpec):\n    @step\n    def start(self):\n        self.next(self.edn)\n    @step\n    def end(self):\n        pass\nA()\n"

// workspace writes files into a folder and gathers what paths name there.
func workspace(t *testing.T, files map[string]string, paths ...string) (*linting.Inputs, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	in := &linting.Inputs{Dir: dir, Workers: 2}
	return in, in.Gather(context.Background(), paths)
}

func TestMay(t *testing.T) {
	t.Parallel()
	in, err := workspace(t, map[string]string{"a/flow.py": flow, "other/flow.py": flow, ".venv/flow.py": flow}, "a", ".venv/flow.py")
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]bool{
		"a/flow.py": true, "base.py": true, "other/base.py": true, "../outside.py": false, "a/site-packages/x.py": false, ".git/x.py": false,
		".venv/flow.py": true, ".venv/other.py": true, "node_modules/x/y.py": false,
	} {
		if got := in.May(filepath.Join(in.Dir, file)); got != want {
			t.Errorf("May(%q) = %v", file, got)
		}
	}
	in = &linting.Inputs{Dir: in.Dir, StdinFile: filepath.Join(in.Dir, "a/flow.py"), Stdin: []byte("x")}
	if err := in.Gather(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if in.May(filepath.Join(in.Dir, "base.py")) || !in.May(in.StdinFile) {
		t.Error("a text on standard input changes files")
	}
	if data, err := in.ReadFile(in.StdinFile); err != nil || string(data) != "x" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestTargets(t *testing.T) {
	t.Parallel()
	in, err := workspace(t, map[string]string{
		"pyproject.toml": "[tool.spindle.lint]\ntargets = [\"argo\"]\n",
		"spindle.yaml":   "variants:\n  one: {flow: flow.py, target: airflow}\n  two: {flow: flow.py, target: agro}\n",
		"flow.py":        flow,
	}, ".")
	if err != nil {
		t.Fatal(err)
	}
	o := in.Options().Of(filepath.Join(in.Dir, "flow.py"))
	if diff := cmp.Diff([]string{"argo"}, o.Targets); diff != "" || o.TargetsOf == nil {
		t.Fatal(diff)
	}
	if got := strings.Join(o.TargetsOf("A"), " "); !strings.Contains(got, "airflow") {
		t.Errorf("targets of the project: %q", got)
	}
	r, err := project.Lint(context.Background(), in.Sources, in.Options())
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Complete(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, d := range r.Findings {
		codes = append(codes, d.Code)
	}
	if diff := cmp.Diff([]string{"SP118", "SP417", "SP409"}, codes); diff != "" {
		t.Errorf("findings of flow and project:\n%s", diff)
	}
	in.Targets = []string{"batch"}
	if o := in.Options().Of(filepath.Join(in.Dir, "flow.py")); o.TargetsOf != nil || o.Targets[0] != "batch" {
		t.Errorf("the command line does not stand above the rest: %v", o.Targets)
	}
}

func TestChoice(t *testing.T) {
	t.Parallel()
	in, err := workspace(t, map[string]string{"pyproject.toml": "[tool.spindle.lint]\nignore = [\"SP118\"]\n", "flow.py": flow}, "flow.py")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(in.Dir, "flow.py")
	if in.Options().Of(file).Choice.Counts("SP118") {
		t.Error("the settings do not count")
	}
	in.Choice = rules.Choice{Select: []string{"SP1"}}
	if !in.Options().Of(file).Choice.Counts("SP118") {
		t.Error("the command line does not stand above the settings")
	}
}

func TestWrongSettings(t *testing.T) {
	t.Parallel()
	_, err := workspace(t, map[string]string{"pyproject.toml": "[tool.spindle.lint]\ntargets = [\"agro\"]\n", "flow.py": flow}, ".")
	if _, usage := errors.AsType[*fault.Usage](err); !usage || !strings.Contains(err.Error(), "pyproject.toml:2:12: ") || fault.Hint(err) != `Did you mean "argo"?` {
		t.Errorf("%v (%s)", err, fault.Hint(err))
	}
}

// A pipe does not make the reader wait for somebody who writes.
func TestReadFile(t *testing.T) {
	t.Parallel()
	in := &linting.Inputs{}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	done := make(chan error)
	go func() {
		_, err := in.ReadFile(pipe)
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil {
			t.Error("a pipe was read")
		}
	case <-time.After(time.Minute):
		t.Fatal("the pipe is waited for")
	}
	if _, err := in.ReadFile(filepath.Dir(pipe)); err == nil {
		t.Error("a folder was read")
	}
}
