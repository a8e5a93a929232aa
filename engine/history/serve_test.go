package history

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// newHistory is a store with three runs of F: 1 succeeded, 2 failed, 3 resumed 2 and is still going on.
func newHistory(t testing.TB) *bench {
	b := newBench(t)
	b.run("F", "1", "first")
	b.task("1/_parameters/0", left{endpoint: "finish", values: map[string]any{"alpha": int64(3)}})
	b.task("1/start/1", left{next: []string{"finish"}, stdout: "hello", values: map[string]any{"x": "one", "_private": int64(1)}})
	b.task("1/finish/2", left{values: map[string]any{"x": "two"}})
	b.run("F", "2", "second")
	b.task("2/_parameters/0", left{endpoint: "finish"})
	b.task("2/start/1", left{next: []string{"finish"}, values: map[string]any{"x": "three"}})
	b.task("2/finish/2", left{failed: true, stdout: "first try"})
	b.task("2/finish/2", left{failed: true, attempt: 1, stdout: "second try"})
	b.run("F", "3")
	b.task("3/start/1", left{next: []string{"finish"}, origin: "2/1", values: map[string]any{"x": "three"}})
	b.task("3/finish/2", left{crashed: true})
	b.run("G", "4", "other")
	return b
}

func TestServe(t *testing.T) {
	t.Parallel()
	b := newHistory(t)
	r := b.reader()
	tests := []struct{ call, args, want string }{
		{"object", `{"pathspec":"F"}`, "flow F F"},
		{"object", `{"pathspec":"F/1"}`, "run F/1 1"},
		{"object", `{"pathspec":"F/1/start"}`, "step F/1/start start"},
		{"object", `{"pathspec":"F/1/start/1"}`, "task F/1/start/1 1"},
		{"object", `{"pathspec":"F/2/finish/2/_success","attempt":0}`, "artifact F/2/finish/2/_success _success"},
		{"object", `{"pathspec":"F/1","namespace":"first"}`, "run F/1 1"},
		{"object", `{"pathspec":"F/1","namespace":"second"}`, `namespace: F/1 is not in namespace "second"`},
		{"object", `{"pathspec":"F","namespace":"second"}`, "flow F F"},
		{"object", `{"pathspec":"F","namespace":"third"}`, `namespace: F is not in namespace "third"`},
		{"object", `{"pathspec":"F/1/start/1/y"}`, "not_found: "},
		{"object", `{"pathspec":"F/1/start/9"}`, "not_found: "},
		{"object", `{"pathspec":"H"}`, "not_found: "},
		{"object", `{"pathspec":""}`, "invalid_pathspec: "},
		{"object", `{"pathspec":"F//start"}`, "invalid_pathspec: "},
		{"object", `{"pathspec":"F/../G"}`, "invalid_pathspec: "},
		{"object", `{"pathspec":"F/1/start/1/x/y"}`, "invalid_pathspec: "},
		{"object", `{"pathspec":"F/1/start/1","attempt":6}`, "not_found: "},
		{"object", `{"pathspec":7}`, "invalid_call: "},
		{"object", `[]`, "invalid_call: "},
		{"children", `{"pathspec":"F/1/start/1/x"}`, "invalid_pathspec: "},
		{"children", `{"pathspec":"H"}`, "not_found: "},
		{"children", `{"pathspec":"F/9"}`, "not_found: "},
		{"metadata", `{"pathspec":"F/1"}`, "invalid_pathspec: "},
		{"value", `{"pathspec":"F/3/finish/2/x"}`, "unfinished: "},
		{"value", `{"pathspec":"F/1/finish/2/nothing"}`, "not_found: "},
		{"value", `{"pathspec":"F/1/finish/9/x"}`, "not_found: "},
		{"logs", `{"pathspec":"F/1/start/1","stream":"stdin"}`, "invalid_call: "},
		{"related", `{"pathspec":"F/1/start/1","direction":"up"}`, "invalid_call: "},
		{"tags", `{"pathspec":"F/1","add":["user:ann"],"remove":["runtime:dev"]}`, "tags: "},
		{"tags", `{"pathspec":"F/1"}`, "tags: "},
		{"tags", `{"pathspec":"F/9","add":["a"]}`, "not_found: "},
		{"latest", `{"flow":"H"}`, "not_found: "},
		{"use", `{"metadata":"/nowhere/at/all"}`, "not_found: "},
		{"use", `{"metadata":"service@http://localhost"}`, "not_found: "},
		{"use", `{"metadata":""}`, "not_found: "},
		{"include_file", `{"path":"/nowhere"}`, "io: "},
		{"include_file", `{"path":"relative"}`, "invalid_call: "},
		{"include_read", `{}`, "invalid_call: "},
		{"include_read", `{"descriptor":{"url":"s3://bucket/x"}}`, "not_found: "},
		{"open", `{}`, `unknown_call: there is no store call "open"`},
	}
	for _, test := range tests {
		got := serve(t, r, test.call, test.args)
		if o, ok := got.(map[string]any); ok {
			got = fmt.Sprint(o["kind"], " ", o["pathspec"], " ", o["id"])
		}
		if text, ok := got.(string); !ok || text != test.want && (!strings.HasSuffix(test.want, ": ") || !strings.HasPrefix(text, test.want)) {
			t.Errorf("%s %s\n got %v\nwant %s", test.call, test.args, got, test.want)
		}
	}
}

