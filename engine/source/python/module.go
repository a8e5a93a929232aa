package python

import (
	"strings"
)

// maxNesting is the depth of blocks in blocks that is followed; Python itself takes no more than 100.
const maxNesting = 100

// module is a source file with what its top level binds.
type module struct {
	*file
	dir      string // where relative imports start
	bindings map[string]binding
	stars    []importRef
	classes  []*class
	calls    []call
	patches  []patch
}

// importRef names a module as an import statement does.
type importRef struct {
	level int    // leading dots
	path  string // dotted, may be empty after dots
}

type bindKind int

const (
	bindOther  bindKind = iota // something that is no class: a value, a loop variable
	bindModule                 // import a.b as x
	bindFrom                   // from a.b import x
	bindClass
	bindFunc
	bindExpr // x = expression
)

// binding is what a name stands for at the end of a module.
type binding struct {
	kind  bindKind
	ref   importRef
	name  string // for bindFrom: the name in the other module
	class *class
	node  *flatNode // for bindFunc the definition, for bindExpr the expression, for bindFrom the name if it stays the same
}

// call is a call that stands as a statement, or the value of one.
type call struct {
	fn    *flatNode
	block uint // start of the block the statement is in: tells alternatives apart
}

// patch is an assignment to an attribute of a name: it may change a class behind the reader's back.
type patch struct {
	target string
	node   *flatNode
}

func (m *module) scan() {
	m.bindings = map[string]binding{}
	m.scanBlock(m.root(), 0, false)
}

// scanBlock takes the statements of a block. In a handler of exceptions a name that is bound already keeps its meaning: the
// first of two alternative imports is the one meant.
func (m *module) scanBlock(block *flatNode, depth int, handler bool) {
	if depth > maxNesting {
		return
	}
	for _, s := range m.children(block) {
		switch m.kind(s) {
		case "import_statement":
			m.scanImport(s, handler)
		case "import_from_statement":
			m.scanImportFrom(s, handler)
		case "class_definition", "decorated_definition", "function_definition":
			m.scanDefinition(s, handler)
		case "expression_statement":
			m.scanExpression(s, block.StartByte(), handler)
		case "block":
			m.scanBlock(s, depth+1, handler)
		default:
			m.scanCompound(s, depth+1, handler)
		}
	}
}

func (m *module) scanCompound(s *flatNode, depth int, handler bool) {
	kind := m.kind(s)
	if !strings.HasSuffix(kind, "_statement") && !strings.HasSuffix(kind, "_clause") || depth > maxNesting {
		return
	}
	handler = handler || kind == "except_clause"
	if kind == "for_statement" {
		m.bindTargets(m.field(s, fieldLeft), handler)
	}
	for _, c := range m.children(s) {
		switch k := m.kind(c); {
		case k == "block":
			m.scanBlock(c, depth, handler)
		case strings.HasSuffix(k, "_clause"):
			m.scanCompound(c, depth+1, handler)
		}
	}
}

func (m *module) bind(name string, b binding, handler bool) {
	if _, bound := m.bindings[name]; name == "" || bound && handler {
		return
	}
	m.bindings[name] = b
}

func (m *module) scanImport(s *flatNode, handler bool) {
	for _, c := range m.children(s) {
		if m.is(c, "aliased_import") {
			ref := importRef{path: m.source(m.field(c, fieldName))}
			m.bind(m.source(m.field(c, fieldAlias)), binding{kind: bindModule, ref: ref}, handler)
			continue
		}
		first, _, _ := strings.Cut(m.source(c), ".")
		m.bind(first, binding{kind: bindModule, ref: importRef{path: first}}, handler)
	}
}

func (m *module) scanImportFrom(s *flatNode, handler bool) {
	from := m.field(s, fieldModuleName)
	if from == nil {
		return
	}
	ref := importReference(m.source(from))
	for _, c := range m.children(s) {
		if c == from {
			continue
		}
		switch m.kind(c) {
		case "wildcard_import":
			m.stars = append(m.stars, ref)
		case "aliased_import":
			m.bind(m.source(m.field(c, fieldAlias)), binding{kind: bindFrom, ref: ref, name: m.source(m.field(c, fieldName))}, handler)
		default:
			name := m.source(c)
			m.bind(name, binding{kind: bindFrom, ref: ref, name: name, node: c}, handler)
		}
	}
}

