package metadata

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDamagedFiles damages one file after the other and reads everything: each time an error that names the file, and
// the objects that are well.
func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	ctx, l := context.Background(), newLocal(t, newClock())
	var task TaskID
	for range 2 {
		run, err := l.NewRun(ctx, "F", Tags{System: systemTags()})
		if err != nil {
			t.Fatal(err)
		}
		task = TaskID{"F", run, "s", "1"}
		err = errors.Join(l.RegisterTask(ctx, task, Tags{}),
			l.AddArtifacts(ctx, task, 0, "local", RootLocation("/d"), Tags{}, []ArtifactRecord{{Name: "x", Key: "k"}, {Name: "y", Key: "k"}}),
			l.AddMetadata(ctx, task, append(EndRecords(0, true), DoneRecords(0)...)))
		if err != nil {
			t.Fatal(err)
		}
	}
	contents := []string{"", "{", "null", "[]", `"x"`, `{"ts_epoch": "soon"}`, `{"tags": 3}`, `{"run_number": {}, "ts_epoch": 1}`, "\x00\x00", `{"ts_epoch": 1e400}`}
	for path, sound := range files(t, l.Root()) {
		full := filepath.Join(l.Root(), path)
		for _, content := range contents {
			write(t, full, content)
			err := readAll(ctx, l, task)
			if ours := strings.Contains(path, task.Run) || !strings.Contains(path, "/s/"); !ours {
				continue // of the other run's tasks, which are not read
			}
			var corrupt *CorruptError
			if !errors.As(err, &corrupt) || !strings.Contains(err.Error(), full) {
				t.Errorf("%s = %q: the error does not name the file: %v", path, content, err)
			}
		}
		write(t, full, sound)
	}
	if err := readAll(ctx, l, task); err != nil {
		t.Errorf("after repair: %v", err)
	}
	write(t, filepath.Join(l.Root(), "F", task.Run, "_meta", "_self.json"), "")
	if runs, err := l.Runs(ctx, "F"); err == nil || len(runs) != 1 {
		t.Errorf("one damaged run of two: %d runs, %v", len(runs), err)
	}
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func readAll(ctx context.Context, l *Local, t TaskID) error {
	_, a := l.Flows(ctx)
	_, b := l.Runs(ctx, t.Flow)
	_, c := l.Steps(ctx, t.Flow, t.Run)
	_, d := l.Tasks(ctx, t.Flow, t.Run, t.Step)
	_, e := l.Artifacts(ctx, t, Latest)
	_, f := l.Metadata(ctx, t, Latest)
	_, g := l.Flow(ctx, t.Flow)
	return errors.Join(a, b, c, d, e, f, g)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"flow_id": "F", "run_number": 12, "tags": ["a", null, 3], "system_tags": null, "ts_epoch": 1795219783672}`,
		`{"value": ["items=a"], "field_name": "foreach-stack", "ts_epoch": "17", "attempt_id": "1"}`,
		`{"value": "\ud800", "tags": []}`, `{`, ``, `null`, `{"ts_epoch": -1e300}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := parse("x.json", data)
		if err != nil {
			if !strings.Contains(err.Error(), "x.json") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		r := d.record()
		_, _, _ = d.artifact(), objectAt(TaskID{Flow: "F", Run: "1"}, d), ofAttempt([]Record{r}, 0)
		again, err := parse("x.json", appendRecord(nil, TaskID{"F", "1", "s", "2"}, r, "u", 1))
		if err != nil {
			t.Fatalf("what was read cannot be written and read: %v", err)
		}
		if got := again.record(); got.Field != r.Field || len(got.Tags) != len(r.Tags) {
			t.Errorf("read %+v, after writing and reading %+v", r, got)
		}
	})
}

// TestWriteErrorsNameTheFile has something in the way of each write.
func TestWriteErrorsNameTheFile(t *testing.T) {
	t.Parallel()
	ctx, l := context.Background(), newLocal(t, newClock())
	run, err := l.NewRun(ctx, "F", Tags{})
	if err != nil {
		t.Fatal(err)
	}
	in := func(step string) string { return filepath.Join(l.Root(), "F", run, step) }
	write(t, in("s"), "a file where a folder should be")
	task, arts := TaskID{"F", run, "s", "1"}, []ArtifactRecord{{Name: strings.Repeat("n", 300), Key: "k"}}
	good := TaskID{"F", run, "good", "1"}
	if err := l.RegisterTask(ctx, good, Tags{}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		err  error
		path string
	}{
		"task":     {l.RegisterTask(ctx, task, Tags{}), in("s")},
		"records":  {l.AddMetadata(ctx, task, DoneRecords(0)), in("s")},
		"artifact": {l.AddArtifacts(ctx, good, 0, "local", "", Tags{}, arts), in("good") + "/1/_meta/0_artifact_nnn"},
	} {
		if tt.err == nil || !strings.Contains(tt.err.Error(), tt.path) || !strings.Contains(tt.err.Error(), "F/"+run) {
			t.Errorf("%s: the error does not name file and task: %v", name, tt.err)
		}
	}
	if left, _ := filepath.Glob(in("good") + "/1/_meta/.tmp*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
