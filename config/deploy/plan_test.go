package deploy_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/config/deploy"
)

func settings(pairs ...string) (out []deploy.Setting) {
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, deploy.Setting{Name: pairs[i], Value: pairs[i+1]})
	}
	return out
}

func TestCompare(t *testing.T) {
	t.Parallel()
	show := func(d []deploy.Difference) (out []string) {
		text := func(s *string) string {
			if s == nil {
				return "-"
			}
			return *s
		}
		for _, d := range d {
			out = append(out, d.Name+": "+text(d.Before)+" > "+text(d.After))
		}
		return out
	}
	tests := []struct {
		before, after []deploy.Setting
		want          []string
	}{
		{settings("a", "1"), settings("a", "1"), nil},
		{nil, settings("b", "1", "a", "2"), []string{"b: - > 1", "a: - > 2"}},
		{settings("a", "1", "b", "2", "c", "3"), settings("a", "1", "b", "5", "d", "4"), []string{"b: 2 > 5", "c: 3 > -", "d: - > 4"}},
		{settings("x", "1", "a", "1"), settings("a", "2"), []string{"x: 1 > -", "a: 1 > 2"}},
		{settings("a", "1", "b", "2"), settings("b", "2", "a", "1"), nil}, // an order is no difference
	}
	for _, tt := range tests {
		if got := show(deploy.Compare(tt.before, tt.after)); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%v, %v: %q, want %q", tt.before, tt.after, got, tt.want)
		}
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	before, after := deploy.Files{"a.py": "1", "b.py": "2", "c.py": "3"}, deploy.Files{"a.py": "1", "b.py": "4", "d.py": "5"}
	want := []deploy.FileDifference{{Name: "b.py", Change: "changed"}, {Name: "c.py", Change: "removed"}, {Name: "d.py", Change: "added"}}
	if got := deploy.CompareFiles(before, after); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	if before.Sum() == after.Sum() || before.Sum() != (deploy.Files{"c.py": "3", "b.py": "2", "a.py": "1"}).Sum() {
		t.Error("the hash is not that of the content")
	}
}

func applied(variant string, files deploy.Files) *deploy.Applied {
	return &deploy.Applied{
		Target: "files", Name: "n-" + variant, Identity: deploy.Identity{Project: "demand", Environment: "prod", Variant: variant, By: "ann", Commit: "0123456789abcdef"},
		Settings: settings("queue", `"<a>"`), Files: files, Documents: []deploy.Sent{{Kind: "flow", Name: "n", SHA256: "1", Body: []byte(`{"a": 1}`)}},
	}
}

// TestRecord: a record comes back as it was, says files that variants share once, and is the same bytes for the same.
func TestRecord(t *testing.T) {
	t.Parallel()
	r := &deploy.Record{Version: deploy.RecordVersion, Project: "demand", Environment: "prod"}
	for _, variant := range []string{"us", "eu"} {
		r.Set(variant, applied(variant, deploy.Files{"flow.py": "00ff"}))
	}
	data, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(data, []byte("flow.py")) != 1 || bytes.Contains(data, []byte(`"body"`)) || !bytes.Contains(data, []byte(`<a>`)) {
		t.Errorf("%s", data)
	}
	back, err := deploy.DecodeRecord("prod.json", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, variant := range []string{"us", "eu"} {
		if got, want := back.Of(variant), r.Of(variant).Short(); !reflect.DeepEqual(got, want) || got.Digest() != r.Of(variant).Digest() {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if again, err := back.Encode(); err != nil || !bytes.Equal(again, data) {
		t.Errorf("%v\n%s", err, again)
	}
	for text, want := range map[string]string{`{"version": 9}`: "version 9", `{`: "damaged", `{"version": 1, "variants": [{}]}`: "damaged"} {
		if _, err := deploy.DecodeRecord("prod.json", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestSavedPlan: a plan that would be made again is taken; any other is refused, saying what is different.
func TestSavedPlan(t *testing.T) {
	t.Parallel()
	files := deploy.Files{"flow.py": "00ff"}
	want := func(variant string, change func(*deploy.Wanted)) *deploy.Wanted {
		w := &deploy.Wanted{
			Identity: deploy.Identity{Project: "demand", Environment: "prod", Variant: variant}, Target: "files", Name: "n-" + variant,
			Settings: settings("queue", `"b"`), Files: files,
		}
		if change != nil {
			change(w)
		}
		return w
	}
	record := func(change func(*deploy.Record)) *deploy.Record {
		r := &deploy.Record{Version: deploy.RecordVersion, Project: "demand", Environment: "prod"}
		r.Set("us", applied("us", files))
		r.Set("gone", applied("gone", files))
		if change != nil {
			change(r)
		}
		return r
	}
	plan := deploy.Make([]*deploy.Wanted{want("us", nil), want("eu", nil)}, record(nil))
	data, err := plan.Save("0.9", "0123", true, false)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := deploy.LoadPlan("plan.json", data)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := plan.Save("0.9", "0123", true, false); err != nil || !bytes.Equal(again, data) {
		t.Error("the same plan is not the same file")
	}
	tests := []struct {
		name    string
		us      func(*deploy.Wanted)
		without bool // eu
		record  func(*deploy.Record)
		why     string
	}{
		{name: "the same"},
		{name: "another variant", record: func(r *deploy.Record) { r.Set("later", applied("later", files)) }},
		{name: "settings", us: func(w *deploy.Wanted) { w.Settings = settings("queue", `"c"`) }, why: "us: the project's files say something else of queue"},
		{name: "code", us: func(w *deploy.Wanted) { w.Files = deploy.Files{"flow.py": "1"} }, why: "us: its code is not what it was: flow.py"},
		{name: "name", us: func(w *deploy.Wanted) { w.Name = "other" }, why: `us: it would be "other" on files`},
		{name: "applied", record: func(r *deploy.Record) { r.Of("us").Identity.By = "bob" }, why: "us: it was changed where it is deployed, by bob from commit 0123456789"},
		{name: "removed", record: func(r *deploy.Record) { r.Set("us", nil) }, why: "us: it was removed since"},
		{name: "deployed", record: func(r *deploy.Record) { r.Set("eu", applied("eu", files)) }, why: "eu: it was deployed since, by ann"},
		{name: "left", without: true, why: "eu: it is neither in spindle.yaml nor deployed any more"},
		{name: "environment", record: func(r *deploy.Record) { r.Environment = "dev" }, why: `environment "prod", not of "demand" and "dev"`},
	}
	for _, tt := range tests {
		wanted := []*deploy.Wanted{want("us", tt.us)}
		if !tt.without {
			wanted = append(wanted, want("eu", nil))
		}
		part, err := saved.Check(deploy.Make(wanted, record(tt.record)))
		var moved *deploy.MovedError
		switch {
		case tt.why == "" && (err != nil || len(part.Changes) != 3):
			t.Errorf("%s: %v", tt.name, err)
		case tt.why != "" && (!errors.As(err, &moved) || !strings.Contains(err.Error(), tt.why)):
			t.Errorf("%s: %v, want %s", tt.name, err, tt.why)
		}
	}
}
