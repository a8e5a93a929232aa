package python

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// candidate is a class that is a flow, or may be one as far as the source tells.
type candidate struct {
	class   *class
	lineage lineage
	base    bool   // another flow of the file derives from it
	started bool   // the file instantiates it
	block   uint   // where it does
	name    string // what the file calls it
}

type chooser struct {
	w     *workspace
	m     *module
	list  []*candidate
	order []*candidate // started ones, in order
	open  *flatNode    // a call of something out of reach, which may be a flow
}

func (w *workspace) chooser(m *module) *chooser {
	ch := &chooser{w: w, m: m}
	for _, c := range m.classes {
		if m.bindings[c.name].class == c {
			ch.consider(c, c.name)
		}
	}
	for _, a := range ch.list {
		for _, b := range ch.list {
			b.base = b.base || a != b && contains(a.lineage.classes, b.class)
		}
	}
	ch.followCalls(m, m.calls, map[*flatNode]bool{}, 0)
	return ch
}

func contains(list []*class, c *class) bool {
	for _, x := range list {
		if x == c {
			return true
		}
	}
	return false
}

// consider adds a class if it is a flow: it derives from FlowSpec, or from something out of reach and has steps.
func (ch *chooser) consider(c *class, name string) *candidate {
	for _, known := range ch.list {
		if known.class == c {
			return known
		}
	}
	l := ch.w.lineage(c)
	if !l.flow && (l.unknown < 0 || !ch.hasSteps(l)) {
		return nil
	}
	k := &candidate{class: c, lineage: l, name: name}
	ch.list = append(ch.list, k)
	return k
}

func (ch *chooser) hasSteps(l lineage) bool {
	for _, c := range l.classes {
		c.load(ch.w)
		for _, a := range c.attrs {
			if a.kind == attrStep {
				return true
			}
		}
	}
	return false
}

// followCalls finds the flows that running the file instantiates, through its own functions too.
func (ch *chooser) followCalls(m *module, calls []call, seen map[*flatNode]bool, depth int) {
	for _, c := range calls {
		switch s := ch.w.resolve(ch.m, c.fn, 0); s.kind {
		case symClass:
			if k := ch.startable(s.class, m.source(c.fn)); k != nil {
				if !k.started {
					k.started, k.block = true, c.block
					ch.order = append(ch.order, k)
				}
			}
		case symFunc:
			if s.mod != ch.m || depth > 5 || seen[m.bindings[s.name].node] {
				continue
			}
			seen[m.bindings[s.name].node] = true
			inner := &module{file: ch.m.file, bindings: map[string]binding{}}
			inner.scanBlock(ch.m.field(s.node, fieldBody), 0, false)
			ch.followCalls(ch.m, inner.calls, seen, depth+1)
		case symExternal:
			ch.open = c.fn
		case symUnknown:
			if s.bound && ch.m.is(ch.m.unwrap(c.fn), "identifier") {
				ch.open = c.fn
			}
		}
	}
}

// startable takes a class the file instantiates: one whose bases are out of reach counts even without steps.
func (ch *chooser) startable(c *class, name string) *candidate {
	if k := ch.consider(c, name); k != nil {
		return k
	}
	l := ch.w.lineage(c)
	if l.unknown < 0 {
		return nil
	}
	k := &candidate{class: c, lineage: l, name: name}
	ch.list = append(ch.list, k)
	return k
}

// pick returns the flow the file is about, or what keeps it from being one.
func (ch *chooser) pick(class string) (*candidate, *graph.Fault) {
	if class != "" {
		return ch.named(class)
	}
	if n := len(ch.order); n == 1 || n > 1 && ch.order[0].block == ch.order[1].block {
		return ch.order[0], nil // the first one runs and ends the program
	} else if n > 1 {
		return nil, ch.many(ch.order)
	}
	var own []*candidate
	for _, k := range ch.list {
		if !k.base {
			own = append(own, k)
		}
	}
	switch {
	case len(own) == 1:
		return own[0], nil
	case len(own) > 1:
		return nil, ch.many(own)
	}
	return nil, ch.none()
}

func (ch *chooser) named(class string) (*candidate, *graph.Fault) {
	for _, k := range ch.list {
		if k.class.name == class || k.name == class {
			return k, nil
		}
	}
	if s := ch.w.resolveName(ch.m, class, 0); s.kind == symClass {
		if k := ch.startable(s.class, class); k != nil {
			return k, nil
		}
	}
	return nil, &graph.Fault{Kind: graph.FaultNoClass, Range: fileStart(ch.m.path), Classes: ch.classes(ch.list),
		Message: fmt.Sprintf("the file has no flow named %q", class)}
}

func (ch *chooser) many(list []*candidate) *graph.Fault {
	classes := ch.classes(list)
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = c.Name
	}
	return &graph.Fault{Kind: graph.FaultManyFlows, Range: classes[0].Range, Classes: classes,
		Message: fmt.Sprintf("the file has %d flows (%s) and does not say which one it runs", len(names), strings.Join(names, ", "))}
}

func (ch *chooser) none() *graph.Fault {
	switch {
	case ch.m.fault != nil:
		return nil // the syntax error says it
	case ch.open != nil:
		return &graph.Fault{Kind: graph.FaultDynamic, Range: ch.m.span(ch.open), Message: "the flow may be made by the code that is called here"}
	}
	return &graph.Fault{Kind: graph.FaultNoFlow, Range: fileStart(ch.m.path), Message: "the file has no flow: no class derives from FlowSpec"}
}

func (ch *chooser) classes(list []*candidate) []graph.Class {
	out := []graph.Class{}
	for _, k := range list {
		out = append(out, graph.Class{Name: k.class.name, Range: k.class.nameRange()})
	}
	return out
}
