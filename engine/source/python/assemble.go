package python

import (
	"slices"
	"sort"

	"github.com/spindle-flow/spindle/engine/graph"
)

// owned is an attribute with the class that wins it.
type owned struct {
	class  *class
	attr   *attr
	unsure bool // a base out of reach comes first and may define it too
}

// assemble makes the flow of a class out of all that it inherits.
func (w *workspace) assemble(path string, l lineage) (*graph.Flow, *recollection) {
	c := l.classes[0]
	flow := &graph.Flow{
		Name: c.name, File: path, Doc: c.mod.docOf(c.mod.field(c.def.node, fieldBody)),
		NameRange: c.nameRange(), Range: c.mod.span(c.def.node), Dynamic: l.dynamic,
	}
	for _, a := range l.classes {
		a.load(w)
		flow.Dynamic = append(flow.Dynamic, a.dynamic...)
		for _, deco := range a.def.decorators {
			flow.Decorators = append(flow.Decorators, w.decorator(a.mod, nil, deco))
			flow.OpenDecorators = flow.OpenDecorators || a.opens(w, deco)
		}
		flow.OpenDecorators = flow.OpenDecorators || a.mod.makesDecorators()
		flow.Dynamic = append(flow.Dynamic, a.mod.patched(a.name)...)
		flow.Broken = flow.Broken || a.mod.fault != nil
	}
	all := attributes(w, l)
	r := w.recollect(w.modules[path], l, all)
	for _, o := range all {
		w.add(flow, o, r)
	}
	w.readConfigs(flow, l, all)
	flow.Data = w.readData(flow, l, all, r)
	return flow, r
}

func (w *workspace) add(flow *graph.Flow, o owned, r *recollection) {
	if o.attr.kind != attrStep && o.attr.def.node != nil && !o.attr.conditional && !o.unsure {
		flow.Misplaced = append(flow.Misplaced, o.misplaced(w)...)
	}
	switch o.attr.kind {
	case attrStep:
		s, dynamic := r.step(w, o)
		flow.Steps = append(flow.Steps, s)
		flow.Dynamic = append(flow.Dynamic, dynamic...)
	case attrParameter:
		flow.Parameters = append(flow.Parameters, o.class.readParameter(o.attr))
	case attrConstant:
		if o.attr.name[0] != '_' {
			flow.Constants = append(flow.Constants, o.attr.name)
		}
	}
}

// attributes lists what the class ends up with: base classes first, then in the order of the source.
func attributes(w *workspace, l lineage) []owned {
	winner := make(map[string]bool, len(l.classes[0].order))
	groups := make([][]owned, 0, len(l.classes))
	for i, c := range l.classes {
		group := make([]owned, 0, len(c.order))
		for _, name := range c.order {
			a := c.attrs[name]
			if a == nil || winner[name] {
				continue
			}
			winner[name] = true
			group = append(group, owned{c, a, l.unknown >= 0 && i >= l.unknown})
		}
		sort.SliceStable(group, func(i, j int) bool { return group[i].start() < group[j].start() })
		groups = append(groups, group)
	}
	slices.Reverse(groups)
	return slices.Concat(groups...)
}

func (o owned) start() uint {
	switch {
	case o.attr.def.node != nil:
		return o.attr.def.node.StartByte()
	case o.attr.left != nil:
		return o.attr.left.StartByte()
	}
	return 0
}

// patched lists assignments to attributes of a class from outside its body.
func (m *module) patched(name string) []graph.Dynamic {
	var out []graph.Dynamic
	for _, p := range m.patches {
		if p.target == name {
			out = append(out, graph.Dynamic{Range: m.span(p.node), Reason: "the class is changed here"})
		}
	}
	return out
}
