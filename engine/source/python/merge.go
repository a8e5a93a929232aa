package python

import (
	"context"
	"fmt"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Described is what a worker says a flow is, as far as its graph goes.
type Described struct {
	Name  string
	File  string
	Line  int
	Doc   string
	Steps []DescribedStep
}

// DescribedStep is a step of an imported flow and where its function stands.
type DescribedStep struct {
	Name       string
	File       string // empty where the function has no source
	Line       int    // of the first decorator or the def
	EndLine    int    // 0 if not known
	Doc        string
	Start, End bool
	Parallel   bool
}

// Merge returns the flow as the worker described it. Steps that the static reader found at the same place are kept, all others are
// read from their file and lines, and steps the description lacks are dropped. What was dynamic is settled by it; only functions without
// source remain so. flow may be nil.
func Merge(ctx context.Context, flow *graph.Flow, d Described, opts Options) (*graph.Flow, error) {
	out := &graph.Flow{Name: d.Name, File: opts.File, Doc: d.Doc, NameRange: lineRange(d.File, d.Line), Range: lineRange(d.File, d.Line)}
	known := map[string]*graph.Step{}
	if flow != nil {
		kept := *flow
		out = &kept
		for _, s := range flow.Steps {
			known[s.Name] = s
		}
	}
	out.Name, out.Steps, out.Dynamic = d.Name, nil, nil
	out.OpenDecorators, out.Broken = false, false
	if d.Doc != "" {
		out.Doc = d.Doc
	}
	r := &stepReader{w: newWorkspace(ctx, opts)}
	defer r.w.close()
	for _, ds := range d.Steps {
		s, err := r.step(known[ds.Name], ds)
		if err != nil {
			return nil, err
		}
		if s == nil {
			s = &graph.Step{Name: ds.Name, NameRange: lineRange(ds.File, ds.Line), Body: lineRange(ds.File, ds.Line), Uncertain: true}
			s.Args = []graph.Arg{{Name: "self"}}
			if !ds.Start || !ds.End {
				out.Dynamic = append(out.Dynamic, graph.Dynamic{Range: s.NameRange,
					Reason: fmt.Sprintf("step %s has no source that can be read", ds.Name)})
			}
		}
		if s != known[ds.Name] {
			out.Data = nil
		}
		out.Steps = append(out.Steps, described(s, ds))
	}
	return out, r.w.err
}

func lineRange(file string, line int) graph.Range {
	at := graph.Pos{Line: max(line, 1), Column: 1}
	return graph.Range{File: file, Start: at, End: at}
}

// described returns the step with what the description knows better.
func described(s *graph.Step, d DescribedStep) *graph.Step {
	c := *s
	c.Name, c.Start, c.End, c.Parallel = d.Name, d.Start, d.End, graph.No
	if d.Parallel {
		c.Parallel = graph.Yes
	}
	if d.Doc != "" {
		c.Doc = d.Doc
	}
	if c.Next != nil || d.File != "" {
		c.Uncertain = false
	}
	return &c
}

// ReadStep reads the function that stands at a place in a file. It returns nil where there is none.
func ReadStep(ctx context.Context, d DescribedStep, opts Options) (*graph.Step, error) {
	r := &stepReader{w: newWorkspace(ctx, opts)}
	defer r.w.close()
	s, err := r.step(nil, d)
	if err != nil {
		return nil, err
	}
	return s, r.w.err
}

type stepReader struct{ w *workspace }

func (r *stepReader) step(known *graph.Step, d DescribedStep) (*graph.Step, error) {
	if known != nil && known.NameRange.File == d.File && known.Body.Start.Line <= d.Line && d.Line <= known.NameRange.Start.Line {
		return known, nil
	}
	if d.File == "" || d.Line < 1 {
		return nil, nil
	}
	m := r.w.module(d.File)
	if m == nil {
		return nil, r.w.err
	}
	def := m.functionAt(d)
	if def.node == nil {
		return nil, nil
	}
	s := m.readFunction(def)
	for _, deco := range def.decorators {
		if m.lastName(m.decoratorTarget(deco)) == "step" {
			s.Mark, s.MarkArgs = m.span(deco), m.readDecorator(deco).Args
		} else {
			s.Decorators = append(s.Decorators, r.w.decorator(m, nil, deco))
		}
	}
	return s, nil
}

// functionAt finds the definition that starts in the described lines: its decorators, or its def.
func (m *module) functionAt(d DescribedStep) definition {
	if d.Line > len(m.lines) {
		return definition{}
	}
	return m.search(m.root(), d, 0)
}

// search walks down the tree along nodes that reach the line.
func (m *module) search(parent *flatNode, d DescribedStep, depth int) definition {
	if depth > 10*maxNesting {
		return definition{}
	}
	for _, n := range m.children(parent) {
		first, last := m.lineOf(n.StartByte()), m.lineOf(n.EndByte())
		if last < d.Line {
			continue
		}
		if first > max(d.Line, d.EndLine) {
			break
		}
		if k := m.kind(n); k == "decorated_definition" || k == "function_definition" {
			def := m.definition(n)
			if m.is(def.node, "function_definition") && first <= d.Line && d.Line <= m.lineOf(def.node.StartByte()) {
				return def
			}
		}
		if found := m.search(n, d, depth+1); found.node != nil {
			return found
		}
	}
	return definition{}
}
