package document_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

const yamlText = `# of the model
model: &m
  name: "gb"
  depth: 0x10
  lr: 1e-3
  é: [1, .inf, ~, yes, 2026-11-21]
copy:
  <<: *m
  depth: 3
`

const tomlText = `# of the model
title = "a\tb"
[model]
depth = 0x1_0
lr.first = 1e-3
"é" = [1, inf, true, 2026-11-21, {a = 1}]
[[stage]]
name = 'x'
[[stage]]
name = 'y'
[stage.more]
n = -1
`

func TestEncode(t *testing.T) {
	t.Parallel()
	for file, want := range map[string][2]string{
		"c.yaml": {yamlText, `{"model": {"name": "gb", "depth": 16, "lr": 0.001, "é": [1, Infinity, null, "yes", "2026-11-21"]}, ` +
			`"copy": {"depth": 3, "name": "gb", "lr": 0.001, "é": [1, Infinity, null, "yes", "2026-11-21"]}}`},
		"c.toml": {tomlText, `{"title": "a\tb", "model": {"depth": 16, "lr": {"first": 0.001}, "é": [1, Infinity, true, "2026-11-21", {"a": 1}]}, ` +
			`"stage": [{"name": "x"}, {"name": "y", "more": {"n": -1}}]}`},
		"c.json": {`{"a": 1.50, "b": NaN, "a": [1e5, "<\u00e9>"]}`, `{"a": [1e5, "<é>"], "b": NaN}`},
		"none":   {`"text"`, `"text"`},
		"e.yml":  {"", "null"},
		"e.toml": {"", "{}"},
	} {
		v, fault := document.Read(file, []byte(want[0]))
		if fault != nil {
			t.Errorf("%s: %+v", file, fault)
			continue
		}
		if diff := cmp.Diff(want[1], document.Encode(v)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, text, path, key, value string }{
		{"c.yaml", yamlText, "model.name", "3:3-3:7", "3:9-3:13"},
		{"c.yaml", yamlText, "model.é", "6:3-6:4", "6:6-6:7"},
		{"c.yaml", yamlText, "copy.depth", "9:3-9:8", "9:10-9:11"},
		{"c.yaml", yamlText, "copy.name", "3:3-3:7", "3:9-3:13"},
		{"c.toml", tomlText, "title", "2:1-2:6", "2:9-2:15"},
		{"c.toml", tomlText, "model.depth", "4:1-4:6", "4:9-4:14"},
		{"c.toml", tomlText, "model.lr.first", "5:4-5:9", "5:12-5:16"},
		{"c.toml", tomlText, "model.é", "6:1-6:4", "6:1-6:4"},
		{"c.json", "{\n \"a\": {\"b\": 1}}", "a.b", "2:8-2:11", "2:13-2:14"},
	} {
		v, fault := document.Read(c.file, []byte(c.text))
		if fault != nil {
			t.Fatal(fault)
		}
		e := find(v, c.path)
		if got := [2]string{place(e.KeyRange), place(e.Value.Range)}; got != [2]string{c.key, c.value} {
			t.Errorf("%s %s: %v, want %s and %s", c.file, c.path, got, c.key, c.value)
		}
	}
}

func find(v *graph.Value, path string) *graph.Entry {
	for i, r := range path {
		if r == '.' {
			return find(v.Entry(path[:i]).Value, path[i+1:])
		}
	}
	return v.Entry(path)
}

func place(r graph.Range) string {
	return fmt.Sprintf("%d:%d-%d:%d", r.Start.Line, r.Start.Column, r.End.Line, r.End.Column)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, text, want string }{
		{"c.json", "{\"a\": 1,}", "1:9-1:10 a key in double quotes is expected after the last comma, or no comma"},
		{"c.yaml", "a: 1\n b: 2\n", "2:1-2:2 mapping values are not allowed in this context"},
		{"c.yaml", "a: 1\na: 2\n", "2:1-2:2 the key \"a\" is there twice"},
		{"c.yaml", "? [1]\n: 2\n", "1:3-1:4 a key must be a text"},
		{"c.yaml", "a: 1\n---\nb: 2\n", "2:1-2:2 there is a second document; a config is one"},
		{"c.yaml", "a: &x [*x]\n", "1:8-1:9 the alias *x stands for a value that it is in itself"},
		{"c.yaml", "a: !date 1\n", "1:4-1:5 a config has no values of type !date"},
		{"c.yaml", "a:\n  <<: 3\n", "2:7-2:8 << takes a mapping or a list of them"},
		{"c.toml", "a = 1\nb = \n", "2:5-2:6 unexpected character U+000A at start of value"},
		{"c.toml", "a = 1\na = 2\n", "2:1-2:2 key a is already defined"},
	} {
		_, fault := document.Read(c.file, []byte(c.text))
		if fault == nil {
			t.Errorf("%q: no fault", c.text)
			continue
		}
		if got := place(fault.Range) + " " + fault.Message; got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("c.yaml", yamlText)
	f.Add("c.toml", tomlText)
	f.Add("c.json", `{"a": [1]}`)
	f.Add("c.yaml", "a: &a [*a, *a]\nb: &b {<<: *b}\n")
	f.Add("c.toml", "a.b = 1\n[a]\nc = 2\n")
	f.Fuzz(func(t *testing.T, file, text string) {
		v, fault := document.Read(file, []byte(text))
		if v == nil && fault == nil {
			t.Fatal("neither a value nor a fault")
		}
		if fault != nil {
			return
		}
		encoded := document.Encode(v)
		again, fault := document.Read("again.json", []byte(encoded))
		if fault != nil {
			t.Fatalf("%q became %q, which is no JSON: %+v", text, encoded, fault)
		}
		if second := document.Encode(again); second != encoded {
			t.Fatalf("%q became %q and then %q", text, encoded, second)
		}
	})
}
