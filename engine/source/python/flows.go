package python

import (
	"context"
	"fmt"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source"
)

// Found is one of the flows of a file.
type Found = source.Found

// Flows is what a file holds when all its flows count, not only the one it runs.
type Flows = source.Flows

// ReadFlows reads all flows of a file. Options.Class is not looked at. What is wrong with the source is in the result; an error means that the file
// could not be read at all or that the context ended.
func ReadFlows(ctx context.Context, opts Options) (*Flows, error) {
	w := newWorkspace(ctx, opts)
	defer w.close()
	data, err := w.read(opts.File)
	if err != nil {
		return nil, fmt.Errorf("read the flow file: %w", err)
	}
	m, err := w.open(opts.File, data)
	if bad, ok := err.(*unreadable); ok {
		return &Flows{Faults: []graph.Fault{bad.fault()}, Files: []string{opts.File}}, nil
	} else if err != nil {
		return nil, err
	}
	r := w.flows(m, opts.File)
	r.Files = w.files
	for _, f := range r.List {
		f.Flow.Files = w.files
	}
	return r, w.err
}

func (w *workspace) flows(m *module, path string) *Flows {
	ch := w.chooser(m)
	r := &Flows{}
	if m.fault != nil {
		r.Faults = append(r.Faults, *m.fault)
	}
	var recollections []*recollection
	for _, k := range ch.list {
		flow, seen := w.assemble(path, k.lineage)
		recollections = append(recollections, seen)
		r.List = append(r.List, Found{
			Flow: flow, Started: k.started, Bases: k.bases(),
			Sure: k.lineage.flow || ch.hasSteps(k.lineage),
		})
		r.Faults = append(r.Faults, syntaxFaults(k.lineage.classes)...)
	}
	w.remember(m, recollections)
	if len(r.List) == 0 {
		if fault := ch.none(); fault != nil {
			r.Faults = append(r.Faults, *fault)
		}
	}
	slices.SortStableFunc(r.List, func(a, b Found) int { return a.Flow.NameRange.Start.Line - b.Flow.NameRange.Start.Line })
	r.Faults = distinct(r.Faults)
	return r
}

func (k *candidate) bases() []graph.Class {
	var out []graph.Class
	for _, c := range k.lineage.classes[1:] {
		out = append(out, graph.Class{Name: c.name, Range: c.nameRange()})
	}
	return out
}

func distinct(faults []graph.Fault) []graph.Fault {
	var out []graph.Fault
	for _, f := range faults {
		if !slices.ContainsFunc(out, func(g graph.Fault) bool { return g.Range == f.Range && g.Message == f.Message }) {
			out = append(out, f)
		}
	}
	return out
}
