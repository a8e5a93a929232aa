package flow

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
	"github.com/spindle-flow/spindle/flow/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// engine plays the engine for tasks that run in this process: it keeps what they leave, and hands it to those after them.
type engine struct {
	t       testing.TB
	program *program
	dir     string
	tasks   int
	// gets are the artifacts that the last task has asked for.
	gets []string
}

// stored is what one task has left: the bytes of each artifact, and how they are encoded.
type stored map[string]artifact

type artifact struct {
	ref   wire.Ref
	bytes []byte
}

func newEngine(t testing.TB, f any, options ...Option) *engine {
	t.Helper()
	p, err := declare(f, options)
	if err != nil {
		t.Fatal(err)
	}
	return &engine{t: t, program: p, dir: t.TempDir()}
}

// result is a last message of any kind.
type result struct {
	Type       string
	Success    bool
	Caught     bool
	Persisted  bool
	Retry      bool
	Artifacts  []wire.Produced
	Inherit    [][2]json.RawMessage
	Transition *wire.Transition
	Exception  *wire.Exception
	Errors     []wire.Invalid
	Answer     json.RawMessage
}

// run runs a task on what others have left, and returns its last message and what it leaves itself.
func (e *engine) run(m wire.Task, inputs ...stored) (result, stored) {
	e.t.Helper()
	e.tasks++
	m.Type, m.Protocol, m.Flow, m.RunID, m.TaskID = "task", wire.Protocol, e.program.name, "1", fmt.Sprint(e.tasks)
	m.Scratch = filepath.Join(e.dir, m.TaskID)
	if err := os.MkdirAll(m.Scratch, 0o700); err != nil {
		e.t.Fatal(err)
	}
	if m.Kind == "" {
		m.Kind = "step"
	}
	for i, in := range inputs {
		one := wire.Input{Pathspec: fmt.Sprintf("1/before/%d", i), Artifacts: map[string]wire.Ref{}}
		for name, a := range in {
			one.Artifacts[name] = a.ref
		}
		m.Inputs = append(m.Inputs, one)
	}
	ours, theirs := net.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := runTask(e.program, wire.New(theirs), nil)
		ended <- err
	}()
	conn := wire.New(ours)
	if err := conn.Write(m); err != nil {
		e.t.Fatal(err)
	}
	last := e.serve(conn, inputs)
	if err := <-ended; err != nil {
		e.t.Fatal(err)
	}
	return last, e.left(last, inputs)
}

// serve answers until the last message.
func (e *engine) serve(conn *wire.Conn, inputs []stored) (last result) {
	e.t.Helper()
	e.gets = nil
	for {
		m, err := conn.Read()
		if err != nil {
			e.t.Fatal(err)
		}
		if m.Type != "get" {
			if err := m.Decode(&last); err != nil {
				e.t.Fatal(err)
			}
			return last
		}
		var get struct{ Items [][2]json.RawMessage }
		if err := m.Decode(&get); err != nil {
			e.t.Fatal(err)
		}
		places := []wire.Place{}
		for _, item := range get.Items {
			var index int
			var name string
			if err := json.Unmarshal(item[0], &index); err != nil {
				e.t.Fatal(err)
			}
			if err := json.Unmarshal(item[1], &name); err != nil {
				e.t.Fatal(err)
			}
			e.gets = append(e.gets, fmt.Sprintf("%d/%s", index, name))
			places = append(places, e.place(inputs[index][name]))
		}
		if err := conn.Write(map[string]any{"type": "values", "re": m.ID, "items": places}); err != nil {
			e.t.Fatal(err)
		}
	}
}

func (e *engine) place(a artifact) wire.Place {
	f, err := os.CreateTemp(e.dir, "value")
	if err != nil {
		e.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(a.bytes); err != nil {
		e.t.Fatal(err)
	}
	return wire.Place{Path: f.Name(), Size: int64(len(a.bytes)), Encoding: a.ref.Encoding, Temporary: true}
}

// left reads the result files, and takes over what is passed on.
func (e *engine) left(last result, inputs []stored) stored {
	e.t.Helper()
	out := stored{}
	for _, entry := range last.Inherit {
		var index int
		var names []string
		if err := json.Unmarshal(entry[0], &index); err != nil {
			e.t.Fatal(err)
		}
		if err := json.Unmarshal(entry[1], &names); err != nil {
			e.t.Fatal(err)
		}
		for _, name := range names {
			out[name] = inputs[index][name]
		}
	}
	for _, p := range last.Artifacts {
		f, err := os.Open(p.File)
		if err != nil {
			e.t.Fatal(err)
		}
		b := make([]byte, p.Size)
		if _, err := io.ReadFull(io.NewSectionReader(f, p.Offset, p.Size), b); err != nil {
			e.t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			e.t.Fatal(err)
		}
		out[p.Name] = artifactOf(b, p.Encoding, p.Type)
	}
	return out
}

func artifactOf(b []byte, encoding, typeName string) artifact {
	sum := sha1.Sum(b)
	return artifact{wire.Ref{Key: hex.EncodeToString(sum[:]), Size: int64(len(b)), Type: typeName, Encoding: encoding}, b}
}

// value reads what a task has left.
func (s stored) value(t testing.TB, name string) any {
	t.Helper()
	a, ok := s[name]
	if !ok {
		t.Fatalf("there is no %s among %q", name, slices.Sorted(maps.Keys(s)))
	}
	var v any
	if err := new(pickle.Decoder).Decode(a.bytes, reflect.ValueOf(&v).Elem()); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// written are the public artifacts that a task has stored anew.
func (r result) written() []string {
	var names []string
	for _, p := range r.Artifacts {
		if p.Name[0] != '_' && p.Name != "name" {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return names
}

// of makes artifacts of values, as a task in Go would leave them.
func of(t testing.TB, values map[string]any) stored {
	t.Helper()
	out := stored{}
	for name, v := range values {
		b, err := new(pickle.Encoder).Append(nil, reflect.ValueOf(v))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = artifactOf(b, pickle.Encoding, pickle.TypeName(reflect.ValueOf(v)))
	}
	return out
}
