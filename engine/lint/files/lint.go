package files

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/source"
	"github.com/spindle-flow/spindle/engine/source/golang"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// Options say how to lint a file.
type Options struct {
	// ReadFile reads a source or config file. It is called once a file. Go's packages are read from disk, see Go.
	ReadFile func(path string) ([]byte, error)
	Roots    []string // folders besides the file's own where imports are looked for
	Dir      string   // the folder that relative paths of configs start from; empty for the file's own
	Targets  []string // the schedulers and computes the flows are meant for
	// TargetsOf are further targets of one flow, by the name of its class; nil where there are none.
	TargetsOf func(class string) []string
	// GivenOf are parameters of a flow that whoever deploys it gives values to, by the name of its class; nil where there are none.
	GivenOf func(class string) []string
	Choice  rules.Choice
	// ChoiceOf is the choice for findings in another file, such as that of a base class; nil where Choice holds for all.
	ChoiceOf func(file string) rules.Choice
	Go       Go
	// SourceOnly looks at no file of a config, whatever ReadFile can read.
	SourceOnly bool
}

// Go says how to read the packages of Go files.
type Go struct {
	// Session keeps what has not changed from one reading to the next; nil reads each package anew.
	Session *golang.Session
	// Overlay has the texts of Go files that are not those on disk, by absolute path. ReadFile gives the same.
	Overlay map[string][]byte
	Env     []string // of the go tool; nil for that of the process
	// Compiled is true where somebody else tells what the compiler of Go refuses, as gopls does in an editor.
	Compiled bool
}

func (g Go) flows(ctx context.Context, file string) (*source.Flows, error) {
	session := g.Session
	if session == nil {
		session = golang.NewSession()
	}
	o := golang.Options{Dir: filepath.Dir(file), Overlay: g.Overlay, Env: g.Env}
	flows, err := session.ReadFlows(ctx, o)
	if err != nil || len(flows.List) > 0 || g.Compiled {
		return flows, err
	}
	// A program may run a flow of another package. An editor judges that where it stands.
	r, err := session.Read(ctx, o)
	if err != nil || r.Flow == nil {
		return flows, err
	}
	return &source.Flows{List: []source.Found{{Flow: r.Flow, Started: true, Sure: true}}, Faults: r.Faults, Files: r.Files}, nil
}

func (o Options) targets(class string) []string {
	if o.TargetsOf == nil {
		return o.Targets
	}
	all := slices.Concat(o.Targets, o.TargetsOf(class))
	slices.Sort(all)
	return slices.Compact(all)
}

func (o Options) choice(main, file string) rules.Choice {
	if file == main || o.ChoiceOf == nil {
		return o.Choice
	}
	return o.ChoiceOf(file)
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
	// Sure is true when the file is sure to hold a flow.
	Sure bool

	source []lint.Diagnostic // of the source itself and its comments
}

// Without returns the findings but for those of flows that nothing starts and that other flows derive from: these are judged as part of the others.
func (r *Result) Without(bases []graph.Class) []lint.Diagnostic {
	out := slices.Clone(r.source)
	for _, j := range r.Flows {
		if j.Started || !contains(bases, j.Flow) {
			out = append(out, j.Findings...)
		}
	}
	return structure.Once(Distinct(out))
}

// Judged is one flow with its graph and what is wrong with it.
type Judged struct {
	Flow     *graph.Flow
	Graph    *graph.Graph
	Findings []lint.Diagnostic // after the choice of rules and the ignore comments
	Started  bool              // running the file starts it
	// Template is true for a class that nothing starts and that is no whole flow: it is taken for a base class, and only said to be one.
	Template bool

	faulty bool // the graph has faults, silenced ones too: rules that build on it may be silent
}

// Lint reads a file and judges its flows. An error means that the file could not be read at all or that the context ended.
func Lint(ctx context.Context, file string, opts Options) (*Result, error) {
	read := &reader{read: opts.ReadFile, files: map[string]answer{}}
	opts.ReadFile = read.file
	flows, err := readFlows(ctx, file, read, opts)
	if err != nil {
		return nil, err
	}
	r := Judge(file, flows, opts)
	r.Files = read.list(file, flows.Files)
	return r, ctx.Err()
}

func readFlows(ctx context.Context, file string, read *reader, opts Options) (*source.Flows, error) {
	if source.Of(file) == source.Go {
		if _, err := read.file(file); err != nil { // it is named, but not there
			return nil, err
		}
		return opts.Go.flows(ctx, file)
	}
	return python.ReadFlows(ctx, python.Options{File: file, Roots: opts.Roots, ReadFile: read.file})
}

// Judge applies the rules to the flows of a file, or of a Go file's package, as they have been read.
func Judge(file string, flows *source.Flows, opts Options) *Result {
	if opts.Dir == "" {
		opts.Dir = filepath.Dir(file)
	}
	if source.Of(file) != source.Go {
		opts.Go.Compiled = false // nobody else tells what Python refuses
	}
	r := &Result{Files: flows.Files}
	s := newSieve(file, opts)
	for _, f := range flows.List {
		r.Bases = append(r.Bases, f.Bases...)
		r.Sure = r.Sure || f.Sure
	}
	for _, f := range flows.List {
		// Beside a flow, a class that may turn out to be one is most likely a helper.
		if (f.Sure || !r.Sure) && (f.Started || !contains(r.Bases, f.Flow)) {
			r.Flows = append(r.Flows, judge(f, opts, s))
		}
	}
	if opts.Go.Compiled {
		r.leaveOut(compilers(flows.Faults))
	}
	r.source = s.pass(structure.Source(remaining(flows.Faults, opts.Go)))
	r.source = append(r.source, s.comments(file, flows, r.Flows)...)
	r.Findings = r.Without(nil)
	return r
}

func contains(list []graph.Class, f *graph.Flow) bool {
	return slices.ContainsFunc(list, func(c graph.Class) bool { return c.Range == f.NameRange })
}

func judge(f source.Found, opts Options, s *sieve) Judged {
	j := Judged{Flow: f.Flow, Graph: graph.New(f.Flow), Started: f.Started}
	ro := rules.Options{Targets: opts.targets(f.Flow.Name), ReadFile: opts.ReadFile, Dir: opts.Dir}
	if opts.SourceOnly {
		ro.ReadFile = nil
	}
	found := rules.Check(f.Flow, j.Graph, ro)
	if opts.GivenOf != nil {
		found = withoutGiven(f.Flow, found, opts.GivenOf(f.Flow.Name))
	}
	j.faulty = slices.ContainsFunc(found, func(d lint.Diagnostic) bool { return d.Severity == lint.Error && d.Code < "SP2" })
	if !f.Started && unfinished(found) {
		j.Template = true
		found = template(f.Flow, found)
	}
	j.Findings = s.pass(found)
	return j
}

// withoutGiven leaves out what is said of parameters without defaults that have values all the same.
func withoutGiven(f *graph.Flow, found []lint.Diagnostic, given []string) []lint.Diagnostic {
	return slices.DeleteFunc(found, func(d lint.Diagnostic) bool {
		return d.Code == "SP506" && slices.ContainsFunc(f.Parameters, func(p *graph.Parameter) bool {
			return p.Range == d.Range && slices.Contains(given, p.Name)
		})
	})
}

// Distinct sorts findings and drops those that say the same of the same place: flows that share a base class share its faults.
func Distinct(found []lint.Diagnostic) []lint.Diagnostic {
	lint.Sort(found)
	return slices.CompactFunc(found, func(a, b lint.Diagnostic) bool {
		return a.Code == b.Code && a.Range == b.Range && a.Message == b.Message
	})
}
