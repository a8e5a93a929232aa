package run_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/engine/worker"
)

// peerPython has the real metaflow: SPINDLE_PEER, else build/peer.
func peerPython(t *testing.T) string {
	t.Helper()
	path := os.Getenv("SPINDLE_PEER")
	if path == "" {
		path, _ = filepath.Abs("../../build/peer/bin/python")
	}
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("SPINDLE_NO_PEER") == "1" {
			t.Skip("SPINDLE_NO_PEER=1 and there is no Python with the real metaflow")
		}
		t.Fatalf("%s, the Python with the real metaflow, is not there; SPINDLE_NO_PEER=1 skips the tests that need it", path)
	}
	return path
}

// pythonRun is a run of testdata/flow.py with the real worker.
func pythonRun(t *testing.T, interpreter, root string, way local.Isolation, env ...string) run.Config {
	t.Helper()
	file, err := filepath.Abs("testdata/flow.py")
	if err != nil {
		t.Fatal(err)
	}
	src, err := python.Read(t.Context(), python.Options{File: file})
	if err != nil || src.Flow == nil {
		t.Fatalf("read: %v, %v", src, err)
	}
	sdk, err := filepath.Abs("../../python/src")
	if err != nil {
		t.Fatal(err)
	}
	program := worker.Program{Argv: []string{interpreter, "-m", "spindle.worker"}, Env: append(append(os.Environ(), "PYTHONPATH="+sdk), env...)}
	w, err := worker.Start(t.Context(), worker.Options{Program: program})
	if err != nil {
		t.Fatal(err)
	}
	request := worker.DescribeRequest{Source: file, With: []string{}, Options: map[string]any{}}
	d, err := w.Describe(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	l, err := local.New(local.Options{Worker: w, Describes: d.Isolation, Isolation: way})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	group := disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
	return run.Config{
		Graph: graph.New(src.Flow), Description: d, Request: request, Compute: l, Group: group,
		Store:    artifact.Open(root, artifact.Options{Group: group}),
		Metadata: metadata.NewLocal(root, metadata.Options{User: "tester", Group: group}),
		System:   metadata.System{User: "tester", PythonVersion: "3.11.7", Version: "2.19.38"},
		Values:   map[string][]string{"alpha": {"0.25"}},
	}
}

// look asks the real client about a run.
func look(t *testing.T, interpreter, root, id string) map[string]any {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), interpreter, "testdata/look.py", id)
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester", "METAFLOW_DATASTORE_SYSROOT_LOCAL="+filepath.Dir(root))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("look: %v\n%s", err, err.(*exec.ExitError).Stderr)
	}
	var seen map[string]any
	if err := json.Unmarshal(out, &seen); err != nil {
		t.Fatal(err)
	}
	return seen
}

func expected() map[string]any {
	var want map[string]any
	err := json.Unmarshal([]byte(`{
		"successful": true, "stdout": "all: a1a1,a2a2,b1b1,b2b2,c1c1,c2c2 [0, 1] 3 0.25 builtins.KeyError\n", "parents": true, "attempts": 1,
		"tasks": {"start": 1, "body": 3, "inner": 6, "gather": 3, "join": 1, "loop": 3, "train": 1, "node": 2, "meet": 1, "flaky": 1, "caught": 1, "end": 1},
		"texts": ["a1a1", "a2a2", "b1b1", "b2b2", "c1c1", "c2c2"],
		"paths": ["body:0,inner:0", "body:0,inner:1", "body:1,inner:0", "body:1,inner:1", "body:2,inner:0", "body:2,inner:1"],
		"stacks": [[["items", 3, 0, "a"], ["pairs", 2, 0, "a1"]], [["items", 3, 0, "a"], ["pairs", 2, 1, "a2"]], [["items", 3, 1, "b"], ["pairs", 2, 0, "b1"]],
			[["items", 3, 1, "b"], ["pairs", 2, 1, "b2"]], [["items", 3, 2, "c"], ["pairs", 2, 0, "c1"]], [["items", 3, 2, "c"], ["pairs", 2, 1, "c2"]]]
	}`), &want)
	if err != nil {
		panic(err)
	}
	return want
}

func TestPythonFlowAsTheRealClientSeesIt(t *testing.T) {
	t.Parallel()
	interpreter := peerPython(t)
	for _, way := range []local.Isolation{local.Fork, local.Spawn} {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			root := storeRoot(t)
			s := mustRun(t, pythonRun(t, interpreter, root, way))
			if diff := cmp.Diff(expected(), look(t, interpreter, root, s.Run)); diff != "" {
				t.Errorf("the client sees (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPythonFlowIsResumed(t *testing.T) {
	t.Parallel()
	interpreter := peerPython(t)
	root := storeRoot(t)
	if _, err := run.Run(t.Context(), pythonRun(t, interpreter, root, local.Fork, "TEST_FLOW_FAILS=1")); err == nil || !strings.Contains(err.Error(), "for good") {
		t.Fatalf("first run: %v", err)
	}
	cfg := pythonRun(t, interpreter, root, local.Fork)
	cfg.Resume, cfg.Values = &run.Resume{}, nil
	s := mustRun(t, cfg)
	if s.Cloned != 21 || s.Tasks != 3 {
		t.Errorf("summary %+v", s)
	}
	if diff := cmp.Diff(expected(), look(t, interpreter, root, s.Run)); diff != "" {
		t.Errorf("the client sees (-want +got):\n%s", diff)
	}
}
