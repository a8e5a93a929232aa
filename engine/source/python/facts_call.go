package python

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// mutators are methods that change what they are called on.
var mutators = map[string]bool{
	"add": true, "append": true, "appendleft": true, "clear": true, "difference_update": true, "discard": true, "extend": true,
	"extendleft": true, "insert": true, "intersection_update": true, "pop": true, "popitem": true, "popleft": true, "remove": true,
	"reverse": true, "rotate": true, "setdefault": true, "sort": true, "symmetric_difference_update": true, "update": true,
}

// givers are those of them that are called for what they return as well.
var givers = map[string]bool{"pop": true, "popitem": true, "popleft": true, "setdefault": true}

// lookers are built-in functions that do nothing with a flow but look at it.
var lookers = map[string]bool{
	"print": true, "str": true, "repr": true, "id": true, "type": true, "isinstance": true, "issubclass": true, "format": true,
	"hash": true, "callable": true, "bool": true, "super": true,
}

func (w *walk) call(st *state, n node) *value {
	fn := w.t.bare(w.t.part(n, fieldFunction))
	args := w.t.part(n, fieldArguments)
	switch w.t.kindOf(fn) {
	case "identifier":
		return w.callName(st, n, fn, args)
	case "attribute":
		return w.callAttribute(st, n, fn, args)
	}
	w.expr(st, fn)
	w.arguments(st, args)
	return nil
}

// given are the evaluated arguments of a call.
type given struct {
	positional []*value
	named      map[string]*value
	spread     bool
}

func (g given) holdsFlow() bool { return g.some((*value).holdsFlow) }

func (g given) matters() bool { return g.some((*value).matters) }

func (g given) some(is func(*value) bool) bool {
	for _, v := range g.positional {
		if is(v) {
			return true
		}
	}
	for _, v := range g.named {
		if is(v) {
			return true
		}
	}
	return false
}

// take evaluates arguments without saying what becomes of them.
func (w *walk) take(st *state, args node) given {
	var g given
	if !w.t.isKind(args, "argument_list") {
		if args != none {
			g.positional = append(g.positional, w.expr(st, args))
		}
		return g
	}
	for c := w.t.first(args); c != none; c = w.t.after(args, c) {
		switch w.t.kindOf(c) {
		case "keyword_argument":
			if g.named == nil {
				g.named = map[string]*value{}
			}
			g.named[w.t.textOf(w.t.part(c, fieldName))] = w.expr(st, c)
		case "list_splat", "dictionary_splat":
			w.each(st, c)
			g.spread = true
		default:
			g.positional = append(g.positional, w.expr(st, c))
		}
	}
	return g
}

// arguments evaluates the arguments of a function out of sight.
func (w *walk) arguments(st *state, args node) given {
	g := w.take(st, args)
	w.letGo(st, args, g)
	return g
}

// letGo notes what a function out of sight is given.
func (w *walk) letGo(st *state, args node, g given) {
	if g.holdsFlow() {
		w.open(st, args, "the flow is handed to code that is out of sight here")
		w.b.ReadsAny = true
	} else if g.matters() {
		w.b.ReadsAny = true
	}
}

func (w *walk) callName(st *state, n, fn, args node) *value {
	name := w.t.textOf(fn)
	if _, bound := st.lookup(name); bound {
		w.arguments(st, args)
		return nil
	}
	switch s := w.x.w.resolveName(w.fn.mod, name, 0); {
	case s.kind == symFunc && s.node != nil:
		return w.callFunction(st, n, args, function{mod: s.mod, node: s.node, name: s.name})
	case s.kind == symSDK && plainlyBuiltin(w.fn.mod, name): // the SDK's star import brings no such name
	case s.bound || s.kind != symUnknown && s.kind != symHarmless:
		g := w.arguments(st, args)
		return w.pickFrom(s.name, g)
	}
	if _, bound := w.fn.mod.bindings[name]; bound {
		w.arguments(st, args)
		return nil
	}
	return w.builtin(st, n, name, args)
}

