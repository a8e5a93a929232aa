package history

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// seenTask is a task as metaflow's client sees it.
type seenTask struct {
	Step       string
	Created    int64
	Tags       []string
	Attempt    int
	Artifacts  map[string][2]any
	Stdout     [][2]any
	Records    map[string]any
	Successful bool
}

// seen is what metaflow's client sees.
type seen struct {
	Runs   []string
	Latest string
	Steps  []string
	Tasks  map[string]seenTask
}

// peer runs a script with the interpreter that has the real metaflow, and skips the test where there is none.
func peer(t *testing.T, store string, args ...string) []byte {
	t.Helper()
	python := os.Getenv("SPINDLE_PEER")
	if python == "" {
		python, _ = filepath.Abs("../../build/peer/bin/python")
	}
	if _, err := os.Stat(python); err != nil {
		t.Skipf("no metaflow to compare with: %v (make peer, or set SPINDLE_PEER)", err)
	}
	cmd := exec.CommandContext(t.Context(), python, args...)
	cmd.Dir = "testdata"
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester", "METAFLOW_HOME="+t.TempDir(), "METAFLOW_CLIENT_CACHE_PATH="+t.TempDir(),
		"METAFLOW_DATASTORE_SYSROOT_LOCAL="+store, "PYTHONDONTWRITEBYTECODE=1", "TZ=UTC")
	var failure strings.Builder
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s\n%s", strings.Join(args, " "), err, out, failure.String())
	}
	return out
}

// TestPeer reads a run that metaflow made, and the copies of it in a run that metaflow resumed, and compares with what its client says.
func TestPeer(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a flow under metaflow, which takes half a minute")
	}
	t.Parallel()
	dir := t.TempDir()
	peer(t, dir, "peer_flow.py", "--no-pylint", "run", "--tag", "mine")
	peer(t, dir, "peer_flow.py", "--no-pylint", "resume", "loop")
	var want seen
	if err := json.Unmarshal(peer(t, dir, "peer_client.py"), &want); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(dir, ".metaflow")
	r := New(artifact.Open(root, artifact.Options{}), metadata.NewLocal(root, metadata.Options{}), Options{Dir: t.TempDir()})
	if got := ids(t, serve(t, r, "children", `{"pathspec":"PeerFlow"}`)); got != strings.Join(want.Runs, " ") {
		t.Errorf("runs: %s, want %v", got, want.Runs)
	}
	if got := ids(t, []any{serve(t, r, "latest", `{"flow":"PeerFlow","successful":true}`)}); got != want.Latest {
		t.Errorf("latest successful run: %s, want %s", got, want.Latest)
	}
	for spec, task := range want.Tasks {
		if diff := cmp.Diff(task, lookAt(t, r, spec)); diff != "" {
			t.Errorf("task %s (-metaflow +spindle):\n%s", spec, diff)
		}
	}
	for i, run := range want.Runs {
		checkPeerRelations(t, r, run)
		s, err := r.Run(context.Background(), "PeerFlow", run)
		if err != nil || s.State != Done || s.Tasks != 12 || s.TasksDone != 12 || (s.Origin == "") != (i == 1) {
			t.Errorf("summary: %+v (%v)", s, err)
		}
	}
	checkIncluded(t, r, want.Runs[0])
}

