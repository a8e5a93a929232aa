package metadata

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clock is a time that tests move by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.UnixMicro(1795219783672502)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newLocal(t testing.TB, c *clock) *Local {
	t.Helper()
	return NewLocal(filepath.Join(t.TempDir(), ".metaflow"), Options{Now: c.Now, User: "tester"})
}

func systemTags() []string {
	return SystemTags(System{User: "tester", PythonVersion: "3.11.7", Version: "2.19.38+spindle(0.1.0)"})
}

// TestFiles pins names and bytes of the files that Metaflow reads.
func TestFiles(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), newClock()
	l := newLocal(t, c)
	run, err := l.NewRun(ctx, "LinFlow", Tags{User: []string{"nice"}, System: systemTags()})
	if err != nil {
		t.Fatal(err)
	}
	task := TaskID{"LinFlow", run, "body", "3"}
	tags := Tags{System: []string{"user:tester"}}
	steps := []error{
		l.RegisterTask(ctx, task, tags),
		l.AddMetadata(ctx, task, []Record{
			{Field: "foreach-execution-path", Value: "body:0", Tags: []string{"attempt_id:0"}},
			{Field: "foreach-stack", Raw: json.RawMessage(`["items=a"]`), Tags: []string{"attempt_id:0"}},
		}),
		l.AddArtifacts(ctx, task, 0, "local", RootLocation("/d/.metaflow"), tags, []ArtifactRecord{{Name: "y", Key: "888b", ContentType: "pickle-v4"}}),
		l.AddMetadata(ctx, task, EndRecords(0, true)),
		l.AddMetadata(ctx, task, DoneRecords(0)),
	}
	if err := errors.Join(steps...); err != nil {
		t.Fatal(err)
	}
	const common = `"flow_id": "LinFlow", "user_name": "tester", "tags": [], "system_tags": ["user:tester"], "ts_epoch": 1795219783672}`
	const path = `"run_number": "1795219783672502", "step_name": "body"`
	record := func(field, kind, value, tag string) string {
		return `{"flow_id": "LinFlow", ` + path + `, "task_id": "3", "field_name": "` + field + `", "type": "` + kind + `", "value": ` + value +
			`, "tags": ["` + tag + `"], "user_name": "tester", "ts_epoch": 1795219783672}`
	}
	taskMeta := run + "/body/3/_meta/"
	want := map[string]string{
		"_meta/_self.json": `{"flow_id": "LinFlow", "ts_epoch": 1795219783672}`,
		run + "/_meta/_self.json": `{"run_number": "1795219783672502", "flow_id": "LinFlow", "user_name": "tester", "tags": ["nice"], "system_tags": ["runtime:dev", ` +
			`"python_version:3.11.7", "user:tester", "metaflow_version:2.19.38+spindle(0.1.0)"], "ts_epoch": 1795219783672}`,
		run + "/body/_meta/_self.json": `{` + path + `, ` + common,
		taskMeta + "_self.json":        `{` + path + `, "task_id": "3", ` + common,
		taskMeta + "0_artifact_y.json": `{` + path + `, "task_id": "3", "attempt_id": 0, "name": "y", "content_type": "pickle-v4", "type": "metaflow.artifact", ` +
			`"sha": "888b", "ds_type": "local", "location": ":root:/d/.metaflow", ` + common,
		taskMeta + "sysmeta_foreach-execution-path_1795219783672.json": record("foreach-execution-path", "foreach-execution-path", `"body:0"`, "attempt_id:0"),
		taskMeta + "sysmeta_foreach-stack_1795219783672.json":          record("foreach-stack", "foreach-stack", `["items=a"]`, "attempt_id:0"),
		taskMeta + "sysmeta_attempt_ok_1795219783672.json":             record("attempt_ok", "internal_attempt_status", `"True"`, "attempt_id:0"),
		taskMeta + "sysmeta_attempt-done_1795219783672.json":           record("attempt-done", "attempt-done", `"0"`, "attempt_id:0"),
	}
	if diff := cmp.Diff(want, files(t, filepath.Join(l.Root(), "LinFlow"))); diff != "" {
		t.Errorf("files differ (-want +got):\n%s", diff)
	}
}