// callAttribute is a call of object.name.
func (w *walk) callAttribute(st *state, n, fn, args node) *value {
	object, at := w.t.part(fn, fieldObject), w.t.part(fn, fieldAttribute)
	name := w.t.textOf(at)
	if f, ok := w.super(object, name); ok {
		return w.callMethod(st, n, at, args, f)
	} else if w.isSuper(object) && dunder(name) {
		w.arguments(st, args)
		w.open(st, n, "the flow's attributes are set out of sight here")
		return nil
	}
	switch of := w.peekFlow(st, object); {
	case of.is(theFlow):
		return w.callSelf(st, n, object, at, args, name)
	case of.is(theClass):
		if m := w.x.uses(w.x.members[name]); m != nil && m.attr.def.node != nil {
			return w.callFunction(st, n, args, m.function())
		}
	case of != nil:
		w.attrOf(st, w.objectOf(st, object), at, name, reading)
		w.arguments(st, args)
		return nil
	}
	if (mutators[name] || w.inPlace(args)) && (!givers[name] || n == w.alone || !w.ofOthers(st, object)) {
		w.touch(st, object)
	} else {
		w.expr(st, object)
	}
	if f, ok := w.moduleFunction(st, fn); ok {
		return w.callFunction(st, n, args, f)
	}
	v := w.pickFrom(name, w.arguments(st, args))
	st.dead = st.dead || w.ends(st, fn)
	return v
}

// ends reports whether a call of a function ends the process.
func (w *walk) ends(st *state, fn node) bool {
	switch w.t.textOf(fn) {
	case "sys.exit", "os._exit", "os.abort":
		module, _, _ := strings.Cut(w.t.textOf(fn), ".")
		v, bound := st.lookup(module)
		return !bound || v.is(aModule)
	}
	return false
}

// ofOthers reports whether an expression starts from a join's input or from self.input, which belong to other tasks.
func (w *walk) ofOthers(st *state, n node) bool {
	for range maxNesting {
		switch n = w.t.bare(n); w.t.kindOf(n) {
		case "attribute":
			object := w.t.part(n, fieldObject)
			if v := w.objectPeek(st, object); v.is(anInput) || v.is(theFlow) && w.t.textOf(w.t.part(n, fieldAttribute)) == "input" {
				return true
			}
			n = object
		case "subscript":
			n = w.t.part(n, fieldValue)
		default:
			return false
		}
	}
	return false
}

// inPlace reports whether a call says inplace=True, as methods of data frames take it.
func (w *walk) inPlace(args node) bool {
	return w.t.isKind(args, "argument_list") && strings.Contains(strings.ReplaceAll(w.t.textOf(args), " ", ""), "inplace=True")
}

// moduleFunction is the function that a.b.f names in another file of the workspace.
func (w *walk) moduleFunction(st *state, fn node) (function, bool) {
	object := w.t.part(fn, fieldObject)
	if !w.t.isKind(object, "identifier") {
		return function{}, false
	}
	name := w.t.textOf(object)
	if _, bound := st.lookup(name); bound {
		return function{}, false
	}
	m := w.x.w.resolveName(w.fn.mod, name, 0)
	if m.kind != symModule {
		return function{}, false
	}
	s := w.x.w.attribute(m, w.t.textOf(w.t.part(fn, fieldAttribute)), 0)
	if s.kind != symFunc || s.node == nil {
		return function{}, false
	}
	return function{mod: s.mod, node: s.node, name: s.name}, true
}

// super resolves super().name.
func (w *walk) super(object node, name string) (function, bool) {
	if !w.isSuper(object) {
		return function{}, false
	}
	behind := false
	for _, c := range w.x.classes {
		if c == w.fn.owner {
			behind = true
		} else if a := c.attrs[name]; behind && a != nil && a.def.node != nil {
			return function{mod: c.mod, node: a.def.node, owner: c, name: name}, true
		}
	}
	return function{}, false
}

