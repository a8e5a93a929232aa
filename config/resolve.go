package config

import (
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// Resolve works out the variants that go to an environment, in the order of the file. The environment may be empty in a project that has none, or only
// one. All that is wrong is found at once; with errors among the findings the variants are those that can be told, and may lack what is wrong.
func (p *Project) Resolve(environment string) ([]Variant, []lint.Diagnostic) {
	f := &findings{}
	if p.root == nil {
		return nil, nil
	}
	e, ok := p.environment(environment, f)
	if !ok {
		return nil, f.sorted()
	}
	r := &resolver{Project: p, findings: f, environment: e, names: map[string]Variant{}}
	r.each(e, f, func(entry *graph.Entry, c *cell, settings *graph.Value) { r.variant(entry, c, settings) })
	return r.variants, f.sorted()
}

// ResolveAll is [Project.Resolve] for all environments one after the other.
func (p *Project) ResolveAll() ([]Variant, []lint.Diagnostic) {
	if len(p.Environments) == 0 {
		return p.Resolve("")
	}
	var all []Variant
	var found []lint.Diagnostic
	for _, name := range p.Environments {
		variants, more := p.Resolve(name.Text)
		all, found = append(all, variants...), append(found, more...)
	}
	return all, Distinct(found)
}

// resolver works out the variants of one environment.
type resolver struct {
	*Project
	*findings
	environment Environment
	names       map[string]Variant // by name in small letters
	variants    []Variant
}

// environment finds and reads an environment.
func (p *Project) environment(name string, f *findings) (Environment, bool) {
	if len(p.Environments) == 0 && name == "" {
		return Environment{}, true
	}
	if len(p.Environments) == 1 && name == "" {
		name = p.Environments[0].Text
	}
	e := p.top("environments").Entry(name)
	if e == nil {
		var names []string
		for _, w := range p.Environments {
			names = append(names, w.Text)
		}
		at := graph.Range{File: p.File, Start: graph.Pos{Line: 1, Column: 1}, End: graph.Pos{Line: 1, Column: 2}}
		if own := p.root.Entry("environments"); own != nil {
			at = own.KeyRange
		}
		if name == "" {
			f.missing(at, alike(name, names, ""), "which of the environments is meant was not said")
		} else {
			f.missing(at, alike(name, names, "The project has no environments."), "there is no environment %q", name)
		}
		return Environment{}, false
	}
	return p.readEnvironment(e, f), true
}

// each goes through the settings of all variants that go to an environment, with references still in them.
func (p *Project) each(environment Environment, f *findings, visit func(entry *graph.Entry, c *cell, settings *graph.Value)) {
	list := p.top("variants")
	for _, key := range keys(list) {
		entry := list.Entry(key)
		if entry.Value.Kind != graph.ObjectKind && entry.Value.Kind != graph.NullKind {
			continue
		}
		cells := p.cells(entry, f)
		for i := range cells {
			settings := p.settings(entry, &cells[i], environment)
			if goes(settings, environment.Name) {
				visit(entry, &cells[i], settings)
			}
		}
	}
}

// goes reports whether a variant goes to an environment.
func goes(settings *graph.Value, environment string) bool {
	where := settings.Entry("environments")
	if environment == "" || where == nil || where.Value.Kind != graph.ArrayKind {
		return true
	}
	return slices.ContainsFunc(where.Value.Items, func(v *graph.Value) bool { return v.Text == environment })
}

// settings lays all that holds for a variant over one another.
func (p *Project) settings(entry *graph.Entry, c *cell, environment Environment) *graph.Value {
	out := &graph.Value{Kind: graph.ObjectKind, Range: entry.KeyRange}
	place := object(p.top("environments").Entry(environment.Name))
	for _, key := range []string{"queue", "image"} {
		if e := place.Entry(key); e != nil && e.Value.Kind != graph.NullKind {
			put(out, *e)
		}
	}
	out = over(out, object(p.root.Entry("defaults")))
	out = over(out, object(place.Entry("defaults")))
	out = p.extended(out, entry, environment.Name, nil)
	out = over(out, object(entry))
	for _, a := range c.axes {
		out = over(out, a.body)
	}
	for _, body := range c.bodies {
		out = over(out, body)
	}
	out = over(out, in(object(entry), environment.Name))
	return over(out, object(place.Entry("overrides")))
}

// in is what differs in an environment.
func in(body *graph.Value, environment string) *graph.Value {
	return object(object(body.Entry("in")).Entry(environment))
}

// extended lays what a variant or template extends over settings. Going in circles ends where it began.
func (p *Project) extended(out *graph.Value, entry *graph.Entry, environment string, above []string) *graph.Value {
	for _, base := range bases(entry) {
		e := p.base(base.Text)
		if e == nil || slices.Contains(above, base.Text) {
			continue
		}
		out = p.extended(out, e, environment, append(above, base.Text))
		out = over(out, object(e))
		out = over(out, in(object(e), environment))
	}
	return out
}

// bases are the names that a variant or template extends.
func bases(entry *graph.Entry) []*graph.Value {
	e := object(entry).Entry("extends")
	switch {
	case e == nil:
	case e.Value.Kind == graph.StringKind:
		return []*graph.Value{e.Value}
	case e.Value.Kind == graph.ArrayKind:
		return e.Value.Items
	}
	return nil
}

// base is a template or variant by its name.
func (p *Project) base(name string) *graph.Entry {
	if e := p.top("templates").Entry(name); e != nil {
		return e
	}
	return p.top("variants").Entry(name)
}

func (r *resolver) variant(entry *graph.Entry, c *cell, settings *graph.Value) {
	name := r.called(entry, c, r.findings)
	if name == "" {
		return
	}
	s := &scope{project: r.Project, axes: c.axes, fixed: map[string]string{"environment": r.environment.Name, "variant": name, "project": r.Name.Text}}
	settings, changed := r.replaced(settings, s)
	if changed {
		r.fits(settingsSchema(), settings, "variant \""+name+"\"")
	}
	v := Variant{Name: name, At: entry.KeyRange, Project: r.Name.Text, Environment: r.environment}
	for _, a := range c.axes {
		v.Cell = append(v.Cell, Coordinate{a.axis, a.value.Text, a.file})
	}
	r.read(&v, settings)
	v.Settings = listed(&v, settings)
	r.identified(&v)
	if twin, twice := r.names[strings.ToLower(name)]; twice {
		r.twice(&v, &twin)
		return
	}
	r.names[strings.ToLower(name)] = v
	r.variants = append(r.variants, v)
}

// twice reports a name that two variants have.
func (r *resolver) twice(v, twin *Variant) {
	switch {
	case twin.At == v.At && twin.Name == v.Name:
		r.named(v.At, "Put every axis of the matrix into the name, as ${axis}, or leave references out of it.", "the matrix makes two variants %q", v.Name)
	case twin.Name == v.Name:
		r.named(v.At, "Give one of them another name.", "there are two variants %q", v.Name).Relate(twin.At, "the other one is made here")
	default:
		r.named(v.At, "Give one of them another name.", "the names %q and %q differ in nothing but capitals", twin.Name, v.Name).Relate(twin.At, "the other one is made here")
	}
}
