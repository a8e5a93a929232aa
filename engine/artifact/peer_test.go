package artifact_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
)

// peer runs Metaflow's own datastore code on the store and reads what it prints into out.
func peer(t *testing.T, action string, s *artifact.Store, out any) {
	t.Helper()
	python := os.Getenv("SPINDLE_PEER")
	if python == "" {
		python = filepath.Join("..", "..", "build", "peer", "bin", "python")
	}
	if _, err := os.Stat(python); err != nil {
		t.Skipf("no Python with metaflow at %q (set SPINDLE_PEER): %v", python, err)
	}
	cmd := exec.Command(python, filepath.Join("testdata", "peer.py"), action, s.Root(), flow, someTask.Run, someTask.Step, someTask.Task)
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester", "METAFLOW_HOME="+t.TempDir())
	text, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("peer %s: %v\n%s", action, err, exit.Stderr)
		}
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatalf("peer %s printed %q: %v", action, text, err)
	}
}

// pickledBytes is a Python bytes object by protocol 4.
func pickledBytes(value []byte) []byte {
	n := len(value)
	head := []byte{0x80, 4, 'B', byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}
	return append(append(head, value...), '.')
}

func TestPeerReadsOurs(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	pickles := map[string][]byte{"packed": pickledBytes(text(1<<20, 1)), "raw": pickledBytes(noise(1<<20, 2))}
	for name, v := range map[string]any{"x": 3, "name": flow, "_transition": plain.Tuple{[]string{"fe"}, nil}, "none": nil} {
		p, err := plain.Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		pickles[name] = p
	}
	objects := artifact.Objects{}
	for name, p := range pickles {
		key, err := s.Put(t.Context(), flow, spill(t, t.TempDir(), p, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		objects[name] = artifact.Ref{Key: key, Info: artifact.Info{Size: int64(len(p)), Type: "<class '" + name + "'>", Encoding: "pickle-v4"}}
	}
	log := artifact.FormatLogLine(noon, artifact.SourceRuntime, "u1", []byte("hi \xff there"))
	for _, err := range []error{
		s.Begin(someTask, 0), s.Begin(someTask, 1),
		s.SaveData(someTask, 1, artifact.Data{PythonVersion: "3", Objects: objects}), s.MarkDone(someTask, 1),
		s.SaveOutcome(someTask, 1, artifact.Outcome{Success: true}),
		s.SaveLog(someTask, 1, artifact.SourceRuntime, artifact.Stdout, log),
		s.SaveLog(someTask, 1, artifact.SourceRuntime, artifact.Stderr, nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var got map[string]any
	peer(t, "read", s, &got)
	large := func(value []byte) []any {
		// The peer prints the ends of a long value; only its own repr of ours is compared, as text.
		return []any{"bytes", float64(len(value)), pyRepr(value[:8]), pyRepr(value[len(value)-8:])}
	}
	sizes, types := map[string]any{}, map[string]any{}
	for name, ref := range objects {
		sizes[name], types[name] = float64(ref.Size), ref.Type
	}
	want := map[string]any{
		"attempt": 1.0, "bulk": []any{someTask.Run + "/start/1"},
		"artifacts": map[string]any{
			"x": "3", "name": "'LinFlow'", "_transition": "(['fe'], None)", "none": "None",
			"packed": large(text(1<<20, 1)), "raw": large(noise(1<<20, 2)),
		},
		"sizes": sizes, "types": types, "log": []any{`hi \xff there`}, "times": []any{"2026-11-21T12:00:00.250000"},
		"empty":   []any{"", ""},
		"runtime": map[string]any{"return_code": 0.0, "killed": false, "success": true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// pyRepr is Python's repr of bytes.
func pyRepr(b []byte) string {
	quote := byte('\'')
	if bytes.ContainsRune(b, '\'') && !bytes.ContainsRune(b, '"') {
		quote = '"'
	}
	out := []byte{'b', quote}
	for _, c := range b {
		switch {
		case c == '\\' || c == quote:
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\r':
			out = append(out, `\r`...)
		case c == '\t':
			out = append(out, `\t`...)
		case c < 0x20 || c >= 0x7f:
			const hex = "0123456789abcdef"
			out = append(out, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	return string(append(out, quote))
}

func TestWeReadThePeers(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	var made struct {
		Raw artifact.Key `json:"raw"`
	}
	peer(t, "write", s, &made)
	attempt, err := s.LatestDone(someTask)
	if err != nil || attempt != 0 {
		t.Fatalf("latest attempt %d, %v", attempt, err)
	}
	d, err := s.Data(someTask, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	for name, ref := range d.Objects {
		p, err := s.Bytes(t.Context(), flow, ref.Key)
		if err != nil {
			t.Fatal(err)
		}
		if ref.Size != int64(len(p)) || ref.Encoding != "pickle-v4" || ref.Serializer != "" {
			t.Errorf("%s: %+v with %d bytes", name, ref, len(p))
		}
		if got[name], err = plain.Decode(p); err != nil {
			t.Error(err)
		}
		check(t, s, ref.Key, p)
	}
	want := map[string]any{"x": int64(5), "text": "h\u00e9llo", "none": nil, "big": plain.Bytes(bytes.Repeat([]byte("0123456789abcdef"), 100_000))}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	check(t, s, made.Raw, bytes.Repeat([]byte("raw bytes "), 50_000))
	if key, err := s.PutBytes(t.Context(), flow, bytes.Repeat([]byte("raw bytes "), 50_000)); err != nil || key != made.Raw {
		t.Errorf("putting the peer's value: %v, %v", key, err)
	}
	lines, err := s.ReadLog(someTask, 0, artifact.Stdout)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"01.0 hi", "? plain"}, show(lines)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
