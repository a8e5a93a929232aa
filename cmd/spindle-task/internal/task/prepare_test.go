package task

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Many inputs go into a file, as from an engine on the same machine.
func TestMessage(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, task.InlineInputs, task.InlineInputs + 1} {
		h := &helper{Surroundings: Surroundings{LookupEnv: func(string) (string, bool) { return "", false }}, folder: "/helper", job: &remote.Job{}}
		h.job.Task.Source = "p/flow.py"
		for i := range n {
			h.job.Task.Inputs = append(h.job.Task.Inputs, worker.Input{Pathspec: fmt.Sprintf("1/a/%d", i)})
		}
		dir := t.TempDir()
		m, err := h.message(folders{scratch: dir, spill: "/spill"})
		if err != nil || m.Source != "/helper/code/p/flow.py" || m.Scratch != dir || m.Spill != "/spill" || m.TempDir != "." {
			t.Fatalf("message %+v, %v", m, err)
		}
		if n <= task.InlineInputs {
			if len(m.Inputs) != n || m.InputsFile != "" {
				t.Errorf("%d inputs: %+v", n, m)
			}
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, "inputs.ndjson"))
		if err != nil || bytes.Count(text, []byte("\n")) != n || m.Inputs != nil || m.InputsFile == "" || len(h.job.Task.Inputs) != n {
			t.Errorf("%d inputs: %+v, %v", n, m, err)
		}
	}
}

// The step's process has the container's environment under that of the job, and nothing of the helper's own.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	h := &helper{
		Surroundings: Surroundings{
			Environ:   []string{"A=1", "B=2", "PYTHONPATH=/opt/lib", "SPINDLE_BOOT=1 2", "SPINDLE_PYTHON=/usr/bin/python3"},
			LookupEnv: func(string) (string, bool) { return "/usr/bin/python3", true },
		},
		folder: "/helper", job: &remote.Job{Environment: map[string]string{"B": "3", "C": "4"}},
	}
	p, err := h.program()
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(p.Env)
	want := "A=1 B=3 C=4 METAFLOW_EXTRACTED_ROOT=/helper/code PYTHONPATH=/helper/code/.mf_code:/opt/lib"
	if got := strings.Join(p.Env, " "); got != want || p.Dir != "/helper/code" || p.Argv[0] != "/usr/bin/python3" {
		t.Errorf("program %+v", p)
	}
	h.job.Environment["PYTHONPATH"] = "/mine"
	if got := strings.Join(h.programEnv("/helper/code/.mf_code"), " "); !strings.Contains(got, "PYTHONPATH=/helper/code/.mf_code:/mine") || strings.Contains(got, "/opt/lib") {
		t.Errorf("with a path of the job's: %s", got)
	}
}

// A package with the flow's own program needs one for this machine, and no Python.
func TestProgramInGo(t *testing.T) {
	t.Parallel()
	h := &helper{
		Surroundings: Surroundings{Environ: []string{"PYTHONPATH=/opt/lib", "SPINDLE_WORKER_FD=3"}, LookupEnv: func(string) (string, bool) { return "", false }},
		folder:       t.TempDir(), job: &remote.Job{},
	}
	put := func(arch string) string {
		file := filepath.Join(h.code(), codepackage.BinaryName(arch))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, nil, 0o777)); err != nil {
			t.Fatal(err)
		}
		return file
	}
	put("sparc")
	if p, err := h.program(); err == nil || !strings.Contains(err.Error(), "was built for sparc: set SPINDLE_GO_ARCH="+runtime.GOARCH+" (or sparc,"+runtime.GOARCH) {
		t.Errorf("program %+v, %v", p, err)
	}
	file := put(runtime.GOARCH)
	p, err := h.program()
	if want := "PYTHONPATH=/opt/lib METAFLOW_EXTRACTED_ROOT=" + h.code(); err != nil || !slices.Equal(p.Argv, []string{file}) || strings.Join(p.Env, " ") != want {
		t.Errorf("program %+v, %v", p, err)
	}
}

// Both versions of control groups tell limit and kills.
func TestMemory(t *testing.T) {
	t.Parallel()
	cases := []struct {
		files        map[string]string
		limit, kills int64
	}{
		{map[string]string{"memory.max": "536870912\n", "memory.events": "low 0\noom 3\noom_kill 2\noom_group_kill 0\n"}, 512 << 20, 2},
		{map[string]string{"memory.max": "max\n", "memory.events": "oom_kill 0\n"}, 0, 0},
		{map[string]string{"memory/memory.limit_in_bytes": "1048576\n", "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"}, 1 << 20, 1},
		{map[string]string{"memory/memory.limit_in_bytes": "9223372036854771712\n"}, 0, 0},
		{nil, 0, 0},
	}
	for i, tc := range cases {
		dir := t.TempDir()
		for name, text := range tc.files {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if limit, kills := memoryLimit(dir), memoryKills(dir); limit != tc.limit || kills != tc.kills {
			t.Errorf("case %d: limit %d, %d kills", i, limit, kills)
		}
	}
}
