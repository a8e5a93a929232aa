package python

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

type attrKind int

const (
	attrOther attrKind = iota // a value that may be anything but a constant worth keeping: a module, a class, a property
	attrStep
	attrMethod
	attrParameter
	attrConstant
)

// attr is what a class body binds to a name.
type attr struct {
	kind        attrKind
	name        string
	def         definition // of a method
	mark        *flatNode  // the @step decorator
	value       *flatNode  // of a parameter: the call
	left        *flatNode
	sdk         string // of a parameter: Parameter, IncludeFile or Config
	conditional bool   // bound under a condition
}

// class is a class statement of a module's top level.
type class struct {
	mod     *module
	name    string
	def     definition
	attrs   map[string]*attr
	order   []string
	dynamic []graph.Dynamic
	loaded  bool
}

// newClass takes a copy of the name: steps that outlive the text have it.
func newClass(m *module, name string, d definition) *class {
	return &class{mod: m, name: strings.Clone(name), def: d}
}

func (c *class) nameRange() graph.Range { return c.mod.span(c.mod.field(c.def.node, fieldName)) }

// bases are the base class expressions; what is not one (a keyword, a star) is a place the reader can't follow.
func (c *class) bases() (bases []*flatNode, odd []*flatNode) {
	list := c.mod.field(c.def.node, fieldSuperclasses)
	if list == nil {
		return nil, nil
	}
	for _, n := range c.mod.children(list) {
		switch c.mod.kind(n) {
		case "keyword_argument", "list_splat", "dictionary_splat":
			odd = append(odd, n)
		default:
			bases = append(bases, n)
		}
	}
	return bases, odd
}

// load reads the class body once; it needs the workspace to know which decorators and calls are the SDK's.
func (c *class) load(w *workspace) {
	if c.loaded {
		return
	}
	c.loaded = true
	body := c.mod.field(c.def.node, fieldBody)
	statements := len(c.mod.children(body))
	c.attrs, c.order = make(map[string]*attr, statements), make([]string, 0, statements)
	c.body(w, body, 0)
}

func (c *class) unsure(n *flatNode, reason string) {
	c.dynamic = append(c.dynamic, graph.Dynamic{Range: c.mod.span(n), Reason: reason})
}

func (c *class) set(a *attr) {
	if a.name == "" { // a name that is missing in broken source
		return
	}
	if old := c.attrs[a.name]; old == nil {
		c.order = append(c.order, a.name)
	} else if a.conditional && (old.kind == attrStep || a.kind == attrStep) {
		a.conditional = true
	}
	c.attrs[a.name] = a
}

func (c *class) body(w *workspace, block *flatNode, depth int) {
	if block == nil || depth > maxNesting {
		return
	}
	for _, s := range c.mod.children(block) {
		c.statement(w, s, depth)
	}
}

func (c *class) statement(w *workspace, s *flatNode, depth int) {
	m := c.mod
	switch m.kind(s) {
	case "function_definition", "decorated_definition", "class_definition":
		c.definition(w, s, depth > 0)
	case "expression_statement":
		for _, e := range m.children(s) {
			c.expression(w, m.unwrap(e), depth > 0)
		}
	case "delete_statement":
		for _, n := range m.children(s) {
			delete(c.attrs, m.source(n))
		}
	case "import_statement", "import_from_statement":
		for _, n := range m.children(s) {
			c.set(&attr{name: m.lastName(n)})
		}
	case "block":
		c.body(w, s, depth+1)
	case "for_statement":
		for _, name := range m.targetNames(m.field(s, fieldLeft), 0) {
			c.set(&attr{kind: attrConstant, name: name, conditional: true})
		}
		c.nested(w, s, depth)
	default:
		c.nested(w, s, depth)
	}
}

// nested reads the blocks of a compound statement in the class body.
func (c *class) nested(w *workspace, s *flatNode, depth int) {
	if depth > maxNesting {
		return
	}
	for _, n := range c.mod.children(s) {
		switch c.mod.kind(n) {
		case "block":
			c.body(w, n, depth+1)
		case "elif_clause", "else_clause", "except_clause", "finally_clause", "case_clause":
			c.nested(w, n, depth+1)
		}
	}
}