// lookAt is the same through our calls.
func lookAt(t *testing.T, r *Reader, spec string) seenTask {
	t.Helper()
	o := serve(t, r, "object", fmt.Sprintf(`{"pathspec":%q}`, spec)).(map[string]any)
	parts := strings.Split(spec, "/")
	s := seenTask{
		Step: parts[2], Created: int64(o["created_at"].(float64)), Attempt: int(o["attempt"].(float64)),
		Artifacts: map[string][2]any{}, Stdout: [][2]any{}, Records: map[string]any{},
	}
	for _, tag := range slices.Concat(o["user_tags"].([]any), o["system_tags"].([]any)) {
		s.Tags = append(s.Tags, tag.(string))
	}
	slices.Sort(s.Tags)
	for _, a := range serve(t, r, "children", fmt.Sprintf(`{"pathspec":%q}`, spec)).([]any) {
		if a := a.(map[string]any); !strings.HasPrefix(a["id"].(string), "_") {
			s.Artifacts[a["id"].(string)] = [2]any{a["sha"], a["size"]}
		}
		if id := a.(map[string]any)["id"]; id == "text" {
			s.Artifacts["text"] = [2]any{a.(map[string]any)["sha"], 0.0}
		}
	}
	for _, rec := range serve(t, r, "metadata", fmt.Sprintf(`{"pathspec":%q}`, spec)).([]any) {
		rec := rec.(map[string]any)
		s.Records[rec["name"].(string)] = rec["value"]
	}
	id := metadata.TaskID{Flow: parts[0], Run: parts[1], Step: parts[2], Task: parts[3]}
	lines, err := r.Logs(context.Background(), id, metadata.Latest, artifact.Stdout)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		s.Stdout = append(s.Stdout, [2]any{float64(line.Time.UnixMicro()), string(line.Text)})
	}
	v, err := r.plain(context.Background(), r.scope(), id, "_success")
	if err != nil {
		t.Fatal(err)
	}
	s.Successful, _ = v.(bool)
	return s
}

// checkPeerRelations names each task by its step and what it made of its foreach; metaflow itself has copies and loops wrong.
func checkPeerRelations(t *testing.T, r *Reader, run string) {
	t.Helper()
	want := map[string]string{
		"start": "body0 body1", "body0": "leaf0,0 leaf0,1", "body1": "leaf1,0", "leaf0,0": "close0", "leaf0,1": "close0", "leaf1,0": "close1",
		"close0": "join", "close1": "join", "join": "loop#0", "loop#0": "loop#1", "loop#1": "end", "end": "",
	}
	tasks, err := r.Tasks(context.Background(), "PeerFlow", run)
	if err != nil {
		t.Fatal(err)
	}
	names := map[metadata.TaskID]string{}
	for _, task := range tasks {
		p, err := r.placeOf(context.Background(), r.scope(), task)
		if err != nil {
			t.Fatal(err)
		}
		var indices []string
		for _, frame := range p.frames {
			indices = append(indices, frame[strings.IndexByte(frame, ':')+1:])
		}
		names[task] = task.Step + strings.Join(indices, ",")
		for _, n := range p.rounds {
			names[task] += fmt.Sprint("#", n)
		}
	}
	got := map[string]string{}
	for _, task := range tasks {
		if task.Step == parametersStep {
			continue
		}
		children, err := r.Related(context.Background(), task, Children)
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, child := range children {
			list = append(list, names[child])
			parents, err := r.Related(context.Background(), child, Parents)
			if err != nil || !slices.Contains(parents, task) {
				t.Errorf("%s is not among the parents of its child %s: %v (%v)", names[task], names[child], parents, err)
			}
		}
		slices.Sort(list)
		got[names[task]] = strings.Join(list, " ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("children in run %s (-want +got):\n%s", run, diff)
	}
}

// checkIncluded reads the file that metaflow included.
func checkIncluded(t *testing.T, r *Reader, run string) {
	t.Helper()
	task := metadata.TaskID{Flow: "PeerFlow", Run: run, Step: parametersStep, Task: "0"}
	raw, err := r.Bytes(context.Background(), task, metadata.Latest, "text")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(raw), "local://")
	if !ok {
		t.Fatalf("no place in %q", raw)
	}
	path, _, _ := strings.Cut(rest, "\x94")
	want, err := os.ReadFile("testdata/peer_flow.py")
	if err != nil {
		t.Fatal(err)
	}
	got := readIncluded(t, r, descriptor{Type: uploadedV2, SubType: "uploaded", URL: localURL + path, IsText: true})
	if got != string(want) {
		t.Errorf("the included file: %.200q", got)
	}
}
