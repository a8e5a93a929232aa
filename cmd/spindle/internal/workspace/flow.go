package workspace

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/cmdline"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Flow is a flow's file as read without running it.
type Flow struct {
	Given string // as the user named it: flow.py or flow.py:Class
	File  string // absolute
	Class string // empty for the flow the file runs
	// Static is nil when the flow could not be told from the source; Diagnostics say why.
	Static      *graph.Flow
	Graph       *graph.Graph
	Diagnostics []lint.Diagnostic

	readFile func(string) ([]byte, error)
}

// ReadFlow reads and judges the flow that spec names. Faults of the source are diagnostics of the result; an error means that there is nothing to
// judge.
func (w *Workspace) ReadFlow(ctx context.Context, spec string) (*Flow, error) {
	return w.ReadFlowFrom(ctx, spec, nil)
}

// ReadFlowFrom is ReadFlow with another way to read source files, nil for the disk.
func (w *Workspace) ReadFlowFrom(ctx context.Context, spec string, readFile func(string) ([]byte, error)) (*Flow, error) {
	file, class := cmdline.Split(spec)
	f := &Flow{Given: spec, File: w.Abs(file), Class: class, readFile: readFile}
	result, err := python.Read(ctx, f.options())
	if err != nil {
		return nil, unreadable(spec, file, err)
	}
	f.Static = result.Flow
	f.Diagnostics = ofSource(spec, result.Faults)
	if f.Static != nil {
		f.judge()
	}
	return f, nil
}

func (f *Flow) judge() {
	f.Graph = graph.New(f.Static)
	f.Diagnostics = append(f.Diagnostics, structure.Check(f.Static, f.Graph)...)
}

func (f *Flow) options() python.Options {
	return python.Options{File: f.File, Class: f.Class, ReadFile: f.readFile}
}

// Unusable is the error of a flow that must not run, nil when it may.
func (f *Flow) Unusable() error {
	if !lint.HasErrors(f.Diagnostics) {
		return nil
	}
	return &report.Faults{Flow: f.Given, Diagnostics: f.Diagnostics}
}

// Dynamic is true when only running the code can tell what the flow is.
func (f *Flow) Dynamic() bool { return f.Static == nil || len(f.Static.Dynamic) > 0 }

// Describe completes the flow with what a worker says it is, and judges it anew where the source alone did not tell.
func (f *Flow) Describe(ctx context.Context, d *worker.Description) error {
	if f.Dynamic() || !sameSteps(f.Static, d) {
		merged, err := python.Merge(ctx, f.Static, described(d), f.options())
		if err != nil {
			return fmt.Errorf("reading the flow as Python describes it: %w", err)
		}
		f.Static, f.Diagnostics = merged, nil
		f.judge()
	}
	f.Diagnostics = append(f.Diagnostics, unhandled(f.Graph, d)...)
	return nil
}

// sameSteps is true when Python found the very steps that the source has, each where the source has it.
func sameSteps(flow *graph.Flow, d *worker.Description) bool {
	if len(flow.Steps) != len(d.Steps) {
		return false
	}
	static := map[string]*graph.Step{}
	for _, s := range flow.Steps {
		static[s.Name] = s
	}
	for _, s := range d.Steps {
		known := static[s.Name]
		if known == nil || s.File != known.Body.File || s.Line < known.Body.Start.Line || s.Line > known.Body.End.Line {
			return false
		}
	}
	return true
}

func described(d *worker.Description) python.Described {
	out := python.Described{Name: d.Name, File: d.File, Line: d.Line, Doc: d.Doc}
	for _, s := range d.Steps {
		out.Steps = append(out.Steps, python.DescribedStep{
			Name: s.Name, File: s.File, Line: s.Line, EndLine: s.EndLine, Doc: s.Doc, Start: s.Start, End: s.End, Parallel: s.Parallel,
		})
	}
	return out
}

func unreadable(spec, file string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = fault.Usagef("there is no file %q", file)
		if !strings.HasSuffix(file, ".py") {
			return fault.WithHint(err, "a flow is given as its file: flow.py, or flow.py:Class where the file has several flows")
		}
		return err
	case errors.Is(err, fs.ErrPermission):
		return fault.Usagef("the file %q must not be read: permission denied", file)
	case errors.Is(err, context.Canceled):
		return err
	}
	// The cause must not count as a failure of the store, whatever error of the system it is.
	return fault.Usagef("%q cannot be read: %v", spec, err)
}