func TestServeObjects(t *testing.T) {
	t.Parallel()
	b := newHistory(t)
	r := b.reader()
	run := serve(t, r, "object", `{"pathspec":"F/2/start"}`).(map[string]any)
	delete(run, "created_at")
	want := map[string]any{
		"kind": "step", "pathspec": "F/2/start", "id": "start", "user": "ann",
		"user_tags": []any{"second"}, "system_tags": []any{"user:ann", "runtime:dev"},
	}
	if diff := cmp.Diff(want, run); diff != "" {
		t.Errorf("step (-want +got):\n%s", diff)
	}
	task := serve(t, r, "object", `{"pathspec":"F/2/finish/2"}`).(map[string]any)
	if task["attempt"] != 1.0 {
		t.Errorf("a task's attempt is %v, want 1", task["attempt"])
	}
	value := serve(t, r, "object", `{"pathspec":"F/1/start/1/x"}`).(map[string]any)
	delete(value, "created_at")
	want = map[string]any{
		"kind": "artifact", "pathspec": "F/1/start/1/x", "id": "x", "name": "x", "user": "ann", "attempt": 0.0, "size": 17.0,
		"sha": string(artifact.KeyOf([]byte("\x80\x04\x95\x07\x00\x00\x00\x00\x00\x00\x00\x8c\x03one\x94."))), "type": "<class 'x'>", "encoding": "pickle-v4",
		"user_tags": []any{"first"}, "system_tags": []any{"user:ann", "runtime:dev"},
	}
	delete(want, "size")
	delete(value, "size")
	if diff := cmp.Diff(want, value); diff != "" {
		t.Errorf("artifact (-want +got):\n%s", diff)
	}
}

func TestServeChildren(t *testing.T) {
	t.Parallel()
	r := newHistory(t).reader()
	tests := []struct{ args, want string }{
		{`{"pathspec":""}`, "G F"},
		{`{"pathspec":"","namespace":"other"}`, "G"},
		{`{"pathspec":"","namespace":"nobody"}`, ""},
		{`{"pathspec":"F"}`, "3 2 1"},
		{`{"pathspec":"F","namespace":"user:ann","tags":["second"]}`, "2"},
		{`{"pathspec":"F","tags":["first","second"]}`, ""},
		{`{"pathspec":"F/1"}`, "finish start _parameters"},
		{`{"pathspec":"F/1","namespace":"second"}`, ""},
		{`{"pathspec":"F/1/start"}`, "1"},
		{`{"pathspec":"F/2/finish/2","attempt":2}`, ""},
		{`{"pathspec":"F/3/finish/2"}`, ""},
		{`{"pathspec":"F/1/start/1","namespace":"second"}`, ""},
	}
	for _, test := range tests {
		if got := ids(t, serve(t, r, "children", test.args)); got != test.want {
			t.Errorf("children %s: %q, want %q", test.args, got, test.want)
		}
	}
	got := serve(t, r, "children", `{"pathspec":"F/1/start/1"}`).([]any)
	if len(got) != 7 {
		t.Errorf("a task has %d artifacts, want 7: %s", len(got), ids(t, got))
	}
}

