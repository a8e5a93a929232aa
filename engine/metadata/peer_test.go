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
	// Of two attempts the client's list has both records, in the order of the folder; compare the latest.
	for field, pair := range got.Tasks[task.String()].Metadata {
		if field == "attempt" || field == "attempt-done" || field == "attempt_ok" {
			pair[1] = want.Tasks[task.String()].Metadata[field][1]
			got.Tasks[task.String()].Metadata[field] = pair
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what Metaflow reads (-want +got):\n%s", diff)
	}
}

// TestTagsWithMetaflow adds tags with Metaflow's client and ours at the same time: neither loses one.
func TestTagsWithMetaflow(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	settle := func(context.Context) { time.Sleep(10 * time.Millisecond) } // what the command line uses
	l := NewLocal(filepath.Join(t.TempDir(), ".metaflow"), Options{User: "tester", Settle: settle})
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
