package python

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// pickFrom is the result of well-known functions of the standard library that pick from what they are given.
func (w *walk) pickFrom(name string, g given) *value {
	if len(g.positional) == 0 {
		return nil
	}
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "choice":
		return g.positional[0].element()
	case "deepcopy", "copy":
		if g.positional[0].is(sequence) {
			return g.positional[0]
		}
	}
	return nil
}

// builtin is a call of a built-in function.
func (w *walk) builtin(st *state, n node, name string, args node) *value {
	switch name {
	case "getattr", "setattr", "hasattr", "delattr":
		return w.reflect(st, name, args)
	case "vars", "dir":
		g := w.take(st, args)
		if g.holdsFlow() || len(g.positional) == 0 && name == "vars" && w.flowInSight(st) {
			w.open(st, n, "the flow's attributes are taken as a dictionary here")
			w.b.ReadsAny = true
		}
		return nil
	case "exit", "quit":
		w.arguments(st, args)
		st.dead = true
		return nil
	case "exec", "eval", "locals":
		w.take(st, args)
		if w.flowInSight(st) {
			w.open(st, n, "code that is out of sight runs here")
			w.b.ReadsAny = true
		}
		return nil
	case "max", "min", "sorted", "map", "filter", "any", "all", "sum", "next", "list", "tuple", "set", "reversed", "iter", "enumerate", "zip", "len":
		return w.sequenceCall(st, n, name, args)
	}
	g := w.take(st, args)
	if name == "type" && len(g.positional) == 1 && g.positional[0].is(theFlow) {
		return classValue
	}
	if !lookers[name] {
		w.letGo(st, args, g)
	}
	return nil
}

func (w *walk) flowInSight(st *state) bool {
	for _, v := range st.vars {
		if v.v.holdsFlow() {
			return true
		}
	}
	return false
}

// sequenceCall is a call of a built-in function on sequences, of which the inputs of a join is one.
func (w *walk) sequenceCall(st *state, n node, name string, args node) *value {
	var values []*value
	var over *value
	var lambdas []node
	flow := false
	if !w.t.isKind(args, "argument_list") {
		values = append(values, w.expr(st, args))
	} else {
		for c := w.t.first(args); c != none; c = w.t.after(args, c) {
			e := c
			if w.t.isKind(c, "keyword_argument") {
				e = w.t.part(c, fieldValue)
			}
			if w.t.isKind(w.t.bare(e), "lambda") {
				lambdas = append(lambdas, w.t.bare(e))
				continue
			}
			v := w.expr(st, e)
			flow = flow || v.holdsFlow()
			if e == c {
				values = append(values, v)
			}
		}
	}
	for _, v := range values {
		if over == nil && v.element() != nil {
			over = v
		}
	}
	for _, l := range lambdas {
		w.inner(st, w.t.part(l, fieldParameters), w.t.part(l, fieldBody), over.element())
	}
	if flow {
		w.open(st, n, "the flow is handed on here")
	}
	if len(values) == 0 {
		return nil
	}
	first := values[0]
	switch name {
	case "max", "min", "next":
		if name != "next" && len(values) > 1 {
			out := first
			for _, v := range values[1:] {
				out = either(out, v)
			}
			return out
		}
		return first.element()
	case "sorted", "list", "tuple", "set", "reversed", "iter":
		if e := first.element(); e != nil {
			return &value{kind: sequence, elem: e}
		}
	case "filter":
		if over != nil {
			return &value{kind: sequence, elem: over.element().pick()}
		}
	case "enumerate":
		if e := first.element(); e != nil {
			return &value{kind: sequence, elem: &value{kind: tupleOf, elems: []*value{nil, e}}}
		}
	case "zip":
		pair := &value{kind: tupleOf}
		for _, v := range values {
			pair.elems = append(pair.elems, v.element())
		}
		return &value{kind: sequence, elem: pair}
	case "len":
		if first.is(theInputs) && !st.dead {
			w.place(graph.Place{Kind: graph.PlaceLength, Name: "inputs", Range: w.span(n)})
		}
	}
	return nil
}

// reflect is getattr and its like.
func (w *walk) reflect(st *state, name string, args node) *value {
	list := w.t.kids(args)
	if !w.t.isKind(args, "argument_list") || len(list) < 2 || w.t.isKind(list[0], "list_splat") {
		w.arguments(st, args)
		return nil
	}
	of := w.objectPeek(st, list[0])
	w.expr(st, list[0])
	for _, a := range list[1:] {
		w.arg(st, a)
	}
	if !of.is(theFlow) && !of.is(anInput) && !of.is(theInputs) && !of.is(theClass) {
		if name == "setattr" || name == "delattr" {
			w.touch(st, list[0])
		}
		return nil
	}
	text, _, ok := w.literal(list[1])
	if !ok || text == "" {
		w.computed(st, of, name, args)
		return nil
	}
	return w.reflectNamed(st, of, name, list, text)
}

// computed is getattr and its like for a name that only running code knows.
func (w *walk) computed(st *state, of *value, name string, args node) {
	w.b.ReadsAny = true
	if !of.is(anInput) && !of.is(theInputs) && (name == "setattr" || name == "delattr") {
		w.open(st, args, "an attribute is set by a computed name here")
	}
}

func (w *walk) reflectNamed(st *state, of *value, name string, list []node, text string) *value {
	at := list[1]
	switch name {
	case "getattr":
		a := reading
		if len(list) > 2 {
			a = hoping
		}
		if of.is(theInputs) && a == hoping {
			w.askInput(text)
		}
		return w.attrOf(st, of, at, text, a)
	case "hasattr":
		if of.is(theInputs) {
			w.askInput(text)
			return nil
		}
		w.attrOf(st, of, at, text, checking)
	case "setattr":
		var content graph.Content
		if len(list) > 2 {
			content = w.content(st, list[2])
		}
		w.setAttr(st, of, at, text, nil, content, graph.Assign)
	case "delattr":
		w.delAttr(st, of, at, text)
	}
	return nil
}

func (w *walk) askInput(step string) {
	if w.asked == nil {
		w.asked = map[string]bool{}
	}
	w.asked[step] = true
}