func TestServeMetadata(t *testing.T) {
	t.Parallel()
	r := newHistory(t).reader()
	fields := func(args string) map[string]any {
		out := map[string]any{}
		for _, rec := range serve(t, r, "metadata", args).([]any) {
			rec := rec.(map[string]any)
			out[rec["name"].(string)] = rec["value"]
		}
		return out
	}
	if got := fields(`{"pathspec":"F/2/finish/2","attempt":0}`)["attempt"]; got != "0" {
		t.Errorf("attempt 0 is recorded as %v", got)
	}
	if got := fields(`{"pathspec":"F/2/finish/2"}`)["attempt-done"]; got != "1" {
		t.Errorf("the last attempt done is %v, want 1", got)
	}
	copied := fields(`{"pathspec":"F/3/start/1"}`)
	for name, want := range map[string]any{"origin-run-id": "2", "origin-task-id": "1", "ds-type": "local", "attempt-done": "0"} {
		if copied[name] != want {
			t.Errorf("a copied task's %s is %v, want %v", name, copied[name], want)
		}
	}
}

// TestOriginGone is about a copied task whose original was deleted.
func TestOriginGone(t *testing.T) {
	t.Parallel()
	b := newHistory(t)
	b.ok(os.RemoveAll(filepath.Join(b.root, "F/2")))
	if got, ok := serve(t, b.reader(), "metadata", `{"pathspec":"F/3/start/1"}`).([]any); !ok || len(got) == 0 {
		t.Errorf("records of a copied task whose original is gone: %v", got)
	}
}

func TestServeValueAndLogs(t *testing.T) {
	t.Parallel()
	r := newHistory(t).reader()
	place := serve(t, r, "value", `{"pathspec":"F/1/start/1/x"}`).(map[string]any)
	if got := content(t, place); !strings.Contains(got, "one") || place["encoding"] != "pickle-v4" {
		t.Errorf("value: %q as %v", got, place["encoding"])
	}
	tests := []struct{ args, want string }{
		{`{"pathspec":"F/1/start/1","stream":"stdout"}`, "hello\n"},
		{`{"pathspec":"F/2/finish/2","stream":"stdout"}`, "second try\n"},
		{`{"pathspec":"F/2/finish/2","stream":"stdout","attempt":0}`, "first try\n"},
		{`{"pathspec":"F/2/finish/2","stream":"stderr"}`, ""},
		{`{"pathspec":"F/2/finish/2","stream":"stdout","attempt":4}`, ""},
	}
	for _, test := range tests {
		place := serve(t, r, "logs", test.args).(map[string]any)
		got := ""
		if place["size"] != 0.0 {
			header, line, _ := strings.Cut(content(t, place), "\n")
			got = line
			if want := fmt.Sprintf(" %d", len(line)-1); !strings.HasSuffix(header, want) {
				t.Errorf("logs %s: the header is %q, want it to end in %q", test.args, header, want)
			}
		}
		if got != test.want {
			t.Errorf("logs %s: %q, want %q", test.args, got, test.want)
		}
	}
}

// content is what is at a place, which is then removed as a reader does.
func content(t testing.TB, place map[string]any) string {
	t.Helper()
	text, err := os.ReadFile(place["path"].(string))
	if err != nil {
		t.Fatal(err)
	}
	from, size := int(place["offset"].(float64)), int(place["size"].(float64))
	if place["temporary"] == true {
		if err := os.Remove(place["path"].(string)); err != nil {
			t.Fatal(err)
		}
	}
	return string(text[from : from+size])
}

