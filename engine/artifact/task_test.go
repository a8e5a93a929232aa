package artifact_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
)

// TestTaskFiles holds every byte of what a task leaves.
func TestTaskFiles(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	none := artifact.KeyOf([]byte("\x80\x04N."))
	data := artifact.Data{PythonVersion: "3.11.7 (main) \n[GCC]", Objects: artifact.Objects{
		"x":                 {Key: none, Info: artifact.Info{Size: 4, Type: "<class 'NoneType'>", Encoding: "pickle-v4"}},
		"a\u00e9\U0001f600": {Key: none, Info: artifact.Info{Size: 4, Type: "<class 'T'>", Encoding: "pickle-v4", Serializer: `{"source": "ext"}`}},
	}}
	for _, err := range []error{
		s.Begin(someTask, 0), s.SaveData(someTask, 0, data), s.MarkDone(someTask, 0),
		s.SaveOutcome(someTask, 0, artifact.Outcome{ReturnCode: -9, Killed: true}),
		s.SaveLog(someTask, 0, artifact.SourceRuntime, artifact.Stdout, artifact.FormatLogLine(noon, artifact.SourceRuntime, "1b9b", []byte("hi"))),
		s.SaveLog(someTask, 0, artifact.SourceRuntime, artifact.Stderr, nil),
		s.SetLatestRun(flow, someTask.Run),
		s.Begin(someTask, 0), s.MarkDone(someTask, 0), // every call may be repeated
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	k := string(none)
	want := map[string]string{
		"0.attempt.json": `{"time": 1795262400.25}`,
		"0.data.json": `{"datastore": "local", "version": "1.0", "attempt": 0, "python_version": "3.11.7 (main) \n[GCC]", ` +
			`"objects": {"a\u00e9\ud83d\ude00": "` + k + `", "x": "` + k + `"}, ` +
			`"info": {"a\u00e9\ud83d\ude00": {"size": 4, "type": "<class 'T'>", "encoding": "pickle-v4", "serializer_info": {"source": "ext"}}, ` +
			`"x": {"size": 4, "type": "<class 'NoneType'>", "encoding": "pickle-v4", "serializer_info": {"source": "metaflow"}}}}`,
		"0.DONE.lock":          `""`,
		"0.runtime":            `{"return_code": -9, "killed": true, "success": false}`,
		"0.runtime_stdout.log": "[MFLOG|0|2026-11-21T12:00:00.250000Z|runtime|1b9b]hi\n",
	}
	got := map[string]string{}
	dir := filepath.Join(s.Root(), flow, someTask.Run, "start", "1")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got[e.Name()] = string(content)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	back, err := s.Data(someTask, 0)
	if err != nil {
		t.Fatal(err)
	}
	data.Datastore = "local"
	if diff := cmp.Diff(data, back); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	if run, err := s.LatestRun(flow); err != nil || run != someTask.Run {
		t.Errorf("latest run %q, %v", run, err)
	}
	if _, err := s.LatestRun("Other"); !errors.Is(err, artifact.ErrMissing) {
		t.Errorf("latest run of no flow: %v", err)
	}
}

func TestDataOfOtherWriters(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("ab", 20)
	tests := map[string]struct {
		text string
		want artifact.Ref
		err  bool
	}{
		"old":                {`{"objects": {"x": "` + key + `"}, "info": {"x": {"size": 5, "type": "int"}}}`, artifact.Ref{Key: artifact.Key(key), Info: artifact.Info{Size: 5, Type: "int", Encoding: artifact.LegacyEncoding}}, false},
		"no info":            {`{"objects": {"x": "` + key + `"}}`, artifact.Ref{Key: artifact.Key(key), Info: artifact.Info{Encoding: artifact.LegacyEncoding}}, false},
		"size as a float":    {`{"objects": {"x": "` + key + `"}, "info": {"x": {"size": 5.0, "encoding": "pickle-v4", "serializer_info": null}}}`, artifact.Ref{Key: artifact.Key(key), Info: artifact.Info{Size: 5, Encoding: "pickle-v4"}}, false},
		"other serializer":   {`{"objects": {"x": "` + key + `"}, "info": {"x": {"encoding": "e", "serializer_info": {"source":"ext"}}}}`, artifact.Ref{Key: artifact.Key(key), Info: artifact.Info{Encoding: "e", Serializer: `{"source":"ext"}`}}, false},
		"truncated":          {`{"objects": {"x": "`, artifact.Ref{}, true},
		"empty":              {``, artifact.Ref{}, true},
		"a list":             {`[]`, artifact.Ref{}, true},
		"key leads away":     {`{"objects": {"x": "../../../etc/passwd"}}`, artifact.Ref{}, true},
		"key is no text":     {`{"objects": {"x": 5}}`, artifact.Ref{}, true},
		"objects are a list": {`{"objects": []}`, artifact.Ref{}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t)
			path := filepath.Join(s.Root(), flow, someTask.Run, "start", "1", "0.data.json")
			write(t, path, []byte(tt.text))
			d, err := s.Data(someTask, 0)
			if tt.err {
				var corrupt *artifact.CorruptError
				if !errors.As(err, &corrupt) || corrupt.Path != path || !strings.Contains(err.Error(), path) {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, d.Objects["x"]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if _, err := openStore(t).Data(someTask, 0); !errors.Is(err, artifact.ErrMissing) {
		t.Errorf("no table: %v", err)
	}
}

func TestLatestDone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files []string
		want  int // -1: unfinished
	}{
		"none":                 {nil, -1},
		"first":                {[]string{"0.attempt.json", "0.DONE.lock"}, 0},
		"running":              {[]string{"0.attempt.json"}, -1},
		"retried":              {[]string{"0.attempt.json", "1.attempt.json", "1.DONE.lock"}, 1},
		"newer hides done":     {[]string{"0.attempt.json", "0.DONE.lock", "1.attempt.json"}, -1},
		"gap ends the search":  {[]string{"0.attempt.json", "0.DONE.lock", "2.attempt.json"}, 0},
		"gap before the first": {[]string{"2.attempt.json", "2.DONE.lock"}, 2},
		"beyond the most":      {[]string{"6.attempt.json", "6.DONE.lock"}, -1},
		"other files":          {[]string{"0.attempt.json", "0.DONE.lock", "x.attempt.json", "01.attempt.json", "-1.attempt.json", ".tmp-1", "1.runtime"}, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t)
			for _, file := range tt.files {
				write(t, filepath.Join(s.Root(), flow, someTask.Run, "start", "1", file), nil)
			}
			got, err := s.LatestDone(someTask)
			if tt.want < 0 {
				if !errors.Is(err, artifact.ErrUnfinished) || !strings.Contains(err.Error(), someTask.String()) {
					t.Errorf("attempt %d, error %v", got, err)
				}
			} else if err != nil || got != tt.want {
				t.Errorf("attempt %d (%v), want %d", got, err, tt.want)
			}
		})
	}
}

