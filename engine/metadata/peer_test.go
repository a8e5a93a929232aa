package metadata

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// peer is a command in the interpreter that has the real metaflow; without one the test is skipped.
func peer(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	python := os.Getenv("SPINDLE_PEER")
	if python == "" {
		python = "../../build/peer/bin/python"
	}
	python, err := filepath.Abs(python)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(python); err != nil {
		t.Skipf("no Metaflow to compare with: %v (make peer, or set SPINDLE_PEER)", err)
	}
	c := exec.Command(python, args...)
	c.Env = append(os.Environ(), "METAFLOW_USER=tester", "METAFLOW_HOME="+t.TempDir())
	c.Stderr = os.Stderr
	return c
}

type seenTask struct {
	Tags      []string          `json:"tags"`
	Metadata  map[string][2]any `json:"metadata"`
	Count     int               `json:"count"`
	Attempt   int               `json:"attempt"`
	Artifacts map[string][3]any `json:"artifacts"`
}

type seenRun struct {
	Created    float64             `json:"created"`
	UserTags   []string            `json:"user_tags"`
	SystemTags []string            `json:"system_tags"`
	Tasks      map[string]seenTask `json:"tasks"`
}

// TestMetaflowReads has Metaflow's own client read what we wrote.
func TestMetaflowReads(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), newClock()
	l := newLocal(t, c)
	system := System{User: "tester", PythonVersion: "3.11.7", Version: "2.19.38+spindle(0.1.0)", Extra: []string{"project:p"}}
	run, err := l.NewRun(ctx, "F", Tags{User: []string{"a", "größe \U0001f9f5 \"q\" \\ \n\x7f"}, System: SystemTags(system)})
	if err != nil {
		t.Fatal(err)
	}
	task := TaskID{"F", run, "body", "3"}
	var errs []error
	add := func(err error) { errs = append(errs, err) }
	add(l.RegisterTask(ctx, task, Tags{}))
	for attempt := range 2 {
		start := Start{Attempt: attempt, DSType: "local", DSRoot: l.Root(), Script: "flow.py", System: system, Frames: []Frame{{"body", "items", "a", 0}}}
		add(l.AddMetadata(ctx, task, start.Records()))
		add(l.AddArtifacts(ctx, task, attempt, "local", RootLocation(l.Root()), Tags{}, []ArtifactRecord{{Name: "x", Key: fmt.Sprint("k", attempt)}, {Name: "ünï", Key: "u"}}))
		add(l.AddMetadata(ctx, task, append(EndRecords(attempt, attempt == 1), DoneRecords(attempt)...)))
		c.add(time.Second)
	}
	if _, err := l.MutateTags(ctx, "F", run, []string{"b"}, []string{"a"}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	out, err := peer(t, "testdata/read.py", filepath.Dir(l.Root()), "F/"+run, "x", "ünï").Output()
	if err != nil {
		t.Fatal(err)
	}
	var got seenRun
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	same := func(field string, value any) [2]any { return [2]any{field, value} }
	want := seenRun{
		Created:    1795219783672,
		UserTags:   []string{"b", "größe \U0001f9f5 \"q\" \\ \n\x7f"},
		SystemTags: []string{"metaflow_version:2.19.38+spindle(0.1.0)", "project:p", "python_version:3.11.7", "runtime:dev", "user:tester"},
		Tasks: map[string]seenTask{task.String(): {
			Tags: []string{"b", "größe \U0001f9f5 \"q\" \\ \n\x7f", "metaflow_version:2.19.38+spindle(0.1.0)", "project:p", "python_version:3.11.7", "runtime:dev", "user:tester"},
			Metadata: map[string][2]any{
				"attempt": same("attempt", "1"), "attempt-done": same("attempt-done", "1"), "attempt_ok": same("internal_attempt_status", "True"),
				"origin-run-id": same("origin-run-id", "None"), "ds-type": same("ds-type", "local"), "ds-root": same("ds-root", l.Root()),
				"foreach-stack": same("foreach-stack", []any{"items=a"}), "foreach-execution-path": same("foreach-execution-path", "body:0"),
				"runtime": same("runtime", "dev"), "python_version": same("python_version", "3.11.7"), "user": same("user", "tester"),
				"metaflow_version": same("metaflow_version", "2.19.38+spindle(0.1.0)"), "script-name": same("script-name", "flow.py"),
			},
			Count:   26,
			Attempt: 1,
			Artifacts: map[string][3]any{
				"x": {"k1", RootLocation(l.Root()), 1.0}, "ünï": {"u", RootLocation(l.Root()), 1.0},
			},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what Metaflow reads (-want +got):\n%s", diff)
	}
}

// TestReadsMetaflow reads a run that Metaflow made and compares with what its own client reads.
func TestReadsMetaflow(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	flow, err := filepath.Abs("testdata/flow.py")
	if err != nil {
		t.Fatal(err)
	}
	c := peer(t, flow, "run", "--tag", "t", "--tag", "u", "--run-id-file", "id")
	c.Dir, c.Env = dir, append(c.Env, "METAFLOW_DATASTORE_SYSROOT_LOCAL="+dir)
	if out, err := c.Output(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	id, err := os.ReadFile(filepath.Join(dir, "id"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := peer(t, "testdata/read.py", dir, "PeerFlow/"+string(id), "x", "_transition", "_graph_info").Output()
	if err != nil {
		t.Fatal(err)
	}
	var want seenRun
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	l := NewLocal(filepath.Join(dir, ".metaflow"), Options{})
	got, err := readRun(ctx, l, "PeerFlow", string(id), "x", "_transition", "_graph_info")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-Metaflow's client +ours):\n%s", diff)
	}
	var retried bool
	for _, task := range got.Tasks {
		retried = retried || task.Attempt == 1
	}
	if len(got.Tasks) != 5 || !retried {
		t.Errorf("the run is not what the test is about: %+v", got.Tasks)
	}
}

// readRun sees with our reader what testdata/read.py sees with Metaflow's.
func readRun(ctx context.Context, l *Local, flow, run string, names ...string) (seenRun, error) {
	o, err := l.Run(ctx, flow, run)
	seen := seenRun{Created: float64(o.CreatedAt.UnixMilli()), UserTags: sorted(o.Tags.User), SystemTags: sorted(o.Tags.System), Tasks: map[string]seenTask{}}
	steps, stepsErr := l.Steps(ctx, flow, run)
	errs := []error{err, stepsErr}
	for _, step := range steps {
		if step.Step[0] == '_' {
			continue
		}
		tasks, err := l.Tasks(ctx, flow, run, step.Step)
		errs = append(errs, err)
		for _, task := range tasks {
			id := TaskID{flow, run, step.Step, task.Task}
			found, err := readTask(ctx, l, id, names)
			errs = append(errs, err)
			found.Tags = sorted(append(append([]string{}, task.Tags.User...), task.Tags.System...))
			seen.Tasks[id.String()] = found
		}
	}
	return seen, errors.Join(errs...)
}

func readTask(ctx context.Context, l *Local, id TaskID, names []string) (seenTask, error) {
	seen := seenTask{Metadata: map[string][2]any{}, Artifacts: map[string][3]any{}}
	records, err := l.Metadata(ctx, id, Latest)
	seen.Count = len(records)
	for _, r := range records {
		value := any(r.Value)
		if r.Raw != nil {
			err = errors.Join(err, json.Unmarshal(r.Raw, &value))
		}
		seen.Metadata[r.Field] = [2]any{r.Type, value}
		if r.Field == "attempt" {
			fmt.Sscan(r.Value, &seen.Attempt)
		}
	}
	for _, name := range names {
		a, artErr := l.Artifact(ctx, id, Latest, name)
		if errors.Is(artErr, ErrNotFound) {
			continue
		}
		err = errors.Join(err, artErr)
		seen.Artifacts[name] = [3]any{a.Key, a.Location, float64(a.Attempt)}
	}
	return seen, err
}

func sorted(list []string) []string {
	out := append([]string{}, list...)
	slices.Sort(out)
	return out
}

// TestTagsWithMetaflow adds tags with Metaflow's client and ours at the same time: neither loses one.
func TestTagsWithMetaflow(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l := NewLocal(filepath.Join(t.TempDir(), ".metaflow"), Options{User: "tester"})
	run, err := l.NewRun(ctx, "F", Tags{System: systemTags()})
	if err != nil {
		t.Fatal(err)
	}
	const each = 20
	c := peer(t, "testdata/tag.py", filepath.Dir(l.Root()), "F/"+run, "theirs", fmt.Sprint(each))
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Fatalf("the peer said %q", lines.Text())
	}
	fmt.Fprintln(in)
	for i := range each {
		if _, err := l.MutateTags(ctx, "F", run, []string{fmt.Sprint("ours", i)}, nil); err != nil {
			t.Error(err)
		}
	}
	lines.Scan()
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
	o, err := l.Run(ctx, "F", run)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Tags.User) != 2*each {
		t.Errorf("%d of %d tags are left: %s", len(o.Tags.User), 2*each, strings.Join(o.Tags.User, " "))
	}
}
