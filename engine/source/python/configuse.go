package python

import (
	"bytes"
	"regexp"

	"github.com/spindle-flow/spindle/engine/graph"
)

// methodReader reads the uses of configs in one method.
type methodReader struct {
	*configReader
	m      *module
	fn     *flatNode
	body   *flatNode
	self   string
	asked  map[string]bool // keys that the method asks for before it reads them
	seen   bool
	config *declared
}

// maxAliases bounds how many local names of a config are followed in one method.
const maxAliases = 50

// selfName is the name of a method's first argument; empty for one that has none or is bound to no object.
func (f *file) selfName(d definition) string {
	for _, deco := range d.decorators {
		if n := f.lastName(f.decoratorTarget(deco)); n == "staticmethod" || n == "classmethod" {
			return ""
		}
	}
	if args := f.arguments(f.field(d.node, fieldParameters)); len(args) > 0 && args[0].Kind == graph.Positional {
		return args[0].Name
	}
	return ""
}

func (r *configReader) method(o owned) {
	m := o.class.mod
	mr := &methodReader{configReader: r, m: m, fn: o.attr.def.node, body: m.field(o.attr.def.node, fieldBody), self: m.selfName(o.attr.def)}
	if mr.body == nil || mr.self == "" {
		return
	}
	from, to := int(mr.body.StartByte()), int(mr.body.EndByte())
	for i := range r.list {
		mr.config = &r.list[i]
		for at := range m.words(mr.config.Attr, from, to) {
			if before := bytes.TrimRight(m.text[:at], " \t"); bytes.HasSuffix(before, []byte(".")) {
				mr.attribute(at)
			}
		}
	}
}

// attribute takes self.cfg at an offset.
func (r *methodReader) attribute(at int) {
	trail := r.m.trail(r.fn, uint(at), uint(at+len(r.config.Attr)))
	for i := len(trail) - 1; i > 0 && !r.m.is(trail[len(trail)-1], "attribute"); i-- {
		trail = trail[:i]
	}
	n := trail[len(trail)-1]
	name, object := r.m.field(n, fieldAttribute), r.m.unwrap(r.m.field(n, fieldObject))
	if name == nil || int(name.StartByte()) != at || !r.m.is(object, "identifier") || r.m.source(object) != r.self {
		return
	}
	r.use(trail, r.m.span(name), nil, r.config.Attr, 0)
}

// use records what is read at the end of a trail. Base is the path of the name that stands there.
func (r *methodReader) use(trail []*flatNode, root graph.Range, base []graph.ConfigKey, word string, depth int) {
	c := r.m.chain(trail)
	use := graph.ConfigUse{
		Attr: r.config.Attr, Path: append(base[:len(base):len(base)], c.path...), Range: r.m.span(c.node), Root: root, When: graph.AtTask, Called: c.called,
		Guarded: r.m.guarded(c.above, c.node, r.config.Attr, word), Slot: r.slot(c),
	}
	if len(c.path) > 0 {
		use.Write = c.write(r.m.file)
	}
	for _, k := range use.Path {
		use.Guarded = use.Guarded || r.asks()[k.Name]
	}
	r.out.Uses = append(r.out.Uses, use)
	if name := r.alias(c); name != nil && depth < maxAliases {
		r.follow(name, c, use.Path, depth+1)
	}
}

// slot tells whether the value becomes the number of a transition's nodes.
func (r *methodReader) slot(c chain) *graph.ConfigSlot {
	n := len(c.above)
	if n < 3 || !r.m.is(c.above[n-1], "keyword_argument") || r.m.source(r.m.field(c.above[n-1], fieldName)) != "num_parallel" {
		return nil
	}
	if call := c.above[n-3]; r.m.is(call, "call") && r.m.isSelfNext(r.m.field(call, fieldFunction)) {
		return &graph.ConfigSlot{Arg: "num_parallel", Whole: true, Range: r.m.span(call)}
	}
	return nil
}

// alias is the local name that the chain is given to, nil where it isn't.
func (r *methodReader) alias(c chain) *flatNode {
	if len(c.above) == 0 || c.called {
		return nil
	}
	outer := c.above[len(c.above)-1]
	if !r.m.is(outer, "assignment") || !same(r.m.field(outer, fieldRight), c.node) {
		return nil
	}
	for _, k := range c.path {
		if k.Optional { // what .get gives may be its default
			return nil
		}
	}
	if left := r.m.field(outer, fieldLeft); r.m.is(left, "identifier") {
		return left
	}
	return nil
}

// follow reads the uses of a local name that stands for a config, if nothing else is ever bound to it.
func (r *methodReader) follow(name *flatNode, from chain, base []graph.ConfigKey, depth int) {
	word := r.m.source(name)
	var reads [][]*flatNode
	for at := range r.m.words(word, int(r.fn.StartByte()), int(r.fn.EndByte())) {
		trail := r.m.trail(r.fn, uint(at), uint(at+len(word)))
		leaf := trail[len(trail)-1]
		if !r.m.is(leaf, "identifier") || same(leaf, name) || len(trail) < 2 {
			continue
		}
		switch outer := trail[len(trail)-2]; r.m.kind(outer) {
		case "attribute":
			if same(r.m.field(outer, fieldObject), leaf) {
				reads = append(reads, trail)
			}
		case "subscript":
			if same(r.m.field(outer, fieldValue), leaf) {
				reads = append(reads, trail)
			}
		case "keyword_argument":
			if same(r.m.field(outer, fieldValue), leaf) {
				reads = append(reads, trail)
			}
		case "argument_list", "comparison_operator", "boolean_operator", "not_operator", "binary_operator", "return_statement", "interpolation", "if_statement", "conditional_expression":
		case "assignment":
			if !same(r.m.field(outer, fieldRight), leaf) {
				return
			}
			reads = append(reads, trail)
		default: // it may be bound to something else here
			return
		}
	}
	for _, trail := range reads {
		r.use(trail, r.m.span(trail[len(trail)-1]), base, word, depth)
	}
}

var asking = regexp.MustCompile(`["']([^"'\n]+)["']\s+(?:not\s+)?in\b|hasattr\([^()\n]*,\s*["']([^"'\n]+)["']`)

// asks lists the keys that the method looks for with in or hasattr.
func (r *methodReader) asks() map[string]bool {
	if r.seen {
		return r.asked
	}
	r.seen, r.asked = true, map[string]bool{}
	for _, m := range asking.FindAllSubmatch([]byte(r.m.source(r.body)), -1) {
		r.asked[string(m[1])+string(m[2])] = true
	}
	return r.asked
}