func TestServeTagsAndLatest(t *testing.T) {
	t.Parallel()
	r := newHistory(t).reader()
	latest := func(args string) any {
		o, ok := serve(t, r, "latest", args).(map[string]any)
		if !ok {
			return nil
		}
		return o["id"]
	}
	for args, want := range map[string]any{
		`{"flow":"F"}`:                      "3",
		`{"flow":"F","namespace":"second"}`: "2",
		`{"flow":"F","namespace":"nobody"}`: nil,
		`{"flow":"F","successful":true}`:    "1",
		`{"flow":"G","successful":true}`:    nil,
	} {
		if got := latest(args); got != want {
			t.Errorf("latest %s: %v, want %v", args, got, want)
		}
	}
	got := serve(t, r, "tags", `{"pathspec":"F/1","add":["new","first"],"remove":["first"]}`)
	want := map[string]any{"user_tags": []any{"new", "first"}, "system_tags": []any{"user:ann", "runtime:dev"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if got := latest(`{"flow":"F","namespace":"new"}`); got != "1" {
		t.Errorf("a new tag is no namespace: latest is %v", got)
	}
}

// TestUse goes over to another store and back; other sessions do not notice.
func TestUse(t *testing.T) {
	t.Parallel()
	b, other := newHistory(t), newBench(t)
	other.run("H", "7")
	r := b.reader()
	session, bystander := r.Session(""), r.Session(t.TempDir())
	home := "local@" + filepath.Dir(b.root)
	for _, where := range []string{"local@" + filepath.Dir(other.root), filepath.Dir(other.root), other.root} {
		got := serve(t, session, "use", fmt.Sprintf(`{"metadata":%q}`, where))
		want := map[string]any{"metadata": "local@" + filepath.Dir(other.root), "default": home}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("use %s (-want +got):\n%s", where, diff)
		}
		if got := ids(t, serve(t, session, "children", `{"pathspec":""}`)); got != "H" {
			t.Errorf("flows of the other store: %s", got)
		}
		if got := ids(t, serve(t, bystander, "children", `{"pathspec":""}`)); got != "G F" {
			t.Errorf("flows another session sees: %s", got)
		}
	}
	serve(t, session, "use", fmt.Sprintf(`{"metadata":%q}`, home))
	if got := ids(t, serve(t, session, "children", `{"pathspec":""}`)); got != "G F" {
		t.Errorf("flows back home: %s", got)
	}
}

// TestMoved reads a store whose folder was moved: its records name a root that is not there.
func TestMoved(t *testing.T) {
	t.Parallel()
	b := newHistory(t)
	moved := filepath.Join(t.TempDir(), ".metaflow")
	b.ok(os.Rename(b.root, moved))
	r := New(artifact.Open(moved, artifact.Options{}), metadata.NewLocal(moved, metadata.Options{}), Options{Dir: t.TempDir()})
	if got := content(t, serve(t, r, "value", `{"pathspec":"F/1/start/1/x"}`).(map[string]any)); !strings.Contains(got, "one") {
		t.Errorf("value in a moved store: %q", got)
	}
	if got := content(t, serve(t, r, "logs", `{"pathspec":"F/1/start/1","stream":"stdout"}`).(map[string]any)); !strings.Contains(got, "hello") {
		t.Errorf("log in a moved store: %q", got)
	}
	if got := fmt.Sprint(serve(t, r, "related", `{"pathspec":"F/1/finish/2","direction":"parents"}`)); got != "[F/1/start/1]" {
		t.Errorf("parents in a moved store: %s", got)
	}
}

// TestDamaged is about files that are not what they should be: the refusal names them.
func TestDamaged(t *testing.T) {
	t.Parallel()
	tests := []struct{ file, call, args string }{
		{"F/_meta/_self.json", "object", `{"pathspec":"F"}`},
		{"F/1/_meta/_self.json", "object", `{"pathspec":"F/1"}`},
		{"F/1/_meta/_self.json", "latest", `{"flow":"F"}`},
		{"F/1/start/1/_meta/_self.json", "children", `{"pathspec":"F/1/start"}`},
		{"F/1/start/1/_meta/sysmeta_ds-root_*.json", "metadata", `{"pathspec":"F/1/start/1"}`},
		{"F/1/start/1/_meta/0_artifact_x.json", "value", `{"pathspec":"F/1/start/1/x"}`},
		{"F/1/start/1/_meta/0_artifact_x.json", "children", `{"pathspec":"F/1/start/1"}`},
		{"F/1/start/1/0.data.json", "related", `{"pathspec":"F/1/start/1","direction":"children"}`},
		{"F/data/*/*[0-9a-f]", "value", `{"pathspec":"F/1/start/1/x"}`},
	}
	for _, test := range tests {
		t.Run(test.call+" "+test.file, func(t *testing.T) {
			t.Parallel()
			b := newHistory(t)
			paths, err := filepath.Glob(filepath.Join(b.root, test.file))
			if err != nil || len(paths) == 0 {
				t.Fatalf("nothing matches %s: %v", test.file, err)
			}
			for _, path := range paths {
				if !strings.HasSuffix(path, "_meta") {
					b.ok(os.WriteFile(path, []byte(`{"flow_id": `), 0o644))
				}
			}
			got, _ := serve(t, b.reader(), test.call, test.args).(string)
			if !strings.HasPrefix(got, "corrupt: ") || !strings.Contains(got, filepath.Dir(paths[0])) && len(paths) == 1 {
				t.Errorf("%s %s: %v", test.call, test.args, got)
			}
		})
	}
}
