package snapshot

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/source"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// Rules say which findings are wanted for a file, besides what the project's settings say.
type Rules struct {
	Choice  rules.Choice
	Targets []string
}

// Equal reports whether two ask for the same.
func (r Rules) Equal(other Rules) bool { return reflect.DeepEqual(r, other) }

// Analysis is what there is to know of a Python file, or of the package of a Go file: its flows, their graphs and what is wrong.
type Analysis struct {
	// Result has the flows that count and the findings about the file and what its flows are made of; some lie in other files.
	*files.Result
	Path string
	// Source is all that the reader found, base classes included.
	Source *source.Flows
	// None is true for a file that has nothing to do with flows.
	None bool
	// Settings is what is wrong with the project's settings, which are then not heeded, and with its spindle.yaml.
	Settings []lint.Diagnostic

	files map[string]struct{}
	facts lazy[[]*Facts]

	classes lazy[[]*Facts]
}

// DependsOn reports whether the analysis was made from a file, or would have been if it were there.
func (a *Analysis) DependsOn(path string) bool { return madeFrom(a.files, path) }

// madeFrom reports whether what was made from some files changes with a file. A Go package is made from whatever Go files its folder has.
func madeFrom(files map[string]struct{}, path string) bool {
	_, ok := files[path]
	if !ok && strings.HasSuffix(path, ".go") {
		_, ok = files[filepath.Dir(path)]
	}
	return ok
}

// recorder notes which files are read.
type recorder struct {
	s     *Snapshot
	files map[string]struct{}
}

func (r *recorder) read(path string) ([]byte, error) {
	r.files[path] = struct{}{}
	return r.s.ReadFile(path)
}

// parsed returns the tree of the file that data was read from.
func (r *recorder) parsed(ctx context.Context, path string, data []byte) (*python.Parsed, error) {
	if f := r.s.File(path); f != nil {
		return f.Parsed(ctx)
	}
	return python.Parse(ctx, path, data)
}

// PanicError is a fault of ours in judging one file. It must not keep others from being judged.
type PanicError struct {
	Value any
	Stack []byte
}

// Error implements error.
func (e *PanicError) Error() string { return fmt.Sprintf("a fault of Spindle: %v", e.Value) }

func analyse(ctx context.Context, s *Snapshot, path string) (made *Analysis, err error) {
	defer func() {
		if v := recover(); v != nil {
			made, err = nil, &PanicError{v, debug.Stack()}
		}
	}()
	r := &recorder{s: s, files: map[string]struct{}{path: {}}}
	flows, err := s.readFlows(ctx, path, r)
	if err != nil {
		return nil, err
	}
	a := &Analysis{Path: path, Source: flows, files: r.files}
	if flows == nil {
		a.Result, a.Source, a.None = &files.Result{}, &source.Flows{}, true
		return a, ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var options files.Options
	options, a.Settings = s.options(path, r)
	a.Result = files.Judge(path, flows, options)
	a.None = !a.Sure && !mentions(s.File(path)) && source.Of(path) != source.Go
	return a, ctx.Err()
}

// readFlows reads the flows of a file; nil where it has nothing to do with any.
func (s *Snapshot) readFlows(ctx context.Context, path string, r *recorder) (*source.Flows, error) {
	if s.File(path).IsGo() {
		return s.goFlows(ctx, path, r)
	}
	return python.ReadFlows(ctx, python.Options{File: path, Roots: s.roots, ReadFile: r.read, Parsed: r.parsed})
}

// unread is true where a flow may be missing only because the file can't be read.
func (a *Analysis) unread() bool {
	return slices.ContainsFunc(a.Findings, func(d lint.Diagnostic) bool {
		return d.Code == "SP100" || d.Code == "SP143" && source.Of(a.Path) == source.Go // whose package is known to have a flow
	})
}

// mentions reports whether the text of a file points to a flow, though none can be read from it.
func mentions(f *File) bool { return f != nil && strings.Contains(f.text, "FlowSpec") }

// Told are the findings of an analysis, none for a file that is not sure to hold a flow, as `spindle lint` passes over it in a folder. Classes that
// other flows derive from are judged with those.
func (a *Analysis) Told(bases []graph.Class) []lint.Diagnostic {
	if a.None || !a.Sure && !a.unread() {
		return nil
	}
	return append(a.Without(bases), a.Settings...)
}
