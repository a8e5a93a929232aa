package snapshot

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/settings"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// Rules say which findings are wanted for a file, besides what the project's settings say.
type Rules struct {
	Choice  rules.Choice
	Targets []string
}

// Equal reports whether two ask for the same.
func (r Rules) Equal(other Rules) bool { return reflect.DeepEqual(r, other) }

// Analysis is what there is to know of a Python file: its flows, their graphs and what is wrong.
type Analysis struct {
	// Result has the flows that count and the findings about the file and what its flows are made of; some lie in other files.
	*files.Result
	Path string
	// Source is all that the reader found, base classes included.
	Source *python.Flows
	// None is true for a file that has nothing to do with flows.
	None bool
	// Settings is what is wrong with the project's settings, which are then not heeded.
	Settings *lint.Diagnostic

	files map[string]struct{}
	facts lazy[[]*Facts]
}

// DependsOn reports whether the analysis was made from a file, or would have been if it were there.
func (a *Analysis) DependsOn(path string) bool {
	_, ok := a.files[path]
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

func analyse(ctx context.Context, s *Snapshot, path string) (*Analysis, error) {
	r := &recorder{s: s, files: map[string]struct{}{path: {}}}
	flows, err := python.ReadFlows(ctx, python.Options{File: path, Roots: s.roots, ReadFile: r.read, Parsed: r.parsed})
	if err != nil {
		return nil, err
	}
	a := &Analysis{Path: path, Source: flows, files: r.files}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	options, fault := s.options(path, r)
	a.Result = files.Judge(path, flows, options)
	a.None = !a.Sure && !mentions(s.File(path))
	if fault != nil {
		a.Settings = fault
	}
	return a, ctx.Err()
}

// mentions reports whether the text of a file points to a flow, though none can be read from it.
func mentions(f *File) bool { return f != nil && strings.Contains(f.text, "FlowSpec") }

// Told are the findings of an analysis, none for a file that has nothing to do with flows. Classes that other flows derive from are judged with those.
func (a *Analysis) Told(bases []graph.Class) []lint.Diagnostic {
	if a.None {
		return nil
	}
	found := a.Without(bases)
	if a.Settings != nil {
		found = append(found, *a.Settings)
	}
	return found
}

// options are those of the project, with the editor's above them. What is wrong with the project's is returned beside.
func (s *Snapshot) options(path string, r *recorder) (files.Options, *lint.Diagnostic) {
	o := files.Options{ReadFile: r.read, Roots: s.roots, Dir: filepath.Dir(path), Targets: s.rules.Targets, Choice: s.rules.Choice}
	project, err := settings.Find(filepath.Dir(path), r.read)
	if err != nil {
		return o, settingsFault(err)
	}
	o.Choice = s.rules.Choice.Over(project.Choice(path))
	if len(o.Targets) == 0 {
		o.Targets = project.Targets
	}
	return o, nil
}

// settingsFault is what is wrong with the project's settings, as a finding in their file; nil for what has no place there.
func settingsFault(err error) *lint.Diagnostic {
	fault, ok := errors.AsType[*settings.Fault](err)
	if !ok {
		return nil
	}
	return &lint.Diagnostic{Severity: lint.Error, Range: fault.Range, Message: fault.Message, Detail: fault.Hint}
}

// LintOptions are those a file is linted with.
func (s *Snapshot) LintOptions(path string) files.Options {
	o, _ := s.options(path, &recorder{s: s, files: map[string]struct{}{}})
	o.ReadFile = s.ReadFile
	return o
}