func (w *walk) isSuper(object node) bool {
	object = w.t.bare(object)
	return w.fn.owner != nil && w.t.isKind(object, "call") && w.t.textOf(w.t.part(object, fieldFunction)) == "super"
}

// callSelf is self.name(…).
func (w *walk) callSelf(st *state, n, object, at, args node, name string) *value {
	w.objectOf(st, object)
	switch {
	case name == "next":
		w.transition(st, args)
		return nil
	case name == "merge_artifacts":
		w.merge(st, n, args)
		return nil
	case internals[name] || dunder(name):
		g := w.take(st, args)
		if dunder(name) || g.holdsFlow() {
			w.open(st, n, "the flow's attributes are set out of sight here")
		}
		return nil
	}
	m := w.x.uses(w.x.members[name])
	switch {
	case m != nil && m.attr.def.node != nil && isProperty(m):
		w.apply(st, at, m.function(), []*value{selfValue}, false)
	case m != nil && m.attr.def.node != nil && (m.attr.kind == attrMethod || m.attr.kind == attrStep):
		return w.callMember(st, n, at, args, m)
	case m != nil && m.attr.kind == attrMethod: // a function or lambda under another name
		w.arguments(st, args)
		w.open(st, n, "the method that is called here is not defined in the class")
		return nil
	default:
		w.selfAttr(st, at, name, reading)
	}
	w.arguments(st, args)
	return nil
}

// callMember calls a method of the flow.
func (w *walk) callMember(st *state, n, at, args node, m *member) *value {
	if m.unsure || m.attr.conditional {
		w.arguments(st, args)
		w.open(st, n, "the method that is called here depends on running code")
		return nil
	}
	f, loose := m.function(), false
	for _, deco := range m.attr.def.decorators {
		switch m.class.mod.lastName(m.class.mod.decoratorTarget(deco)) {
		case "staticmethod":
			return w.callFunction(st, n, args, f)
		case "classmethod":
			g := w.arguments(st, args)
			w.applyGiven(st, at, f, g, classValue, false)
			return nil
		case "abstractmethod", "override", "final", "lru_cache", "cache", "contextmanager", "wraps":
		case "setter", "getter", "deleter":
			w.open(st, n, "the method that is called here depends on running code")
			return nil
		default:
			loose = m.attr.kind != attrStep
		}
	}
	return w.applyGiven(st, at, f, w.take(st, args), selfValue, loose)
}

// callMethod calls a method that is found already, on self.
func (w *walk) callMethod(st *state, _, at, args node, f function) *value {
	return w.applyGiven(st, at, f, w.take(st, args), selfValue, false)
}

// callFunction calls a function of a module that may be given the flow.
func (w *walk) callFunction(st *state, n, args node, f function) *value {
	g := w.take(st, args)
	if !g.matters() {
		return nil
	}
	return w.applyGiven(st, n, f, g, nil, decorated(f.node, f.mod))
}

func decorated(n *flatNode, m *module) bool {
	parent := m.parent(n)
	return parent != nil && m.is(parent, "decorated_definition")
}

// applyGiven puts evaluated arguments to a function's parameters and applies what it does. First, if not nil, comes before the
// other arguments.
func (w *walk) applyGiven(st *state, at node, f function, g given, first *value, loose bool) *value {
	if g.spread && g.holdsFlow() {
		w.open(st, at, "the flow is handed on here")
		return nil
	}
	list := g.positional
	if first != nil {
		list = append([]*value{first}, list...)
	}
	params := w.x.info(f).params
	given := make([]*value, len(params))
	for i, v := range list {
		if i < len(params) && params[i].kind == graph.Positional {
			given[i] = v
		} else if v.holdsFlow() {
			w.open(st, at, "the flow is handed on here")
		}
	}
	for name, v := range g.named {
		found := false
		for i, p := range params {
			if p.name == name && p.kind != graph.VarArgs && p.kind != graph.VarKeyword {
				given[i], found = v, true
			}
		}
		if !found && v.holdsFlow() {
			w.open(st, at, "the flow is handed on here")
		}
	}
	return w.apply(st, at, f, given, loose)
}
