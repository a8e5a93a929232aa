package workspace

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/golang"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Flow is a flow's file as read without running it.
type Flow struct {
	Given string // as the user named it: flow.py or flow.py:Class
	File  string // absolute
	Class string // empty for the flow the file runs
	// Place is where the flow was found.
	Place Place
	// Static is nil when the flow could not be told from the source; Diagnostics say why.
	Static      *graph.Flow
	Graph       *graph.Graph
	Diagnostics []lint.Diagnostic

	texts Texts
}

// ReadFlow reads and judges the flow that spec names. Faults of the source are diagnostics of the result; an error means that there is nothing to
// judge.
func (w *Workspace) ReadFlow(ctx context.Context, spec string) (*Flow, error) {
	return w.ReadFlowFrom(ctx, spec, Texts{})
}

// Texts are source files that have another text than on the disk, for flows in Python.
type Texts struct {
	ReadFile func(string) ([]byte, error)
}

// ReadFlowFrom is ReadFlow with other texts of source files.
func (w *Workspace) ReadFlowFrom(ctx context.Context, spec string, texts Texts) (*Flow, error) {
	at := w.Locate(spec)
	f := &Flow{Given: spec, File: at.Path, Class: at.Class, Place: at, texts: texts}
	faults, err := at.Language.read(ctx, f)
	if err != nil {
		return nil, unreadable(at, err)
	}
	f.Diagnostics = ofSource(at, faults)
	if f.Static != nil {
		f.judge()
	}
	return f, nil
}

// FlowOf is ReadFlow for a flow that somebody has read already, with its faults.
func (w *Workspace) FlowOf(spec string, static *graph.Flow, faults []graph.Fault) *Flow {
	at := w.Locate(spec)
	f := &Flow{Given: spec, File: at.Path, Class: at.Class, Place: at, Static: static, Diagnostics: ofSource(at, faults)}
	if static != nil {
		f.File = static.File
		f.judge()
	}
	return f
}

func (f *Flow) judge() {
	f.Graph = graph.New(f.Static)
	f.Diagnostics = append(f.Diagnostics, structure.Check(f.Static, f.Graph)...)
	if f.Static.IsGo() {
		f.Diagnostics = append(f.Diagnostics, golang.Check(f.Static)...)
		f.Diagnostics = structure.Once(f.Diagnostics)
		lint.Sort(f.Diagnostics)
	}
}

// Dir is the folder of the flow's code.
func (f *Flow) Dir() string { return f.Place.Dir() }

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
	changed, err := f.Place.Language.complete(ctx, f, d)
	if err != nil {
		return err
	}
	if changed {
		f.Diagnostics = nil
		f.judge()
	}
	f.Diagnostics = append(f.Diagnostics, unhandled(f.Static, f.Graph, d)...)
	return nil
}

// DescribeFlow asks a worker what a flow is. What it says against the flow comes back as faults.
func DescribeFlow(ctx context.Context, w *worker.Worker, given string, req worker.DescribeRequest) (*worker.Description, error) {
	d, err := w.Describe(ctx, req)
	if bad, ok := errors.AsType[*worker.FlowError](err); ok {
		if bad.Kind == worker.KindDebugger {
			return nil, fault.Usagef("%s", bad.Message) // nothing of the flow's
		}
		if bad.File == "" {
			bad.File = req.Source
		}
		return nil, OfFlowError(given, bad)
	}
	return d, err
}

func unreadable(at Place, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = fault.Usagef("there is no file %q", at.File)
		if !isPython(at.File) {
			return fault.WithHint(err, "a flow is given as its file: flow.py, or flow.py:Class where the file has several flows")
		}
		return err
	case errors.Is(err, fs.ErrPermission):
		return fault.Usagef("the file %q must not be read: permission denied", at.File)
	case errors.Is(err, context.Canceled):
		return err
	}
	if at.Language.Name() == graph.Go && (errors.Is(err, exec.ErrNotFound) || strings.Contains(err.Error(), exec.ErrNotFound.Error())) { // go/packages says it in words
		return noGo()
	}
	if info, statErr := os.Stat(at.Path); statErr == nil && info.IsDir() && !at.folder {
		return fault.WithHint(fault.Usagef("the folder %q has no files of Go", at.File), "a flow is given as its file, flow.py, or in Go as the folder of its package, ./train")
	}
	// The cause must not count as a failure of the store, whatever error of the system it is.
	return fault.Usagef("%q cannot be read: %v", at.Given, err)
}