// files are the files below root with their content.
func files(t testing.TB, root string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		found[strings.TrimPrefix(path, root+"/")] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestRunIDs(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), newClock()
	root := filepath.Join(t.TempDir(), ".metaflow")
	fresh := func() *Local { return NewLocal(root, Options{Now: c.Now, User: "u"}) }
	var last int64
	next := func(l *Local, what string) {
		t.Helper()
		id, err := l.NewRun(ctx, "F", Tags{})
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil || n <= last {
			t.Errorf("%s: id %q does not come after %d", what, id, last)
		}
		o, err := l.Run(ctx, "F", id)
		if err != nil {
			t.Fatal(err)
		}
		if o.CreatedAt.UnixMilli() < last/1000 {
			t.Errorf("%s: run %q is older than the one before", what, id)
		}
		last = n
	}
	one := fresh()
	next(one, "first")
	next(one, "same instant")
	next(fresh(), "same instant, another process")
	c.add(-time.Hour)
	next(one, "clock set back")
	next(fresh(), "clock set back, another process")
	c.add(2 * time.Hour)
	next(one, "clock set forward")
	if _, err := one.RegisterRun(ctx, "F", "999999999999999999", Tags{}); err != nil {
		t.Fatal(err)
	}
	next(fresh(), "beside an id that is no time")
	if want := c.Now().Add(time.Minute).UnixMicro(); last > want {
		t.Errorf("a foreign number moved the ids to %d, after %d", last, want)
	}
}

func TestRunIDsConcurrent(t *testing.T) {
	t.Parallel()
	c, root := newClock(), filepath.Join(t.TempDir(), ".metaflow")
	const writers, each = 8, 20
	ids := make(chan string, writers*each)
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			l := NewLocal(root, Options{Now: c.Now, User: "u"}) // as a process of its own
			for range each {
				id, err := l.NewRun(context.Background(), "F", Tags{})
				if err != nil {
					t.Error(err)
				}
				ids <- id
			}
		})
	}
	wg.Wait()
	close(ids)
	seen := make(map[string]bool)
	for id := range ids {
		if seen[id] {
			t.Errorf("id %q given twice", id)
		}
		seen[id] = true
	}
}

func TestRegisterRun(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), newClock()
	l := newLocal(t, c)
	for i, want := range []bool{true, false} {
		created, err := l.RegisterRun(ctx, "F", "argo-x", Tags{User: []string{"t" + strconv.Itoa(i)}})
		if err != nil || created != want {
			t.Errorf("registration %d: created %v, %v; want %v", i, created, err, want)
		}
		c.add(time.Second)
	}
	got, err := l.Run(ctx, "F", "argo-x")
	want := Object{Flow: "F", Run: "argo-x", User: "tester", Tags: Tags{User: []string{"t0"}}, CreatedAt: time.UnixMilli(1795219783672).UTC()}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestRefusedNames(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l := newLocal(t, newClock())
	for _, name := range []string{"", ".", "..", "../x", "a/b", "_meta", ".hidden", "a\x00b"} {
		if _, err := l.NewRun(ctx, name, Tags{}); err == nil {
			t.Errorf("flow %q was accepted", name)
		}
		if _, err := l.RegisterRun(ctx, "F", name, Tags{}); err == nil {
			t.Errorf("run %q was accepted", name)
		}
		if err := l.RegisterTask(ctx, TaskID{"F", "1", "s", name}, Tags{}); err == nil {
			t.Errorf("task %q was accepted", name)
		}
		if err := l.AddMetadata(ctx, TaskID{"F", "1", "s", "1"}, []Record{{Field: name}}); err == nil {
			t.Errorf("field %q was accepted", name)
		}
		if _, err := l.Task(ctx, TaskID{"F", "1", name, "1"}); !errors.Is(err, ErrNotFound) {
			t.Errorf("reading step %q: %v", name, err)
		}
	}
}

func TestRecordsNeverCollide(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), newClock()
	l, task := newLocal(t, c), TaskID{"F", "1", "s", "2"}
	for i := range 4 {
		if err := l.AddMetadata(ctx, task, []Record{{Field: "attempt", Value: strconv.Itoa(i), Tags: []string{AttemptTag(i)}}}); err != nil {
			t.Fatal(err)
		}
		c.add(-time.Second) // a clock that goes back must not make an older attempt the latest
	}
	rs, err := l.Metadata(ctx, task, Latest)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, r := range rs {
		values = append(values, r.Value)
	}
	if diff := cmp.Diff([]string{"0", "1", "2", "3"}, values); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

