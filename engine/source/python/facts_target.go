package python

import (
	"github.com/spindle-flow/spindle/engine/graph"
)

// assignment evaluates the right side, then sets its targets from the left.
func (w *walk) assignment(st *state, n node) (*value, graph.Content) {
	left, right := w.t.part(n, fieldLeft), w.t.part(n, fieldRight)
	if right == none { // self.x: int says something, and sets nothing
		w.declare(st, left)
		return nil, graph.Content{}
	}
	right = w.t.bare(right)
	if w.pairwise(st, left, right) {
		return nil, graph.Content{}
	}
	var v *value
	var content graph.Content
	if w.t.isKind(right, "assignment") {
		v, content = w.assignment(st, right)
	} else {
		v, content = w.expr(st, right), w.content(st, right)
	}
	w.assign(st, left, v, content)
	return v, content
}

func (w *walk) declare(st *state, left node) {
	if w.t.isKind(left, "attribute") && w.peekFlow(st, w.t.part(left, fieldObject)).is(theFlow) {
		name := w.t.part(left, fieldAttribute)
		text := w.t.textOf(name)
		if m := w.x.members[text]; !dunder(text) && !internals[text] && (m == nil || fixed(m)) {
			w.note(name, text, graph.Mention{Kind: graph.Declare, Via: graph.ViaSelf})
		}
	}
}

// pairwise assigns a, b = 1, 2 one by one, so that what is known of each value is kept.
func (w *walk) pairwise(st *state, left, right node) bool {
	if k := w.t.kindOf(left); k != "pattern_list" && k != "tuple_pattern" {
		return false
	}
	if k := w.t.kindOf(right); k != "expression_list" && k != "tuple" {
		return false
	}
	targets, values := w.t.kids(left), w.t.kids(right)
	if len(targets) != len(values) {
		return false
	}
	for i := range targets {
		if w.t.isKind(targets[i], "list_splat_pattern") || w.t.isKind(values[i], "list_splat") {
			return false
		}
	}
	known := make([]*value, len(values))
	contents := make([]graph.Content, len(values))
	for i, n := range values {
		known[i], contents[i] = w.expr(st, n), w.content(st, n)
	}
	for i, n := range targets {
		w.assign(st, n, known[i], contents[i])
	}
	return true
}

// assign gives a target a value.
func (w *walk) assign(st *state, target node, v *value, content graph.Content) {
	target = w.t.bare(target)
	switch w.t.kindOf(target) {
	case "identifier":
		if v == nil && content.Kind != graph.ContentUnknown {
			v = &value{content: content}
		}
		if w.cond > 0 {
			v = v.pick()
		}
		st.bind(w.t.textOf(target), v)
	case "attribute":
		w.assignAttribute(st, target, v, content, graph.Assign)
	case "subscript":
		if v.holdsFlow() {
			w.open(st, target, "the flow is put into a collection here")
		}
		w.touch(st, target)
	case "pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list":
		i := 0
		for c := w.t.first(target); c != none; c = w.t.after(target, c) {
			if w.t.isKind(c, "list_splat_pattern") || w.t.isKind(c, "list_splat") {
				w.assign(st, w.t.first(c), &value{kind: sequence, elem: v.element()}, graph.Content{})
				continue
			}
			w.assign(st, c, v.at(i), graph.Content{})
			i++
		}
	default:
		for c := w.t.first(target); c != none; c = w.t.after(target, c) {
			w.assign(st, c, nil, graph.Content{})
		}
	}
}

// assignAttribute sets object.name.
func (w *walk) assignAttribute(st *state, target node, v *value, content graph.Content, kind graph.MentionKind) {
	object, name := w.t.part(target, fieldObject), w.t.part(target, fieldAttribute)
	of := w.peekFlow(st, object)
	if of == nil {
		if v.holdsFlow() {
			w.open(st, target, "the flow is handed on here")
		}
		w.touch(st, object)
		return
	}
	w.objectOf(st, object)
	w.setAttr(st, of, name, w.t.textOf(name), v, content, kind)
}

