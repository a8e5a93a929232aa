package wire

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// FuzzTask holds what is read by hand against encoding/json: the same where that reads a task, and never a crash.
func FuzzTask(f *testing.F) {
	for _, name := range []string{"join", "parameters", "gang", "odd"} {
		text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			f.Fatal(err)
		}
		if plain(text) == nil {
			f.Fatalf("%s.json is not compared", name)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := (Message{Line: text}).DecodeTask(); err != nil && json.Unmarshal(text, new(Task)) == nil && plain(text) != nil {
			t.Errorf("%s: %v", text, err)
		}
		if text = plain(text); text == nil {
			return
		}
		var want Task
		if json.Unmarshal(text, &want) != nil {
			return
		}
		task, err := Message{Line: text}.DecodeTask()
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got, want := normal(t, task), normal(t, want); !bytes.Equal(got, want) {
			t.Errorf("%s\n is %s\nnot %s", text, got, want)
		}
	})
}

// plain writes a text with every name once; nil for what is no JSON, or has names of which encoding/json does not mind the case.
func plain(text []byte) []byte {
	var v any
	if json.Unmarshal(text, &v) != nil {
		return nil
	}
	b, err := json.Marshal(v)
	if err != nil || !bytes.Equal(bytes.ToLower(b), b) {
		return nil
	}
	return b
}

// normal makes no difference between what is empty and what is missing.
func normal(t *testing.T, task Task) []byte {
	t.Helper()
	if len(task.GraphInfo) == 0 {
		task.GraphInfo = nil
	}
	v := reflect.ValueOf(&task).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); (f.Kind() == reflect.Map || f.Kind() == reflect.Slice) && f.Len() == 0 {
			f.SetZero()
		}
	}
	for i := range task.Inputs {
		if len(task.Inputs[i].Artifacts) == 0 {
			task.Inputs[i].Artifacts = nil
		}
	}
	b, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// FuzzTexts holds how texts are written and read against encoding/json.
func FuzzTexts(f *testing.F) {
	for _, text := range []string{"", "a", "<class 'int'>", "\"\\\n\x00\x7f", "é😀\u2028", "\xff\xfe", `\ud83d`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		written := line(nil).quoted(text)
		var want string
		if err := json.Unmarshal(written, &want); err != nil {
			t.Fatalf("%q is written as %s: %v", text, written, err)
		}
		s := scanner{b: written}
		if got := s.text(); got != want || s.end() != nil {
			t.Errorf("%s is read as %q, not %q: %v", written, got, want, s.end())
		}
		given := []byte(`"` + text + `"`)
		if want = ""; json.Unmarshal(given, &want) == nil && bytes.Equal(bytes.ToValidUTF8(given, nil), given) {
			s := scanner{b: given}
			if got := s.text(); got != want || s.end() != nil {
				t.Errorf("%s is read as %q, not %q: %v", given, got, want, s.end())
			}
		}
	})
}

// TestWritten holds the messages that are written by hand against what encoding/json makes of them.
func TestWritten(t *testing.T) {
	t.Parallel()
	to := &Transition{Next: []string{"fit", "a\"b"}, Foreach: "grid", NumSplits: 2, Values: []string{}, Parallel: 3, Condition: "way"}
	of := []Produced{{Name: "x", Type: "<class 'int'>", Encoding: "pickle-v4", Data: []byte("\x80\x04K\x01."), Size: 5}, {Name: "y", File: "/dev/shm/1", Offset: 7, Size: 9}}
	for _, m := range []any{
		Hello{Type: "hello", Protocol: 1},
		Hello{Type: "hello", Protocol: 1, Language: "go", Version: "1.26", SDK: "v0", Executable: "/a", File: "/é", PID: 7, Can: []string{"guard"}, Engine: "1"},
		Done{Type: "done", Artifacts: []Produced{}, Inherit: []Inherited{}},
		Done{Type: "done", Success: true, Artifacts: of, Inherit: []Inherited{{0, []string{"a", "b"}}, {3, []string{"c"}}}, Transition: to, Caught: true, Answer: json.RawMessage(`{"a":1}`)},
	} {
		want, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := encode(m)
		if err != nil {
			t.Fatal(err)
		}
		var g, w any
		if err := json.Unmarshal(got, &g); err != nil {
			t.Fatalf("%s: %v", got, err)
		}
		if err := json.Unmarshal(want, &w); err != nil {
			t.Fatal(err)
		}
		if _, byHand := m.(appender); !byHand || !equalButZeros(g, w) {
			t.Errorf("%s\nnot %s", got, want)
		}
	}
	got, err := encode(getRequest{id: 3, inline: 10, items: []Item{{0, "n"}, {12, "é"}}})
	if want := `{"type":"get","id":3,"inline":10,"items":[[0,"n"],[12,"é"]]}`; err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

// equalButZeros compares decoded JSON; an offset of 0 may be left out.
func equalButZeros(a, b any) bool {
	strip := func(v any) any {
		m, _ := v.(map[string]any)
		list, _ := m["artifacts"].([]any)
		for _, one := range list {
			if p, ok := one.(map[string]any); ok && p["offset"] == 0.0 {
				delete(p, "offset")
			}
		}
		return v
	}
	return reflect.DeepEqual(strip(a), strip(b))
}

// TestCutOff reads messages that end too soon at every place: an error, never a crash or a task that looks whole.
func TestCutOff(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "join.json"))
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.TrimSpace(text)
	for n := range text {
		if _, err := (Message{Line: text[:n]}).DecodeTask(); err == nil {
			t.Fatalf("%d bytes of %d are taken for a task", n, len(text))
		}
		if _, err := envelope(text[:n]); err == nil {
			t.Fatalf("%d bytes of %d are taken for a message", n, len(text))
		}
	}
	for n := range len(text) {
		broken := bytes.Clone(text)
		broken[n] ^= 0x80
		_, _ = Message{Line: broken}.DecodeTask() // must return
	}
}
