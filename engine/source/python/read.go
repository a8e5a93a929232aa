package python

import (
	"context"
	"fmt"
	"os"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Options say what to read and how.
type Options struct {
	File  string
	Class string   // one flow of a file that has several; empty for the one the file runs
	Roots []string // folders besides the file's own where imports are looked for
	// ReadFile reads a source file, from disk when nil. An editor passes one that knows unsaved text.
	ReadFile func(path string) ([]byte, error)
	// Parsed returns what parsing a file that ReadFile returned gives, by [Parse] or its like. A caller that reads the same files
	// again and again keeps them parsed here. Nil parses every time.
	Parsed func(ctx context.Context, path string, data []byte) (*Parsed, error)
}

func (o Options) readFile() func(string) ([]byte, error) {
	if o.ReadFile != nil {
		return o.ReadFile
	}
	return os.ReadFile
}

// Result is what a file holds.
type Result struct {
	Flow    *graph.Flow   // nil where no flow could be picked: Faults say why
	Faults  []graph.Fault // what is wrong with the source itself
	Classes []graph.Class // the flows of the file
	Files   []string      // every file that was read
}

// Read reads the flow of a file. What is wrong with the source is in the result; an error means that the file could not
// be read at all or that the context ended.
func Read(ctx context.Context, opts Options) (*Result, error) {
	w := newWorkspace(ctx, opts)
	defer w.close()
	data, err := w.read(opts.File)
	if err != nil {
		return nil, fmt.Errorf("read the flow file: %w", err)
	}
	m, err := w.open(opts.File, data)
	if bad, ok := err.(*unreadable); ok {
		return &Result{Faults: []graph.Fault{bad.fault()}, Files: []string{opts.File}}, nil
	} else if err != nil {
		return nil, err
	}
	r := w.pick(m, opts)
	r.Files = w.files
	if r.Flow != nil {
		r.Flow.Files = w.files
	}
	return r, w.err
}

func (w *workspace) pick(m *module, opts Options) *Result {
	ch := w.chooser(m)
	r := &Result{Classes: ch.classes(ch.list)}
	k, fault := ch.pick(opts.Class)
	if fault != nil {
		r.Faults = append(r.Faults, *fault)
	}
	if k != nil {
		r.Flow, _ = w.assemble(opts.File, k.lineage)
		r.Faults = append(r.Faults, syntaxFaults(k.lineage.classes)...)
	}
	if m.fault != nil && (k == nil || !contains(k.lineage.classes, k.class) || k.class.mod != m) {
		r.Faults = append(r.Faults, *m.fault)
	}
	return r
}