// setAttr sets an attribute of the flow, of its class or of an input.
func (w *walk) setAttr(st *state, of *value, at node, name string, v *value, content graph.Content, kind graph.MentionKind) {
	switch of.kind {
	case theClass:
		w.open(st, at, "the class is changed here")
		return
	case anInput:
		if m := w.x.members[name]; !dunder(name) && !internals[name] && m == nil {
			w.ask(w.note(at, name, graph.Mention{Kind: kind, Via: graph.ViaInput, Step: of.step}).ID)
		}
		return
	case theInputs:
		return
	}
	if v.is(theFlow) || v.is(theInputs) || v.is(anInput) {
		content = graph.Content{Kind: graph.ContentUnstorable, Text: "flow"}
		if v.is(theInputs) {
			content.Text = "inputs of a join"
		} else if v.is(anInput) {
			content.Text = "input of a join"
		}
	}
	if dunder(name) {
		if name == "__dict__" {
			w.open(st, at, "the flow's attributes are replaced here")
		}
		return
	}
	member := w.x.members[name]
	if internals[name] || member != nil {
		w.place(graph.Place{Kind: graph.PlaceMember, Name: name, Range: w.nameRange(at)})
		if member != nil && fixed(member) {
			w.note(at, name, graph.Mention{Kind: kind, Via: graph.ViaSelf})
		}
		return
	}
	m := w.note(at, name, graph.Mention{Kind: kind, Via: graph.ViaSelf})
	if kind == graph.Update {
		w.use(st, graph.Use{Mention: m, ID: m.ID, At: m.Range, Via: graph.ViaSelf})
		content = graph.Content{}
	}
	var taken *graph.Taken
	if v.is(anInputValue) && kind == graph.Assign {
		taken = &graph.Taken{ID: v.id, Step: v.step}
	}
	w.write(st, graph.Assignment{Mention: m, ID: m.ID, Kind: kind, At: m.Range, Content: content, Taken: taken})
}

// augmented is target += value.
func (w *walk) augmented(st *state, n node) {
	left := w.t.bare(w.t.part(n, fieldLeft))
	switch w.t.kindOf(left) {
	case "attribute":
		w.arg(st, w.t.part(n, fieldRight))
		w.assignAttribute(st, left, nil, graph.Content{}, graph.Update)
	case "identifier":
		w.arg(st, w.t.part(n, fieldRight))
		st.bind(w.t.textOf(left), nil) // a list would change in place, a number would not
	default:
		w.touch(st, left)
		w.arg(st, w.t.part(n, fieldRight))
	}
}

// remove takes del apart.
func (w *walk) remove(st *state, n node) {
	n = w.t.bare(n)
	switch w.t.kindOf(n) {
	case "identifier":
		st.bind(w.t.textOf(n), nil)
	case "attribute":
		object, name := w.t.part(n, fieldObject), w.t.part(n, fieldAttribute)
		if of := w.peekFlow(st, object); of != nil {
			w.delAttr(st, of, name, w.t.textOf(name))
			return
		}
		w.touch(st, object)
	case "subscript":
		w.touch(st, n)
	default:
		for c := w.t.first(n); c != none; c = w.t.after(n, c) {
			w.remove(st, c)
		}
	}
}

func (w *walk) delAttr(st *state, of *value, at node, name string) {
	member := w.x.members[name]
	switch {
	case of.is(theClass):
		w.open(st, at, "the class is changed here")
		return
	case dunder(name) || internals[name] || member != nil && !fixed(member):
		return
	case of.is(anInput):
		w.note(at, name, graph.Mention{Kind: graph.Delete, Via: graph.ViaInput, Step: of.step})
		return
	case !of.is(theFlow):
		return
	}
	m := w.note(at, name, graph.Mention{Kind: graph.Delete, Via: graph.ViaSelf})
	if member != nil {
		w.place(graph.Place{Kind: graph.PlaceMember, Name: name, Range: w.nameRange(at)})
		return
	}
	if !st.dead && !st.may.Has(m.ID) && !st.open && !w.touched(m.ID) {
		w.place(graph.Place{Kind: graph.PlaceDelete, Name: w.artifactName(name), Range: w.nameRange(at), Merged: st.maybeMerged != 0})
	}
	w.write(st, graph.Assignment{Mention: m, ID: m.ID, Kind: graph.Delete, At: m.Range})
}

// touched reports whether the body has read or asked for an artifact before, which loads it.
func (w *walk) touched(id int) bool {
	for i := range w.b.Uses {
		if w.b.Uses[i].ID == id {
			return true
		}
	}
	return w.guarded[id]
}
