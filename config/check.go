package config

import (
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// references reports names of environments, templates and variants that there are not, and those that extend themselves.
func (f *findings) references(p *Project) {
	var environments, all []string
	for _, w := range p.Environments {
		environments = append(environments, w.Text)
	}
	told := map[string]bool{} // names whose circle has been told
	all = append(keys(p.top("templates")), keys(p.top("variants"))...)
	for _, key := range []string{"templates", "variants"} {
		list := p.top(key)
		for _, name := range keys(list) {
			entry := list.Entry(name)
			if key == "variants" && p.top("templates").Entry(name) != nil {
				f.named(entry.KeyRange, "Give one of them another name.", "there are a template and a variant %q", name).
					Relate(p.top("templates").Entry(name).KeyRange, "the template is here")
			}
			f.where(object(entry), environments)
			for _, base := range bases(entry) {
				circle := p.circle(base.Text, name, nil)
				switch {
				case base.Kind != graph.StringKind || dynamic(base.Text):
				case base.Text == name:
					f.malformed(base.Range, "Leave it out.", "%q extends itself", name)
				case p.base(base.Text) == nil:
					f.missing(base.Range, alike(base.Text, all, "The file has no templates."), "there is no template or variant %q to extend", base.Text)
				case circle != nil && !told[name]:
					f.malformed(base.Range, "Take out one of them; what several need can go into a template.", "%q extends itself by way of %s", name, strings.Join(circle, " and "))
					for _, other := range circle {
						told[other] = true
					}
				}
			}
		}
	}
}

// where reports environments that there are not.
func (f *findings) where(body *graph.Value, environments []string) {
	none := "The project has no environments."
	if e := body.Entry("environments"); e != nil {
		for _, item := range e.Value.Items {
			if item.Kind == graph.StringKind && !dynamic(item.Text) && !slices.Contains(environments, item.Text) {
				f.missing(item.Range, alike(item.Text, environments, none), "there is no environment %q", item.Text)
			}
		}
	}
	for _, name := range keys(object(body.Entry("in"))) {
		if !slices.Contains(environments, name) {
			f.missing(object(body.Entry("in")).Entry(name).KeyRange, alike(name, environments, none), "there is no environment %q", name)
		}
	}
}

// circle are the names by which a name leads to another, nil if it does not.
func (p *Project) circle(from, to string, seen []string) []string {
	e := p.base(from)
	if e == nil || slices.Contains(seen, from) {
		return nil
	}
	seen = append(seen, from)
	for _, base := range bases(e) {
		if base.Text == to {
			return seen
		}
		if found := p.circle(base.Text, to, seen); found != nil {
			return found
		}
	}
	return nil
}
