package python_test

import (
	"context"
	"io/fs"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// files is a workspace in memory, by path.
type files map[string]string

func (f files) read(path string) ([]byte, error) {
	if text, ok := f[path]; ok {
		return []byte(text), nil
	}
	return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
}

func (f files) options() python.Options {
	return python.Options{File: "ws/flow.py", ReadFile: f.read, Roots: []string{"lib"}}
}

func (f files) result(t *testing.T) *python.Result {
	t.Helper()
	r, err := python.Read(context.Background(), f.options())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// flow reads ws/flow.py, which must hold a flow.
func (f files) flow(t *testing.T) *graph.Flow {
	t.Helper()
	r := f.result(t)
	if r.Flow == nil {
		t.Fatalf("no flow: %+v", r.Faults)
	}
	return r.Flow
}

func one(source string) files { return files{"ws/flow.py": source} }

func stepOf(t *testing.T, f *graph.Flow, name string) *graph.Step {
	t.Helper()
	for _, s := range f.Steps {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no step %q", name)
	return nil
}

func stepNames(f *graph.Flow) []string {
	var out []string
	for _, s := range f.Steps {
		out = append(out, s.Name)
	}
	return out
}
