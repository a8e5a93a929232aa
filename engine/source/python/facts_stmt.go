package python

import (
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// block walks statements one after the other.
func (w *walk) block(st *state, block node) {
	if w.depth++; w.depth > 3*maxNesting {
		w.depth--
		return
	}
	defer func() { w.depth-- }()
	for s := w.t.first(block); s != none; s = w.t.after(block, s) {
		w.statement(st, s)
	}
}

func (w *walk) statement(st *state, s node) {
	switch w.t.kindOf(s) {
	case "expression_statement":
		for e := w.t.first(s); e != none; e = w.t.after(s, e) {
			w.topLevel(st, e)
		}
	case "assert_statement":
		w.assert(st, s)
	case "return_statement":
		w.returns(st, s)
	case "raise_statement":
		w.each(st, s)
		st.dead = true
	case "delete_statement":
		for e := w.t.first(s); e != none; e = w.t.after(s, e) {
			w.remove(st, e)
		}
	case "break_statement", "continue_statement":
		w.jump(st, s)
	case "if_statement":
		w.ifStatement(st, s)
	case "for_statement":
		w.forStatement(st, s)
	case "while_statement":
		w.whileStatement(st, s)
	case "try_statement":
		w.tryStatement(st, s)
	case "with_statement":
		w.withStatement(st, s)
	case "match_statement":
		w.matchStatement(st, s)
	case "function_definition", "decorated_definition", "class_definition":
		w.nested(st, s)
	case "import_statement", "import_from_statement", "future_import_statement":
		w.imports(st, s)
	case "global_statement", "nonlocal_statement", "pass_statement":
	case "block":
		w.block(st, s)
	default:
		w.each(st, s)
	}
}

// topLevel is an expression that stands alone; looking at the flow there does nothing.
func (w *walk) topLevel(st *state, e node) {
	switch w.t.kindOf(e) {
	case "assignment":
		w.assignment(st, e)
	case "augmented_assignment":
		w.augmented(st, e)
	default:
		w.alone = w.t.bare(e)
		w.expr(st, e)
	}
}

func (w *walk) assert(st *state, s node) {
	first := w.t.first(s)
	if first == none {
		return
	}
	yes, no := w.condition(st, first)
	for e := w.t.after(s, first); e != none; e = w.t.after(s, e) {
		w.arg(no, e)
	}
	st.set(yes)
}

func (w *walk) returns(st *state, s node) {
	v := (*value)(nil)
	if e := w.t.first(s); e != none {
		v = w.expr(st, e)
		if v.holdsFlow() && w.deferred > 0 {
			w.open(st, s, "the flow is handed on")
		}
	}
	if st.dead {
		return
	}
	if w.deferred == 0 {
		w.ret = either(w.ret, v)
		w.exit = join(w.exit, st.clone())
	}
	st.dead = true
}

func (w *walk) jump(st *state, s node) {
	if st.dead || len(w.loops) == 0 {
		return
	}
	l := w.loops[len(w.loops)-1]
	if w.t.isKind(s, "break_statement") {
		l.breaks = join(l.breaks, st.clone())
	} else {
		l.continues = join(l.continues, st.clone())
	}
	st.dead = true
}

// imports binds the names of an import in the function.
func (w *walk) imports(st *state, s node) {
	from := w.t.part(s, fieldModuleName)
	for c := w.t.first(s); c != none; c = w.t.after(s, c) {
		if c == from || w.t.isKind(c, "wildcard_import") {
			continue
		}
		name, alias := w.t.textOf(c), ""
		if w.t.isKind(c, "aliased_import") {
			name, alias = w.t.textOf(w.t.part(c, fieldName)), w.t.textOf(w.t.part(c, fieldAlias))
		}
		if from != none {
			if alias == "" {
				alias = name
			}
			st.bind(alias, &value{kind: importedName, step: w.t.textOf(from) + "." + name})
			continue
		}
		if alias == "" {
			name, _, _ = strings.Cut(name, ".")
			alias = name
		}
		st.bind(alias, &value{kind: aModule, step: name, content: graph.Content{Kind: graph.ContentUnstorable, Text: "module"}})
	}
}

// nested takes a function or class that is defined inside of the function.
func (w *walk) nested(st *state, s node) {
	decorated := w.t.isKind(s, "decorated_definition")
	if decorated {
		for c := w.t.first(s); c != none; c = w.t.after(s, c) {
			if w.t.isKind(c, "decorator") {
				w.each(st, c)
			}
		}
		s = w.t.part(s, fieldDefinition)
	}
	name := w.t.textOf(w.t.part(s, fieldName))
	switch w.t.kindOf(s) {
	case "function_definition":
		w.inner(st, w.t.part(s, fieldParameters), w.t.part(s, fieldBody), nil)
		st.bind(name, &value{kind: localFunction, content: graph.Content{Kind: graph.ContentFunction, Text: "nested function"}})
	case "class_definition":
		if bases := w.t.part(s, fieldSuperclasses); bases != none {
			w.each(st, bases)
		}
		w.inner(st, none, w.t.part(s, fieldBody), nil)
		if !decorated && !w.storesOddly(s, name) {
			st.bind(name, &value{kind: localClass, content: graph.Content{Kind: graph.ContentUnstorable, Text: "class defined in a function"}})
		} else {
			st.bind(name, nil)
		}
	}
}

// storesOddly reports whether a class that is defined in the function may be stored after all: it says itself how, or is not local.
func (w *walk) storesOddly(s node, name string) bool {
	if w.t.part(s, fieldSuperclasses) != none || strings.Contains(w.t.textOf(0), "copyreg") {
		return true
	}
	end := w.t.behind(s)
	for n := s + 1; n < end; n++ {
		if w.t.isKind(n, "function_definition") {
			if method := w.t.textOf(w.t.part(n, fieldName)); dunder(method) && method != "__init__" && method != "__repr__" && method != "__str__" {
				return true
			}
		}
	}
	for n := range w.t.nodes {
		if w.t.isKind(node(n), "global_statement") && slices.Contains(strings.FieldsFunc(w.t.textOf(node(n)), func(r rune) bool { return r == ' ' || r == ',' }), name) {
			return true
		}
	}
	return false
}

// inner walks a function that runs later, if at all. What it assigns counts as assigned from here on, since it is there to
// be called. Its first argument may be known.
func (w *walk) inner(st *state, params, body node, first *value) {
	in := st.clone()
	w.parameters(in, st, params, first)
	loops, early := w.loops, w.early
	w.loops = nil
	w.deferred++
	if w.t.isKind(body, "block") {
		w.block(in, body)
	} else {
		w.arg(in, body)
	}
	w.deferred--
	w.loops, w.early = loops, early
	in.dead = false
	if st.dead {
		return
	}
	st.may.Union(in.may)
	st.must.Union(in.must)
	st.maybeMerged |= in.maybeMerged
	st.merged |= in.merged
	st.defs = unite(st.defs, in.defs)
	st.open = st.open || in.open
}

// parameters binds the arguments of a nested function; their defaults are evaluated where it is defined.
func (w *walk) parameters(in, st *state, params node, first *value) {
	for p := w.t.first(params); p != none; p = w.t.after(params, p) {
		if v := w.t.part(p, fieldValue); v != none {
			w.arg(st, v)
		}
		name := p
		for w.t.first(name) != none {
			name = w.t.first(name)
		}
		in.bind(w.t.textOf(name), first)
		first = nil
	}
}
