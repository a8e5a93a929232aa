package files

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// Options say how to lint a file.
type Options struct {
	// ReadFile reads a source or config file. It is called once a file.
	ReadFile func(path string) ([]byte, error)
	Roots    []string // folders besides the file's own where imports are looked for
	Dir      string   // the folder that relative paths of configs start from; empty for the file's own
	Targets  []string // the schedulers and computes the flows are meant for
	Choice   rules.Choice
}

// Result is what is wrong with a file.
type Result struct {
	Flows []Judged // the flows that were judged, in the order of the source
	// Findings are all there is to tell, in the order of their places: those of the flows, of the source and of ignore comments.
	Findings []lint.Diagnostic
	// Files are all files that the result depends on, the one asked for first; those that were looked for in vain are among them.
	Files []string
	// Bases are the classes of the workspace that the file's flows derive from, and so no flows to run by themselves.
	Bases []graph.Class
	// None is true when the file holds no flow, and nothing that may be one.
	None bool
}

// Judged is one flow with its graph and what is wrong with it.
type Judged struct {
	Flow     *graph.Flow
	Graph    *graph.Graph
	Findings []lint.Diagnostic // after the choice of rules and the ignore comments
	// Template is true for a class that nothing starts and that is no whole flow: it is taken for a base class, and only said to be one.
	Template bool
}

// Lint reads a file and judges its flows. An error means that the file could not be read at all or that the context ended.
func Lint(ctx context.Context, file string, opts Options) (*Result, error) {
	read := &reader{read: opts.ReadFile, files: map[string]answer{}}
	opts.ReadFile = read.file
	flows, err := python.ReadFlows(ctx, python.Options{File: file, Roots: opts.Roots, ReadFile: read.file})
	if err != nil {
		return nil, err
	}
	r := Judge(file, flows, opts)
	r.Files = read.list(file)
	return r, ctx.Err()
}

// Judge applies the rules to the flows of a file as they have been read.
func Judge(file string, flows *python.Flows, opts Options) *Result {
	if opts.Dir == "" {
		opts.Dir = filepath.Dir(file)
	}
	r := &Result{Files: flows.Files, None: len(flows.List) == 0 && !hasOther(flows.Faults)}
	s := newSieve(file, opts)
	for _, f := range flows.List {
		r.Bases = append(r.Bases, f.Bases...)
	}
	for _, f := range flows.List {
		if f.Started || !contains(r.Bases, f.Flow) {
			r.Flows = append(r.Flows, judge(f, opts, s))
		}
	}
	r.Findings = s.pass(structure.Source(flows.Faults))
	for _, j := range r.Flows {
		r.Findings = append(r.Findings, j.Findings...)
	}
	r.Findings = append(r.Findings, s.comments(file, flows, r.Flows)...)
	r.Findings = Distinct(r.Findings)
	return r
}

// hasOther reports whether faults say more than that there is no flow.
func hasOther(faults []graph.Fault) bool {
	return slices.ContainsFunc(faults, func(f graph.Fault) bool { return f.Kind != graph.FaultNoFlow })
}

func contains(list []graph.Class, f *graph.Flow) bool {
	return slices.ContainsFunc(list, func(c graph.Class) bool { return c.Range == f.NameRange })
}

func judge(f python.Found, opts Options, s *sieve) Judged {
	j := Judged{Flow: f.Flow, Graph: graph.New(f.Flow)}
	found := rules.Check(f.Flow, j.Graph, rules.Options{Targets: opts.Targets, ReadFile: opts.ReadFile, Dir: opts.Dir})
	if !f.Started && unfinished(found) {
		j.Template = true
		found = template(f.Flow, found)
	}
	j.Findings = s.pass(found)
	return j
}

// Distinct sorts findings and drops those that say the same of the same place: flows that share a base class share its faults.
func Distinct(found []lint.Diagnostic) []lint.Diagnostic {
	lint.Sort(found)
	return slices.CompactFunc(found, func(a, b lint.Diagnostic) bool {
		return a.Code == b.Code && a.Range == b.Range && a.Message == b.Message
	})
}
