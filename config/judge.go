package config

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// ReadFlow reads a flow from its source: [python.Read], or what an editor has read already.
type ReadFlow func(ctx context.Context, file, class string) (*python.Result, error)

// Judge holds variants against their flows: whether there are the files, steps, parameters and configs that they name, whether configs can be worked out and fit
// their schemas, and what of a flow the variant's target can't do. A flow is read once, and so is each file. An error means that the context ended.
func (p *Project) Judge(ctx context.Context, variants []Variant, read ReadFlow) ([]lint.Diagnostic, error) {
	j := &judge{Project: p.remembering(), findings: &findings{}, read: read, flows: map[string]*judged{}, done: map[string]bool{}}
	for i := range variants {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		j.variant(ctx, &variants[i])
	}
	return j.sorted(), nil
}

// remembering is the project with files that are read only once.
func (p *Project) remembering() *Project {
	type answer struct {
		data []byte
		err  error
	}
	known, out := map[string]answer{}, *p
	out.around.ReadFile = func(path string) ([]byte, error) {
		if a, ok := known[path]; ok {
			return a.data, a.err
		}
		data, err := p.around.ReadFile(path)
		known[path] = answer{data, err}
		return data, err
	}
	return &out
}

// judge holds the variants of a project against their flows.
type judge struct {
	*Project
	*findings
	read  ReadFlow
	flows map[string]*judged // by path and class
	done  map[string]bool    // what has been told of several variants at once
}

// judged is a flow with its graph; the flow is nil where there is none.
type judged struct {
	flow  *graph.Flow
	graph *graph.Graph
	// told has what can't be done by target and compute.
	told map[string]bool
}

func (j *judge) variant(ctx context.Context, v *Variant) {
	j.deployable(v)
	j.scheduled(v)
	if v.Flow.Path == "" {
		return
	}
	f := j.flow(ctx, v)
	if f.flow == nil || f.flow.Broken {
		return
	}
	j.steps(v, f)
	j.parameters(v, f.flow)
	j.configs(v, f.flow)
	j.expressible(v, f)
}

func (j *judge) flow(ctx context.Context, v *Variant) *judged {
	key := v.Flow.Path + ":" + v.Flow.Class
	if f := j.flows[key]; f != nil {
		return f
	}
	f := &judged{told: map[string]bool{}}
	j.flows[key] = f
	if err := j.there(v.Flow); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			j.missing(v.Flow.At, j.meant(v.Flow.Path), "there is no file %q", v.Flow.Path)
		} else {
			j.missing(v.Flow.At, "Let it be read, or name another.", "%q can't be read: %v", v.Flow.Path, err)
		}
		return f
	}
	r, err := v.Flow.read(ctx, j.read)
	if err != nil {
		return f
	}
	if f.flow = r.Flow; f.flow != nil {
		f.graph = graph.New(f.flow)
		return f
	}
	for _, fault := range r.Faults {
		j.noFlow(v, r, fault)
	}
	return f
}

// noFlow says why a file gives no flow. What is wrong with its text is told there.
func (j *judge) noFlow(v *Variant, r *python.Result, fault graph.Fault) {
	var classes []string
	for _, c := range append(slices.Clone(r.Classes), fault.Classes...) {
		if !slices.Contains(classes, c.Name) {
			classes = append(classes, c.Name)
		}
	}
	switch fault.Kind {
	case graph.FaultNoFlow:
		hint := "Name a file with a class that derives from FlowSpec."
		if v.Flow.Go {
			hint = "Name the folder of a package with a struct that embeds flow.Flow, or one of its files."
		}
		j.missing(v.Flow.At, hint, "%s has no flow", v.Flow.Path)
	case graph.FaultManyFlows:
		j.missing(v.Flow.At, "Name one of them: "+v.Flow.Path+":"+strings.Join(classes, ", "+v.Flow.Path+":")+".", "%s has several flows", v.Flow.Path)
	case graph.FaultNoClass:
		j.missing(v.Flow.At, alike(v.Flow.Class, classes, "The file has no flow."), "%s has no flow %q", v.Flow.Path, v.Flow.Class)
	}
}

// certain is true where nothing but the source decides what steps and parameters a flow has.
func certain(f *graph.Flow) bool { return len(f.Dynamic) == 0 && !f.Configs.Mutable }

// steps reports steps that a flow does not have.
func (j *judge) steps(v *Variant, f *judged) {
	if len(f.flow.Dynamic) > 0 {
		return
	}
	var names []string
	for n := range f.graph.All() {
		names = append(names, n.Name)
	}
	check := func(step string, at graph.Range) {
		if step != "*" && !slices.Contains(names, step) {
			j.missing(at, alike(step, names, ""), "%s has no step %q", f.flow.Name, step)
		}
	}
	for _, r := range v.Resources {
		check(r.Step, r.At)
	}
	for _, t := range v.Timeouts {
		check(t.Step, t.At)
	}
}

// configs reports what is wrong with the configs of a variant. The same in several environments is worked out once.
func (j *judge) configs(v *Variant, flow *graph.Flow) {
	var key strings.Builder
	key.WriteString(flow.Name + "\x00" + flow.File)
	for _, s := range v.Settings {
		if strings.HasPrefix(s.Name, "configs.") || strings.HasPrefix(s.Name, "set.") {
			key.WriteString("\x00" + s.Name + "\x00" + s.Value)
		}
	}
	if j.done[key.String()] {
		return
	}
	j.done[key.String()] = true
	_, found, _ := j.Effective(v, flow)
	for _, d := range found {
		j.list.Add(d)
	}
}

// Reader is the [ReadFlow] that reads files as the project does.
func (p *Project) Reader() ReadFlow {
	return func(ctx context.Context, file, class string) (*python.Result, error) {
		return python.Read(ctx, python.Options{File: file, Class: class, Roots: []string{filepath.Dir(file), p.Dir()}, ReadFile: p.around.ReadFile})
	}
}