func TestListings(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	for _, dir := range []string{
		"LinFlow/_meta", "LinFlow/data/ab", "LinFlow/10/start/2", "LinFlow/10/start/12_node_10", "LinFlow/10/start/12_node_1", "LinFlow/10/start/12",
		"LinFlow/10/start/1", "LinFlow/10/start/_meta", "LinFlow/10/_parameters/0", "LinFlow/10/_spindle", "LinFlow/9/start", "LinFlow/argo-x", "Other/1",
		"mf.cards/x", "data/Flow", ".tmp",
	} {
		if err := os.MkdirAll(filepath.Join(s.Root(), dir), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(s.Root(), "config.json"), nil)
	write(t, filepath.Join(s.Root(), "LinFlow", "latest_run"), nil)
	list := func(names []string, err error) []string {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		return names
	}
	got := map[string][]string{
		"flows": list(s.Flows()), "runs": list(s.Runs(flow)), "steps": list(s.Steps(flow, "10")), "tasks": list(s.Tasks(flow, "10", "start")),
		"nothing": list(s.Tasks(flow, "11", "start")),
	}
	want := map[string][]string{
		"flows": {"LinFlow", "Other"}, "runs": {"9", "10", "argo-x"}, "steps": {"_parameters", "start"},
		"tasks": {"1", "2", "12", "12_node_1", "12_node_10"}, "nothing": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	write(t, filepath.Join(s.Root(), "data", "_meta", "_self.json"), nil)
	if got := list(s.Flows()); !cmp.Equal(got, []string{"LinFlow", "Other", "data"}) {
		t.Errorf("with a flow called data: %v", got)
	}
}

func TestNamesCannotLeaveTheStore(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	for _, bad := range []string{"", ".", "..", "a/b", "../..", "a\x00"} {
		task := someTask
		task.Step = bad
		if err := s.Begin(task, 0); err == nil {
			t.Errorf("began a task of step %q", bad)
		}
		if _, err := s.Data(task, 0); err == nil || errors.Is(err, artifact.ErrMissing) {
			t.Errorf("data of step %q: %v", bad, err)
		}
		if _, err := s.Tasks(flow, "1", bad); err == nil {
			t.Errorf("listed tasks of step %q", bad)
		}
	}
}

func TestFindLocalRoot(t *testing.T) {
	t.Parallel()
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	deep := filepath.Join(base, "project", "a", "b")
	if err := os.MkdirAll(deep, 0o777); err != nil {
		t.Fatal(err)
	}
	env := func(value string) func(string) string {
		return func(name string) string {
			if name == artifact.RootVariable {
				return value
			}
			return ""
		}
	}
	find := func(env func(string) string, cwd string, create bool) string {
		t.Helper()
		root, created, err := artifact.FindLocalRoot(env, cwd, create)
		if err != nil {
			t.Fatal(err)
		}
		if created {
			return "new " + root
		}
		return root
	}
	if _, _, err := artifact.FindLocalRoot(env(""), deep, false); !errors.Is(err, artifact.ErrNoRoot) {
		t.Errorf("no root: %v", err)
	}
	steps := []struct{ got, want string }{
		{find(env("/srv/x"), deep, true), "/srv/x/.metaflow"},
		{find(env("rel"), deep, true), filepath.Join(deep, "rel", ".metaflow")},
		{find(env(""), filepath.Join(base, "project"), true), "new " + filepath.Join(base, "project", ".metaflow")},
		{find(env(""), deep, true), filepath.Join(base, "project", ".metaflow")},
		{find(env(""), deep, false), filepath.Join(base, "project", ".metaflow")},
	}
	for i, s := range steps {
		if s.got != s.want {
			t.Errorf("step %d: %q, want %q", i, s.got, s.want)
		}
	}
}
