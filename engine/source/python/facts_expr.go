package python

import (
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// expr evaluates an expression in the order Python does and returns what it is known to be.
func (w *walk) expr(st *state, n node) *value {
	if n < 0 {
		return nil
	}
	if w.depth++; w.depth > 5*maxNesting {
		w.depth--
		return nil
	}
	defer func() { w.depth-- }()
	switch w.t.kindOf(n) {
	case "identifier":
		v, _ := st.lookup(w.t.textOf(n))
		w.unboundInputs(st, n)
		return v
	case "integer", "float", "true", "false", "none", "ellipsis":
		return nil
	case "string":
		w.interpolations(st, n)
		return nil
	case "attribute":
		return w.attribute(st, n, reading)
	case "call":
		return w.call(st, n)
	case "subscript":
		return w.subscript(st, n)
	case "parenthesized_expression", "await":
		if inner := w.t.first(n); inner != none && w.t.after(n, inner) == none {
			return w.expr(st, inner)
		}
	case "tuple", "expression_list", "list":
		return w.display(st, n)
	case "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression":
		return w.comprehension(st, n)
	case "lambda":
		w.inner(st, w.t.part(n, fieldParameters), w.t.part(n, fieldBody), nil)
		return &value{kind: localFunction}
	case "conditional_expression":
		return w.choice(st, n)
	case "boolean_operator":
		return w.boolean(st, n)
	case "comparison_operator":
		for c := w.t.first(n); c != none; c = w.t.after(n, c) {
			w.expr(st, c) // comparing with the flow hands nothing on
		}
		return nil
	case "not_operator":
		w.expr(st, w.t.part(n, fieldArgument))
		return nil
	case "named_expression":
		v := w.expr(st, w.t.part(n, fieldValue))
		w.assign(st, w.t.part(n, fieldName), v, w.content(st, w.t.part(n, fieldValue)))
		return v
	case "keyword_argument":
		return w.expr(st, w.t.part(n, fieldValue))
	case "as_pattern":
		return w.asPattern(st, n)
	case "assignment", "augmented_assignment":
		w.topLevel(st, n)
		return nil
	case "type", "keyword_separator":
		return nil
	}
	w.each(st, n)
	return nil
}

// each evaluates the parts of an expression, through which the flow may be handed on.
func (w *walk) each(st *state, n node) {
	for c := w.t.first(n); c != none; c = w.t.after(n, c) {
		w.arg(st, c)
	}
}

// arg evaluates an expression whose value goes somewhere out of sight.
func (w *walk) arg(st *state, n node) *value {
	v := w.expr(st, n)
	if v.holdsFlow() {
		w.open(st, n, "the flow is handed to code that is out of sight here")
		w.b.ReadsAny = true
	} else if v.is(theInputs) || v.is(anInput) || v.is(sequence) && v.matters() {
		w.b.ReadsAny = true
	}
	return v
}

// walkedOver evaluates what a loop goes over.
func (w *walk) walkedOver(st *state, n node) *value {
	v := w.expr(st, n)
	if v.holdsFlow() {
		w.open(st, n, "the flow is handed on here")
	}
	return v
}

func (w *walk) interpolations(st *state, n node) {
	if w.t.nodes[n].size <= 2 { // nothing but text
		return
	}
	for c := w.t.first(n); c != none; c = w.t.after(n, c) {
		if w.t.isKind(c, "interpolation") {
			for e := w.t.first(c); e != none; e = w.t.after(c, e) {
				w.expr(st, e) // showing the flow hands nothing on
			}
		}
	}
}

// unboundInputs notes the name inputs where nothing binds it.
func (w *walk) unboundInputs(st *state, n node) {
	if w.t.textOf(n) != "inputs" || st.dead {
		return
	}
	if _, bound := st.lookup("inputs"); bound {
		return
	}
	if _, bound := w.fn.mod.bindings["inputs"]; bound || len(w.fn.mod.stars) > 0 {
		return
	}
	w.place(graph.Place{Kind: graph.PlaceUnbound, Name: "inputs", Range: w.span(n)})
}

func (w *walk) place(p graph.Place) {
	p.At = p.Range
	p.Conditional = w.skippable()
	p.Guarded = p.Guarded || w.guard > 0
	w.b.Places = append(w.b.Places, p)
}

// display evaluates a list or a tuple of expressions.
func (w *walk) display(st *state, n node) *value {
	var elems []*value
	all, interesting, splat := (*value)(nil), false, false
	first := true
	for c := w.t.first(n); c != none; c = w.t.after(n, c) {
		v := w.expr(st, c)
		if v.is(theFlow) {
			w.open(st, c, "the flow is put into a collection here")
		}
		if w.t.isKind(c, "list_splat") {
			splat = true
		}
		elems = append(elems, v)
		interesting = interesting || v != nil
		if first {
			all, first = v, false
		} else {
			all = either(all, v)
		}
	}
	switch {
	case !interesting:
		return nil
	case w.t.isKind(n, "list") || splat:
		return &value{kind: sequence, elem: all}
	}
	return &value{kind: tupleOf, elems: elems}
}

func (w *walk) subscript(st *state, n node) *value {
	v := w.expr(st, w.t.part(n, fieldValue))
	return w.picked(v, w.subscripts(st, n))
}

// subscripts evaluates what stands in the brackets and returns the last part of it.
func (w *walk) subscripts(st *state, n node) (last node) {
	field := w.t.lang.parts[fieldSubscript]
	last = none
	for c := w.t.first(n); c != none; c = w.t.after(n, c) {
		if w.t.nodes[c].field == field {
			w.arg(st, c)
			last = c
		}
	}
	return last
}

// picked is an item of a value.
func (w *walk) picked(v *value, index node) *value {
	switch {
	case v.is(anInputValue), v.is(anArtifact):
		return nil
	case w.t.isKind(index, "slice"):
		if v.is(theInputs) {
			return inputsList
		}
		return v
	case v.is(tupleOf):
		if i, err := strconv.Atoi(w.t.textOf(index)); err == nil {
			if i < 0 {
				i += len(v.elems)
			}
			return v.at(i)
		}
		return nil
	}
	return v.element()
}

// choice is a value under a condition: x if c else y.
func (w *walk) choice(st *state, n node) *value {
	parts := w.t.kids(n)
	if len(parts) != 3 {
		w.each(st, n)
		return nil
	}
	yes, no := w.condition(st, parts[1])
	w.cond++
	a, b := w.expr(yes, parts[0]), w.expr(no, parts[2])
	w.cond--
	st.set(join(yes, no))
	return either(a, b)
}

func (w *walk) boolean(st *state, n node) *value {
	left, right := w.t.part(n, fieldLeft), w.t.part(n, fieldRight)
	yes, no := w.condition(st, left)
	v := w.peek(st, left)
	w.cond++
	var rest *state
	if w.isOr(n, left, right) {
		v = either(v, w.expr(no, right))
		rest = join(yes, no)
	} else {
		v = either(v, w.expr(yes, right))
		rest = join(no, yes)
	}
	w.cond--
	st.set(rest)
	return v
}

// comprehension evaluates the loops of a comprehension, then what it makes. Its names are its own.
func (w *walk) comprehension(st *state, n node) *value {
	vars := append([]variable(nil), st.vars...)
	cond := w.cond
	body := w.t.part(n, fieldBody)
	filtered := false
	w.loop++
	for c := w.t.first(n); c != none; c = w.t.after(n, c) {
		switch w.t.kindOf(c) {
		case "for_in_clause":
			over := w.walkedOver(st, w.t.part(c, fieldRight))
			w.assign(st, w.t.part(c, fieldLeft), over.element(), graph.Content{})
		case "if_clause":
			for e := w.t.first(c); e != none; e = w.t.after(c, e) {
				yes, _ := w.condition(st, e)
				st.set(yes)
			}
			w.cond++
			filtered = true
		}
	}
	v := w.expr(st, body)
	if v.is(theFlow) {
		w.open(st, body, "the flow is put into a collection here")
	}
	w.cond = cond
	w.loop--
	st.vars = vars
	if filtered {
		v = v.pick()
	}
	if v == nil || w.t.isKind(n, "dictionary_comprehension") {
		return nil
	}
	return &value{kind: sequence, elem: v}
}

// asPattern binds the target of with … as x, except … as x.
func (w *walk) asPattern(st *state, n node) *value {
	first := w.t.first(n)
	v := w.arg(st, first)
	content := w.content(st, first)
	for c := w.t.after(n, first); c != none; c = w.t.after(n, c) {
		for e := w.t.first(c); e != none; e = w.t.after(c, e) {
			w.assign(st, e, nil, content)
		}
		if w.t.first(c) == none {
			w.assign(st, c, nil, content)
		}
	}
	return v
}

// literal is the value of a string that stands in the source, with the range of its text.
func (w *walk) literal(n node) (text string, inner [2]uint32, ok bool) {
	n = w.t.bare(n)
	if !w.t.isKind(n, "string") && !w.t.isKind(n, "concatenated_string") {
		return "", inner, false
	}
	at := w.t.nodes[n]
	inner = [2]uint32{at.start, at.end}
	if w.t.isKind(n, "concatenated_string") {
		var b strings.Builder
		for c := w.t.first(n); c != none; c = w.t.after(n, c) {
			part, _, ok := w.literal(c)
			if !ok {
				return "", inner, false
			}
			b.WriteString(part)
		}
		return b.String(), inner, true
	}
	source := w.t.textOf(n)
	prefix, body := splitString(source)
	if strings.ContainsAny(prefix, "bBfFtT") {
		return "", inner, false
	}
	text = body
	if !strings.ContainsAny(prefix, "rR") {
		text = unescape(body)
	}
	if text == body {
		quotes := (len(source) - len(prefix) - len(body)) / 2
		inner = [2]uint32{at.start + uint32(len(prefix)+quotes), at.end - uint32(quotes)}
	}
	return text, inner, true
}