func importReference(text string) importRef {
	text = strings.Join(strings.Fields(text), "")
	path := strings.TrimLeft(text, ".")
	return importRef{level: len(text) - len(path), path: path}
}

func (m *module) scanDefinition(s *flatNode, handler bool) {
	d := m.definition(s)
	if d.node == nil {
		return
	}
	name := m.source(m.field(d.node, fieldName))
	if m.is(d.node, "function_definition") {
		m.bind(name, binding{kind: bindFunc, node: d.node}, handler)
		return
	}
	c := newClass(m, name, d)
	m.classes = append(m.classes, c)
	m.bind(name, binding{kind: bindClass, class: c}, handler)
}

// definition is a function or class with its decorators.
type definition struct {
	node       *flatNode // function_definition or class_definition
	whole      *flatNode // decorators included
	decorators []*flatNode
}

func (f *file) definition(s *flatNode) definition {
	d := definition{node: s, whole: s}
	if !f.is(s, "decorated_definition") {
		return d
	}
	d.node = f.field(s, fieldDefinition)
	for _, c := range f.children(s) {
		if f.is(c, "decorator") {
			d.decorators = append(d.decorators, c)
		}
	}
	return d
}

func (m *module) scanExpression(s *flatNode, block uint, handler bool) {
	for _, e := range m.children(s) {
		switch e = m.unwrap(e); m.kind(e) {
		case "call":
			m.addCall(e, block)
		case "assignment":
			m.scanAssignment(e, block, handler)
		}
	}
}

// addCall notes a call and, in a chain like Flow().run(), the calls inside it.
func (m *module) addCall(e *flatNode, block uint) {
	for range maxNesting {
		fn := m.field(e, fieldFunction)
		if fn == nil {
			return
		}
		m.calls = append(m.calls, call{fn, block})
		if m.is(fn, "identifier") && m.source(fn) == "setattr" {
			if args := m.children(m.field(e, fieldArguments)); len(args) > 0 {
				m.patches = append(m.patches, patch{m.source(args[0]), e})
			}
		}
		for m.is(fn, "attribute") {
			fn = m.unwrap(m.field(fn, fieldObject))
		}
		if !m.is(fn, "call") {
			return
		}
		e = fn
	}
}

func (m *module) scanAssignment(e *flatNode, block uint, handler bool) {
	for range maxNesting { // a = b = value
		left, right := m.field(e, fieldLeft), m.unwrap(m.field(e, fieldRight))
		if m.is(left, "attribute") {
			m.patches = append(m.patches, patch{m.source(m.field(left, fieldObject)), e})
		}
		if m.is(left, "identifier") && right != nil {
			value := right
			for m.is(value, "assignment") {
				value = m.unwrap(m.field(value, fieldRight))
			}
			if value != nil {
				m.bind(m.source(left), binding{kind: bindExpr, node: value}, handler)
			}
		} else {
			m.bindTargets(left, handler)
		}
		if m.is(right, "call") {
			m.addCall(right, block)
		}
		if !m.is(right, "assignment") {
			return
		}
		e = right
	}
}

// bindTargets binds the names of an assignment's left side to something unknown.
func (m *module) bindTargets(left *flatNode, handler bool) {
	for _, name := range m.targetNames(left, 0) {
		m.bind(name, binding{kind: bindOther}, handler)
	}
}

// targetNames lists the names a left side binds.
func (f *file) targetNames(left *flatNode, depth int) []string {
	if left == nil || depth > maxNesting {
		return nil
	}
	switch f.kind(left) {
	case "identifier":
		return []string{f.source(left)}
	case "pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern":
		var names []string
		for _, c := range f.children(left) {
			names = append(names, f.targetNames(c, depth+1)...)
		}
		return names
	}
	return nil
}