func (c *class) definition(w *workspace, s *flatNode, conditional bool) {
	d := c.mod.definition(s)
	if d.node == nil {
		return
	}
	a := &attr{name: c.mod.source(c.mod.field(d.node, fieldName)), def: d, conditional: conditional}
	if c.mod.is(d.node, "function_definition") {
		a.kind = attrMethod
		for _, deco := range d.decorators {
			switch c.decoratorName(w, deco) {
			case "step":
				a.kind, a.mark = attrStep, deco
			case "property", "cached_property":
				if a.kind == attrMethod {
					a.kind = attrOther
				}
			}
		}
	}
	if a.kind == attrStep && conditional {
		c.unsure(d.node, "this step is defined under a condition")
	}
	c.set(a)
}

// decoratorName is the SDK's name for a decorator, else the last part of what is written.
func (c *class) decoratorName(w *workspace, deco *flatNode) string {
	expr := c.mod.decoratorTarget(deco)
	spelled := c.mod.lastName(expr)
	if name := sdkName(w.resolve(c.mod, expr, 0), spelled); name != "" {
		return name
	}
	if spelled == "step" { // some other step
		return "·step"
	}
	return spelled
}

// decoratorTarget is a decorator's expression without its call.
func (f *file) decoratorTarget(deco *flatNode) *flatNode {
	expr := f.unwrap(f.first(deco))
	for range maxNesting {
		if !f.is(expr, "call") {
			break
		}
		expr = f.unwrap(f.field(expr, fieldFunction))
	}
	return expr
}

func (c *class) expression(w *workspace, e *flatNode, conditional bool) {
	switch c.mod.kind(e) {
	case "assignment":
		c.assignment(w, e, conditional)
	case "call":
		switch c.mod.source(c.mod.field(e, fieldFunction)) {
		case "exec", "setattr", "locals", "vars", "locals().update", "vars().update":
			c.unsure(e, "the class body computes attributes here")
		}
	}
}

func (c *class) assignment(w *workspace, e *flatNode, conditional bool) {
	m := c.mod
	var lefts []*flatNode
	value := e
	for range maxNesting {
		lefts = append(lefts, m.field(value, fieldLeft))
		value = m.unwrap(m.field(value, fieldRight))
		if !m.is(value, "assignment") {
			break
		}
	}
	if value == nil { // x: int binds nothing
		return
	}
	for _, left := range lefts {
		if m.is(left, "subscript") { // locals()["x"] = …
			c.unsure(e, "the class body computes attributes here")
			continue
		}
		for _, name := range m.targetNames(left, 0) {
			a := &attr{name: name, left: left, value: value, conditional: conditional}
			c.classify(w, a)
			c.set(a)
		}
	}
}

// classify tells what an assigned value makes of an attribute.
func (c *class) classify(w *workspace, a *attr) {
	m := c.mod
	a.kind = attrConstant
	switch m.kind(a.value) {
	case "lambda":
		a.kind = attrMethod
	case "identifier", "attribute":
		switch s := w.resolve(m, a.value, 0); s.kind {
		case symClass, symModule, symSDKModule:
			a.kind = attrOther
		case symFunc:
			a.kind = attrMethod
		case symUnknown:
			if other := c.attrs[m.source(a.value)]; other != nil {
				name, left := a.name, a.left
				*a = *other // an alias of something bound above
				a.name, a.left = name, left
			}
		}
		if a.kind == attrStep {
			c.unsure(a.left, "a step under a second name")
		}
	case "call":
		fn := m.field(a.value, fieldFunction)
		for m.is(fn, "call") { // step(start=True)(function)
			fn = m.field(fn, fieldFunction)
		}
		switch name := sdkName(w.resolve(m, fn, 0), m.lastName(fn)); name {
		case "Parameter", "IncludeFile", "Config":
			a.kind, a.sdk = attrParameter, name
		case "step":
			a.kind = attrOther
			c.unsure(a.value, "a step is made by a call")
		default:
			if n := m.lastName(fn); n == "property" || n == "cached_property" {
				a.kind = attrOther
			}
		}
	}
}
