package python

import (
	"bytes"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
)

// configArgs are the names of a Config's positional arguments.
var configArgs = []string{"name", "default", "default_value", "help", "required", "parser", "plain"}

// declared is a config with where it stands.
type declared struct {
	*graph.Config
	owned
}

// configReader collects what one flow does with its configs.
type configReader struct {
	w    *workspace
	flow *graph.Flow
	out  *graph.Configs
	list []declared
}

// readConfigs fills in the configs of a flow and their uses. A flow without any costs one search of its text.
func (w *workspace) readConfigs(flow *graph.Flow, l lineage, all []owned) {
	r := &configReader{w: w, flow: flow, out: &flow.Configs}
	for _, o := range all {
		if o.attr.kind == attrParameter && o.attr.sdk == "Config" {
			r.declare(o)
		}
	}
	r.expressions(l)
	if len(r.list) == 0 {
		return
	}
	r.out.Mutable = r.mutable(l, all)
	for _, c := range l.classes {
		r.classBody(c)
	}
	for _, o := range all {
		if o.attr.kind == attrStep || o.attr.kind == attrMethod && o.attr.def.node != nil {
			r.method(o)
		}
	}
	r.mentions(all)
}

func (r *configReader) declare(o owned) {
	for _, d := range r.list {
		if d.attr.value == o.attr.value && d.class.mod == o.class.mod { // a second attribute for the same config
			d.Alias = o.class.mod.span(o.attr.left)
			return
		}
	}
	f := o.class.mod.file
	c := &graph.Config{
		Attr: o.attr.name, AttrRange: f.span(o.attr.left), Owner: o.class.name,
		Range: f.span(o.attr.value), NameRange: f.span(o.attr.value), Uncertain: o.unsure || o.attr.conditional,
	}
	for i, a := range f.callArguments(o.attr.value) {
		arg := graph.ConfigArg{Name: a.name, Range: f.span(a.node), Value: f.plainValue(a.value, 0)}
		switch {
		case f.is(a.node, "list_splat"), f.is(a.node, "dictionary_splat"):
			arg.Name = "*"
		case a.name == "" && i < len(configArgs):
			arg.Name = configArgs[i]
		}
		arg.Function = r.isFunction(o.class.mod, a.value)
		if arg.Name == "name" && arg.Value.Kind == graph.StringKind {
			c.Name, c.NameRange = arg.Value.Text, arg.Value.Range
		}
		c.Args = append(c.Args, arg)
	}
	r.list = append(r.list, declared{c, o})
	r.out.Declared = append(r.out.Declared, c)
}

func (r *configReader) isFunction(m *module, n *flatNode) bool {
	n = m.unwrap(n)
	return m.is(n, "lambda") || m.is(n, "identifier") && r.w.resolve(m, n, 0).kind == symFunc
}

// mutable reports whether a decorator of the class or of a step may change the flow.
func (r *configReader) mutable(l lineage, all []owned) bool {
	for _, c := range l.classes {
		for _, deco := range c.def.decorators {
			if c.opens(r.w, deco) {
				return true
			}
		}
	}
	for _, o := range all {
		if o.attr.kind != attrStep {
			continue
		}
		for _, deco := range o.attr.def.decorators {
			s := r.w.resolve(o.class.mod, o.class.mod.decoratorTarget(deco), 0)
			if deco != o.attr.mark && (s.kind != symSDK || !plainDecorators[s.name] && s.name != "parallel" && s.name != "pytorch_parallel") {
				return true
			}
		}
	}
	return false
}

// byName returns the config that goes by a name on the command line and in config_expr.
func (r *configReader) byName(name string) *declared {
	for i := range r.list {
		if r.list[i].Name == name {
			return &r.list[i]
		}
	}
	return nil
}

// mentions finds out which configs stand anywhere besides their declaration.
func (r *configReader) mentions(all []owned) {
	open := false
	for _, d := range r.list {
		d.Mentioned = r.mentioned(d)
		open = open || !d.Mentioned
	}
	if open {
		r.out.Escapes = r.escapes(all)
	}
}

func (r *configReader) mentioned(d declared) bool {
	start, end := d.attr.left.StartByte(), d.attr.value.EndByte()
	for _, m := range r.w.modules {
		if m == nil {
			continue
		}
		for _, word := range []string{d.Attr, d.Name} {
			for at := range m.words(word, 0, len(m.text)) {
				own := m == d.class.mod && uint(at) >= start && uint(at) < end
				if !own && !m.inComment(at) {
					return true
				}
			}
		}
	}
	return false
}

// escapes reports whether a method hands its self to other code.
func (r *configReader) escapes(all []owned) bool {
	for _, o := range all {
		if o.attr.def.node == nil {
			continue
		}
		m := o.class.mod
		self := m.selfName(o.attr.def)
		body := m.field(o.attr.def.node, fieldBody)
		if self == "" || body == nil {
			continue
		}
		for at := range m.words(self, int(body.StartByte()), int(body.EndByte())) {
			rest := bytes.TrimLeft(m.text[at+len(self):], " \t")
			if !bytes.HasPrefix(rest, []byte(".")) && !m.inComment(at) {
				return true
			}
		}
	}
	return false
}

// words finds a word in the text between two offsets.
func (f *file) words(word string, from, to int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		to = min(to, len(f.text))
		for at := from; word != "" && at < to; {
			i := bytes.Index(f.text[at:to], []byte(word))
			if i < 0 {
				return
			}
			at += i
			before, _ := utf8.DecodeLastRune(f.text[:at])
			after, _ := utf8.DecodeRune(f.text[at+len(word):])
			if !(at > 0 && nameRune(before)) && !(at+len(word) < len(f.text) && nameRune(after)) && !yield(at) {
				return
			}
			at += len(word)
		}
	}
}

func nameRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf
}

func (f *file) inComment(at int) bool {
	n := f.tree.RootNode().DescendantForByteRange(uint(at), uint(at+1))
	return n != nil && f.lang.kind(n.KindId()) == "comment"
}
