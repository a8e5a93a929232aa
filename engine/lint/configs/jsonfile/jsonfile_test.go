package jsonfile_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/jsonfile"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	v, fault := jsonfile.Parse("c.json", []byte("{\n  \"é\": [1, -2.5e3],\r\n\t\"b\": {\"c\": \"x\\ty\", \"d\": \"ok\"}, \"e\": null}\n"))
	if fault != nil {
		t.Fatal(fault)
	}
	var got []string
	walk(v, "", &got)
	want := []string{
		" object 1:1-3:43",
		".é array 2:8-2:19 key 2:3-2:6",
		".é.0 integer 1 2:9-2:10",
		".é.1 number -2.5e3 2:12-2:18",
		".b object 3:7-3:31 key 3:2-3:5",
		".b.c string x\ty 3:13-3:19 key 3:8-3:11",
		".b.d string ok 3:26-3:30 key 3:21-3:24 inner 3:27-3:29",
		".e null null 3:38-3:42 key 3:33-3:36",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func walk(v *graph.Value, path string, out *[]string) {
	line := fmt.Sprintf("%s %s", path, v.Kind)
	if v.Text != "" {
		line += " " + v.Text
	}
	*out = append(*out, line+" "+place(v.Range))
	for i, item := range v.Items {
		walk(item, fmt.Sprintf("%s.%d", path, i), out)
	}
	for _, e := range v.Entries {
		at := len(*out)
		walk(e.Value, path+"."+e.Key, out)
		(*out)[at] += " key " + place(e.KeyRange)
		if e.Value.Inner != (graph.Range{}) {
			(*out)[at] += " inner " + place(e.Value.Inner)
		}
	}
}

func place(r graph.Range) string {
	return fmt.Sprintf("%d:%d-%d:%d", r.Start.Line, r.Start.Column, r.End.Line, r.End.Column)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"":                     `1:1-1:1 the text ends where a value is expected`,
		" \n":                  `2:1-2:1 the text ends where a value is expected`,
		`{"a": 1`:              `1:8-1:8 the text ends where "," or "}" is expected`,
		"{\"a\": 1\n\"b\": 2}": `2:1-2:2 "," or "}" is expected here, not '"'`,
		`{"a": 1,}`:            `1:9-1:10 a key in double quotes is expected after the last comma, or no comma`,
		`[1,]`:                 `1:4-1:5 a value is expected after the last comma, or no comma`,
		`{'a': 1}`:             `1:2-1:3 a key is in double quotes in JSON`,
		`{"a": 'b'}`:           `1:7-1:8 text is in double quotes in JSON`,
		`{a: 1}`:               `1:2-1:3 a key in double quotes is expected here, not 'a'`,
		`{"a" 1}`:              `1:6-1:7 ":" is expected here, not '1'`,
		`{"a": 01}`:            `1:8-1:9 a number has no leading zeros in JSON`,
		`{"a": +1}`:            `1:7-1:8 a value is expected here, not '+'`,
		`{"a": 1.}`:            `1:9-1:10 a digit is expected here, not '}'`,
		`{"a": "é`:             `1:7-1:9 the text has no closing quote`,
		"{\"a\": \"b\n\"}":     `1:7-1:9 the text has no closing quote`,
		"{\"a\": \"b\tc\"}":    `1:9-1:10 a control character in text is written with a backslash, as in \t`,
		`{"a": "\q"}`:          `1:8-1:9 JSON has no such escape`,
		`{"a": "\u12"}`:        `1:8-1:9 \u needs four hexadecimal digits`,
		"// x\n{}":             `1:1-1:2 JSON has no comments`,
		`{} {}`:                `1:4-1:5 there is more text after the value`,
		"\ufeff{}":             `1:1-1:2 the text starts with a byte order mark`,
		"a: 1\n":               `1:1-1:2 a value is expected here, not 'a'`,
		`{"a": NaN}`:           `1:7-1:8 a value is expected here, not 'N'`,
	} {
		_, fault := jsonfile.Parse("c.json", []byte(source))
		if fault == nil {
			t.Errorf("%q: no fault", source)
			continue
		}
		if got := place(fault.Range) + " " + fault.Message; got != want {
			t.Errorf("%q:\n got %s\nwant %s", source, got, want)
		}
	}
}

func TestPython(t *testing.T) {
	t.Parallel()
	at := graph.Range{File: "flow.py", Start: graph.Pos{Line: 5, Column: 20}}
	v, fault := jsonfile.ParsePython(at, []byte("{\"a\": NaN,\n \"b\": -Infinity}"))
	if fault != nil || v.Entry("a").Value.Kind != graph.NumberKind || v.Entry("b").Value.Text != "-Infinity" {
		t.Fatalf("got %+v, %v", v, fault)
	}
	if got := place(v.Entry("a").KeyRange) + " " + place(v.Entry("b").KeyRange); got != "5:21-5:24 6:2-6:5" {
		t.Errorf("keys at %s", got)
	}
	if _, fault := jsonfile.ParsePython(at, []byte("{\"a\": \"\xff\"}")); fault == nil || fault.Range.Start.Column != 27 {
		t.Errorf("text that is not UTF-8: %+v", fault)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a": [1, 2.5e-3, "x\u00e9\n", null, true], "b": {}}`, `[]`, `-0`, `1E+9`, `"\ud83d\ude00"`, `"\ud800"`, "\ufeff{}", `{"a":1,}`, "NaN", `-Infinity`, "[[[", "\"\xff\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, fault := jsonfile.Parse("c.json", data)
		if valid := json.Valid(data); valid != (fault == nil) {
			t.Fatalf("%q: valid %t, fault %+v", data, valid, fault)
		}
		if fault == nil {
			var want any
			if err := json.Unmarshal(data, &want); err != nil {
				t.Skip() // a number out of the range of Go's
			}
			if diff := cmp.Diff(want, plain(t, v)); diff != "" {
				t.Fatalf("%q (-want +got):\n%s", data, diff)
			}
		}
		if v, fault := jsonfile.ParsePython(graph.Range{File: "c.json", Start: graph.Pos{Line: 1, Column: 1}}, data); v == nil && fault == nil {
			t.Fatal("neither value nor fault")
		}
	})
}

// plain is a value as encoding/json would give it.
func plain(t *testing.T, v *graph.Value) any {
	switch v.Kind {
	case graph.ObjectKind:
		out := map[string]any{}
		for _, e := range v.Entries {
			out[everyByte(e.Key)] = plain(t, e.Value)
		}
		return out
	case graph.ArrayKind:
		out := []any{}
		for _, item := range v.Items {
			out = append(out, plain(t, item))
		}
		return out
	case graph.StringKind:
		return everyByte(v.Text)
	case graph.BoolKind:
		return v.Text == "true"
	case graph.NullKind:
		return nil
	}
	var f float64
	if err := json.Unmarshal([]byte(v.Text), &f); err != nil || math.IsNaN(f) {
		t.Fatalf("%q is no number: %v", v.Text, err)
	}
	return f
}

// everyByte replaces each byte that is not UTF-8, as encoding/json does.
func everyByte(s string) string { return string([]rune(s)) }
