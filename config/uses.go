package config

import (
	"path/filepath"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/targets"
)

// use is a flow with a scheduler or compute that it is meant for.
type use struct {
	file, class string // file is empty for every flow
	targets     []string
	parameters  []string // that have values
}

// Targets lists the targets that a flow is deployed to, without repetition and in order. Class may be empty where it is not
// known. A flow that no variant names has none, but for a file without variants, whose defaults hold for every flow.
func (p *Project) Targets(flow, class string) []string {
	if p == nil {
		return nil
	}
	var out []string
	for _, u := range p.uses {
		if u.of(flow, class) {
			out = append(out, u.targets...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Given lists the parameters of a flow that have values in all variants of it, so that schedulers can start it without defaults of its own.
func (p *Project) Given(flow, class string) []string {
	if p == nil {
		return nil
	}
	var out []string
	first := true
	for _, u := range p.uses {
		switch {
		case !u.of(flow, class):
		case first:
			out, first = slices.Clone(u.parameters), false
		default:
			out = slices.DeleteFunc(out, func(name string) bool { return !slices.Contains(u.parameters, name) })
		}
	}
	return out
}

// of reports whether the use is one of a flow. The class may be empty where it is not known.
func (u *use) of(flow, class string) bool {
	return (u.file == "" || u.file == filepath.Clean(flow)) && (u.class == "" || class == "" || u.class == class)
}

// everyUse goes through all variants in all environments. What is wrong with them is not told here.
func (p *Project) everyUse() []use {
	f := &findings{}
	var out []use
	for _, environment := range append([]Word{{}}, p.Environments...) {
		if environment.Text == "" && len(p.Environments) > 0 {
			continue
		}
		p.each(Environment{Name: environment.Text}, f, func(entry *graph.Entry, c *cell, settings *graph.Value) {
			s := &scope{project: p, axes: c.axes, fixed: map[string]string{"environment": environment.Text, "variant": p.called(entry, c, f), "project": p.Name.Text}}
			if u := p.use(settings, s, f); u.file != "" {
				out = append(out, u)
			}
		})
	}
	if len(keys(p.top("variants"))) == 0 {
		u := p.use(p.top("defaults"), &scope{project: p}, f)
		u.file, u.class = "", ""
		out = append(out, u)
	}
	return slices.DeleteFunc(out, func(u use) bool { return len(u.targets) == 0 })
}

func (p *Project) use(settings *graph.Value, s *scope, f *findings) use {
	few := &graph.Value{Kind: graph.ObjectKind}
	for _, key := range []string{"flow", "target", "compute"} {
		if e := settings.Entry(key); e != nil {
			few.Entries = append(few.Entries, *e)
		}
	}
	few, _ = f.replaced(few, s)
	r := &resolver{Project: p, findings: f}
	flow := r.flow(few)
	u := use{file: flow.File, class: flow.Class, parameters: keys(object(settings.Entry("parameters")))}
	for _, key := range []string{"target", "compute"} {
		if name := text(few, key).Text; slices.Contains(targets.Names(), name) {
			u.targets = append(u.targets, name)
		}
	}
	return u
}