func TestAttempts(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), newClock()
	l := newLocal(t, c)
	must := func(errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	run, err := l.NewRun(ctx, "F", Tags{})
	must(err)
	task := TaskID{"F", run, "s", "1"}
	must(l.RegisterTask(ctx, task, Tags{}))
	if arts, err := l.Artifacts(ctx, task, Latest); err != nil || len(arts) != 0 {
		t.Errorf("before any attempt ended: %v, %v", arts, err)
	}
	for attempt, names := range [][]string{{"x"}, {"x", "y"}} {
		var arts []ArtifactRecord
		for _, name := range names {
			arts = append(arts, ArtifactRecord{Name: name, Key: strings.Repeat(strconv.Itoa(attempt), 40), ContentType: "pickle-v4"})
		}
		start := Start{Attempt: attempt, DSType: "local", DSRoot: l.Root()}
		must(l.AddMetadata(ctx, task, start.Records()), l.AddArtifacts(ctx, task, attempt, "local", RootLocation(l.Root()), Tags{}, arts))
		c.add(time.Second)
		must(l.AddMetadata(ctx, task, DoneRecords(attempt)))
	}
	names := func(attempt int) string {
		arts, err := l.Artifacts(ctx, task, attempt)
		must(err)
		var list []string
		for _, a := range arts {
			list = append(list, a.Name+a.Key[:1])
		}
		sort.Strings(list)
		return strings.Join(list, " ")
	}
	for attempt, want := range map[int]string{Latest: "x1 y1", 0: "x0", 1: "x1 y1", 2: ""} {
		if got := names(attempt); got != want {
			t.Errorf("artifacts of attempt %d: %q, want %q", attempt, got, want)
		}
	}
	if a, err := l.Artifact(ctx, task, Latest, "y"); err != nil || a.Attempt != 1 {
		t.Errorf("artifact y: %+v, %v", a, err)
	}
	if _, err := l.Artifact(ctx, task, 0, "y"); !errors.Is(err, ErrNotFound) {
		t.Errorf("artifact y of attempt 0: %v", err)
	}
	rs, err := l.Metadata(ctx, task, 1)
	if err != nil || len(rs) != 6 {
		t.Errorf("records of attempt 1: %d, %v", len(rs), err)
	}
	got, err := l.Fields(ctx, task, "attempt", "ds-root", "nothing")
	if err != nil || len(got) != 2 || got["attempt"].Value != "1" || got["ds-root"].Value != l.Root() {
		t.Errorf("fields: %v, %v", got, err)
	}
}

// TestWindows reads records that do not name their attempt, as early Metaflow versions wrote them.
func TestWindows(t *testing.T) {
	t.Parallel()
	at := func(ms int64) time.Time { return time.UnixMilli(ms) }
	rs := []Record{
		{Field: "attempt", Value: "0", At: at(10)}, {Field: "a", Value: "x", At: at(12)},
		{Field: "attempt", Value: "1", At: at(20)}, {Field: "a", Value: "y", At: at(21), Tags: []string{"attempt_id:0"}},
	}
	for attempt, want := range map[int]string{0: "0x", 1: "1y", 2: ""} {
		var got string
		for _, r := range ofAttempt(rs, attempt) {
			got += r.Value
		}
		if got != want {
			t.Errorf("attempt %d: %q, want %q", attempt, got, want)
		}
	}
}

func TestHalfWrittenArtifactIsReplaced(t *testing.T) {
	t.Parallel()
	ctx, l, task := context.Background(), newLocal(t, newClock()), TaskID{"F", "1", "s", "2"}
	add := func(key string) error {
		return l.AddArtifacts(ctx, task, 0, "local", RootLocation("/d"), Tags{}, []ArtifactRecord{{Name: "x", Key: key}})
	}
	read := func() string {
		a, err := l.Artifact(ctx, task, 0, "x")
		if err != nil {
			t.Fatal(err)
		}
		return a.Key
	}
	if err := errors.Join(add("one"), add("two")); err != nil || read() != "one" {
		t.Errorf("a sound file was replaced: %v, %q", err, read())
	}
	path := l.path(task) + "/_meta/0_artifact_x.json"
	if err := os.WriteFile(path, []byte(`{"run_number": "1", "na`), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Artifact(ctx, task, 0, "x"); !strings.Contains(errorText(err), path) {
		t.Errorf("the error does not name the damaged file: %v", err)
	}
	if err := add("three"); err != nil || read() != "three" {
		t.Errorf("a damaged file was kept: %v, %q", err, read())
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
