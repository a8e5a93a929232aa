package python

import (
	"bytes"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// decorator reads a decorator of a class or of one of its methods with where it comes from. The class may be nil.
func (w *workspace) decorator(m *module, c *class, deco *flatNode) *graph.Decorator {
	d := m.readDecorator(deco)
	w.traceDecorator(m, c, deco, d)
	call := m.unwrap(m.first(deco))
	if !m.is(call, "call") {
		return d
	}
	if m.is(m.unwrap(m.field(call, fieldFunction)), "call") { // @d(…)(…): what the second call does is not known
		d.SDK = ""
	}
	for i, a := range m.callArguments(call) {
		w.fillFunctions(m, a.value, &d.Args[i].Literal, 0)
	}
	return d
}

// fillFunctions marks the names of functions in a literal.
func (w *workspace) fillFunctions(m *module, n *flatNode, l *graph.Literal, depth int) {
	n = m.unwrap(n)
	switch {
	case n == nil || depth > maxDisplay:
	case l.Kind == graph.LiteralComputed && m.is(n, "identifier"):
		if w.resolve(m, n, 0).kind == symFunc {
			l.Kind = graph.LiteralFunction
		}
	case l.Kind == graph.LiteralList || l.Kind == graph.LiteralTuple || l.Kind == graph.LiteralSet:
		if l.Open {
			return
		}
		for i, c := range m.children(n) {
			w.fillFunctions(m, c, &l.Items[i], depth+1)
		}
	}
}

// traceDecorator tells where a decorator's name comes from.
func (w *workspace) traceDecorator(m *module, c *class, deco *flatNode, d *graph.Decorator) {
	target := m.decoratorTarget(deco)
	d.NameRange = m.lastNameSpan(target)
	if !m.is(target, "identifier") && !m.is(target, "attribute") {
		return
	}
	if c != nil && m.is(target, "identifier") && c.attrs[m.source(target)] != nil {
		return // bound in the class body
	}
	s := w.resolve(m, target, 0)
	switch {
	case s.kind == symSDK:
		d.SDK = strings.Clone(s.name) // a step may outlive the text it is from
		w.traceImport(m, target, d)
	case s.kind == symUnknown && !s.bound && m.is(target, "identifier"):
		d.Unbound = true
	}
	if d.SDK != "" || d.Unbound {
		d.Mentions = m.mentions(d.Name)
	}
}

// traceImport notes how the file got a name of the SDK.
func (w *workspace) traceImport(m *module, target *flatNode, d *graph.Decorator) {
	if m.is(target, "attribute") {
		object := m.unwrap(m.field(target, fieldObject))
		b := m.bindings[m.source(object)]
		d.Public = m.is(object, "identifier") && b.kind == bindModule && topModule(b.ref)
		return
	}
	b, bound := m.bindings[m.source(target)]
	switch {
	case !bound:
		for _, ref := range m.stars {
			d.Public = d.Public || topModule(ref)
		}
	case b.kind == bindFrom && topModule(b.ref):
		d.Public = true
		if b.name == d.Name && b.node != nil {
			d.Import = m.span(b.node)
		}
	}
}

// topModule reports whether an import is of the SDK's package itself, which has all names that are public.
func topModule(ref importRef) bool {
	return ref.level == 0 && (ref.path == "metaflow" || ref.path == "spindle")
}

func (f *file) lastNameSpan(target *flatNode) graph.Range {
	target = f.unwrap(target)
	if f.is(target, "attribute") {
		return f.span(f.field(target, fieldAttribute))
	}
	return f.span(target)
}

// mentions counts how often a name stands in the text as a word of its own, comments and strings included. The answer is kept: a flow may
// have the same decorator on each of its steps.
func (f *file) mentions(name string) int {
	if count, known := f.counts[name]; known || name == "" {
		return count
	}
	count := f.count([]byte(name))
	if f.counts == nil {
		f.counts = map[string]int{}
	}
	f.counts[name] = count
	return count
}

func (f *file) count(name []byte) int {
	count := 0
	for at := 0; ; {
		i := bytes.Index(f.text[at:], name)
		if i < 0 {
			return count
		}
		start, end := at+i, at+i+len(name)
		if (start == 0 || !wordByte(f.text[start-1])) && (end == len(f.text) || !wordByte(f.text[end])) {
			count++
		}
		at = end
	}
}

func wordByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

// misplaced lists the SDK's decorators on a method that is not a step.
func (o owned) misplaced(w *workspace) []graph.Misplaced {
	m := o.class.mod
	var out []graph.Misplaced
	for _, deco := range o.attr.def.decorators {
		if d := w.decorator(m, o.class, deco); d.SDK != "" {
			out = append(out, graph.Misplaced{Decorator: d, Method: o.attr.name, NameRange: m.span(m.field(o.attr.def.node, fieldName))})
		}
	}
	return out
}
