package workspace

import (
	"context"
	"fmt"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/engine/worker"
)

// pythonLanguage is Python.
type pythonLanguage struct{}

func (pythonLanguage) Name() string { return "python" }

func (pythonLanguage) sources(context.Context, *Workspace, Place) []string { return nil }

func (pythonLanguage) program(ctx context.Context, w *Workspace, at Place, o ProgramOptions) (Program, error) {
	find := w.Python
	if o.Likely {
		find = w.knownPython
	}
	p, err := find(ctx, at.Dir(), o.Python, o.Out, o.Err)
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (pythonLanguage) options(f *Flow) python.Options {
	return python.Options{File: f.File, Class: f.Class, ReadFile: f.texts.ReadFile}
}

func (l pythonLanguage) read(ctx context.Context, f *Flow) ([]graph.Fault, error) {
	result, err := python.Read(ctx, l.options(f))
	if err != nil {
		return nil, err
	}
	f.Static = result.Flow
	return result.Faults, nil
}

// complete reads the flow anew as Python describes it, where the source alone did not tell.
func (l pythonLanguage) complete(ctx context.Context, f *Flow, d *worker.Description) (bool, error) {
	if !f.Dynamic() && sameSteps(f.Static, d) {
		return false, nil
	}
	merged, err := python.Merge(ctx, f.Static, described(d), l.options(f))
	if err != nil {
		return false, fmt.Errorf("reading the flow as Python describes it: %w", err)
	}
	f.Static = merged
	return true, nil
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
