package python

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// access is what is done with an attribute.
type access int8

const (
	reading access = iota
	changing
	checking // hasattr
	hoping   // getattr with a default
)

// internals are attributes of every flow that belong to the SDK. The value tells those a step may read like an artifact.
var internals = map[string]bool{
	"next": true, "merge_artifacts": true, "cmd": true, "foreach_stack": true, "index": true, "input": true, "name": true, "script_name": true,
	"_EPHEMERAL": true, "_NON_PARAMETERS": true, "_cached_input": true, "_catch_exception": true, "_check_parameters": true,
	"_configs_processed": true, "_control_mapper_tasks": true, "_control_task_is_mapper_zero": true, "_current_step": true,
	"_datastore": true, "_exception": true, "_find_input": true, "_flow_decorators": true, "_flow_mutators": true, "_flow_state": true,
	"_foreach_num_splits": true, "_foreach_stack": true, "_foreach_values": true, "_foreach_var": true, "_get_foreach_item_value": true,
	"_get_parameters": true, "_graph": true, "_graph_info": true, "_is_cloned": true, "_iteration_stack": true, "_parallel_ubf_iter": true,
	"_process_config_decorators": true, "_set_constants": true, "_set_datastore": true, "_steps": true, "_success": true, "_task_ok": true,
	"_transition": true, "_unbounded_foreach": true, "_validate_ubf_step": true,
}

// Reserved reports whether an attribute of that name is the SDK's in every flow.
func Reserved(name string) bool { return internals[name] }

func dunder(name string) bool { return strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__") }

// artifactName is an attribute's name as Python stores it: names with two underscores get the class's name.
func (w *walk) artifactName(written string) string {
	if w.fn.owner == nil || !strings.HasPrefix(written, "__") || dunder(written) {
		return written
	}
	return "_" + strings.TrimLeft(w.fn.owner.name, "_") + written
}

// attribute evaluates object.name.
func (w *walk) attribute(st *state, n node, a access) *value {
	object, name := w.t.part(n, fieldObject), w.t.part(n, fieldAttribute)
	if a == changing {
		if v := w.peekFlow(st, object); v == nil { // self.a.b = …: a is what changes
			w.touch(st, object)
			return nil
		}
	}
	return w.attrOf(st, w.objectOf(st, object), name, w.t.textOf(name), a)
}

// peekFlow is what stands before the dot, where that is one of the things whose attributes are artifacts.
func (w *walk) peekFlow(st *state, object node) *value {
	v := w.objectPeek(st, object)
	if v.is(theFlow) || v.is(anInput) || v.is(theInputs) || v.is(theClass) {
		return v
	}
	return nil
}

// objectPeek tells what an expression is without noting anything.
func (w *walk) objectPeek(st *state, n node) *value {
	n = w.t.bare(n)
	switch w.t.kindOf(n) {
	case "identifier":
		v, bound := st.lookup(w.t.textOf(n))
		if !bound && w.namesClass(w.t.textOf(n)) {
			return classValue
		}
		return v
	case "attribute":
		v := w.objectPeek(st, w.t.part(n, fieldObject))
		name := w.t.textOf(w.t.part(n, fieldAttribute))
		switch {
		case v.is(theInputs) && !dunder(name) && name != "flows":
			return inputValue
		case v.is(theFlow) && name == "__class__":
			return classValue
		}
	case "subscript":
		v := w.objectPeek(st, w.t.part(n, fieldValue))
		return w.picked(v, w.t.part(n, fieldSubscript))
	case "call":
		if w.t.textOf(w.t.part(n, fieldFunction)) == "type" {
			args := w.t.kids(w.t.part(n, fieldArguments))
			if len(args) == 1 && w.peek(st, args[0]).is(theFlow) {
				return classValue
			}
		}
	}
	return nil
}

// objectOf evaluates what stands before a dot.
func (w *walk) objectOf(st *state, n node) *value {
	if w.t.isKind(n, "identifier") {
		if v, bound := st.lookup(w.t.textOf(n)); bound {
			return v
		}
		if w.namesClass(w.t.textOf(n)) {
			return classValue
		}
	}
	return w.expr(st, n)
}

// namesClass reports whether a name of the module is a class of the flow.
func (w *walk) namesClass(name string) bool {
	b, bound := w.fn.mod.bindings[name]
	if !bound || b.kind != bindClass {
		return false
	}
	return contains(w.x.classes, b.class)
}

// attrOf is the attribute of something evaluated already.
func (w *walk) attrOf(st *state, v *value, at node, name string, a access) *value {
	if v == nil || name == "" {
		return nil
	}
	switch v.kind {
	case theFlow:
		return w.selfAttr(st, at, name, a)
	case theInputs:
		return w.inputsAttr(at, name)
	case anInput:
		return w.inputAttr(st, at, name, v, a)
	case theClass:
		if m := w.x.members[name]; m != nil && fixed(m) {
			w.note(at, name, graph.Mention{Kind: graph.Read, Via: graph.ViaClass})
		}
	}
	return nil
}

// fixed reports whether a member is a value that all steps share.
func fixed(m *member) bool {
	return m.kind == graph.MemberParameter || m.kind == graph.MemberConstant || m.attr.kind == attrConstant
}

// note notes a mention at an attribute or at the text of a string.
func (w *walk) note(at node, name string, m graph.Mention) *graph.Mention {
	start, end := w.t.nodes[at].start, w.t.nodes[at].end
	m.Name, m.Body = w.artifactName(name), w.body
	m.Odd = m.Name != name
	if _, inner, ok := w.literal(at); ok {
		m.Text = true
		m.Odd = m.Odd || inner[0] == start
		start, end = inner[0], inner[1]
	}
	return w.x.mention(w.t.file, start, end, m)
}

// selfAttr is self.name, by whatever name and in a string too.
func (w *walk) selfAttr(st *state, at node, name string, a access) *value {
	switch {
	case name == "__class__":
		return classValue
	case name == "__dict__":
		w.open(st, at, "the flow's attributes are taken as a dictionary here")
		w.b.ReadsAny = true
		return nil
	case dunder(name):
		return nil
	case internals[name]:
		return w.internal(at, name, a)
	}
	if m := w.x.members[name]; m != nil {
		return w.memberAttr(st, at, name, m, a)
	}
	kind := graph.Read
	if a == changing {
		kind = graph.Mutate
	} else if a == checking {
		kind = graph.Guard
	}
	m := w.note(at, name, graph.Mention{Kind: kind, Via: graph.ViaSelf})
	if a == checking || a == hoping {
		w.ask(m.ID)
	}
	if a != checking {
		w.use(st, graph.Use{Mention: m, ID: m.ID, At: m.Range, Via: graph.ViaSelf, Guarded: a == hoping})
	}
	if a == changing {
		w.write(st, graph.Assignment{Mention: m, ID: m.ID, Kind: graph.Mutate, At: m.Range})
	}
	return &value{kind: anArtifact, id: m.ID}
}

func (w *walk) internal(at node, name string, a access) *value {
	if name != "input" && name != "index" {
		return nil
	}
	kind := graph.PlaceFrame
	if a == changing {
		kind = graph.PlaceChange
	}
	w.place(graph.Place{Kind: kind, Name: name, Range: w.span(at), Guarded: a == checking || a == hoping})
	if name == "input" {
		return itemValue
	}
	return nil
}

// memberAttr is self.name where the class binds the name.
func (w *walk) memberAttr(st *state, at node, name string, m *member, a access) *value {
	if fixed(m) {
		kind := graph.Read
		if a == changing {
			kind = graph.Mutate
		} else if a == checking {
			kind = graph.Guard
		}
		w.note(at, name, graph.Mention{Kind: kind, Via: graph.ViaSelf})
		return nil
	}
	switch {
	case m.attr.def.node == nil:
		if m.attr.kind == attrMethod && a == reading {
			w.open(st, at, "a method that is not defined in the class is handed on here")
		}
		return nil
	case isProperty(m):
		return w.apply(st, at, m.function(), []*value{selfValue}, false)
	case m.attr.kind == attrMethod && a == reading: // the bound method goes somewhere, and may be called there
		w.apply(st, at, m.function(), []*value{selfValue}, true)
	}
	return nil
}

func isProperty(m *member) bool {
	for _, deco := range m.attr.def.decorators {
		switch m.class.mod.lastName(m.class.mod.decoratorTarget(deco)) {
		case "property", "cached_property":
			return true
		}
	}
	return false
}

// inputsAttr is inputs.name: the input that comes from a step.
func (w *walk) inputsAttr(at node, name string) *value {
	if name == "flows" {
		return inputsList
	}
	if dunder(name) {
		return nil
	}
	w.place(graph.Place{Kind: graph.PlaceInput, Name: name, Range: w.nameRange(at)})
	return &value{kind: anInput, step: name}
}

// nameRange is the range of an attribute's name, in a string too.
func (w *walk) nameRange(at node) graph.Range {
	if _, inner, ok := w.literal(at); ok {
		return w.t.between(int(inner[0]), int(inner[1]))
	}
	return w.span(at)
}

// inputAttr is an artifact of one of a join's inputs.
func (w *walk) inputAttr(st *state, at node, name string, v *value, a access) *value {
	if dunder(name) || internals[name] {
		return nil
	}
	if m := w.x.members[name]; m != nil && !fixed(m) {
		return nil
	}
	kind := graph.Read
	if a == changing {
		kind = graph.Mutate
	} else if a == checking {
		kind = graph.Guard
	}
	m := w.note(at, name, graph.Mention{Kind: kind, Via: graph.ViaInput, Step: v.step})
	if w.x.members[name] != nil {
		return nil
	}
	if a == checking || a == hoping {
		w.ask(m.ID)
	}
	if a != checking {
		w.use(st, graph.Use{Mention: m, ID: m.ID, At: m.Range, Via: graph.ViaInput, Step: v.step, Guarded: a == hoping, Conditional: v.picked})
	}
	return &value{kind: anInputValue, id: m.ID, step: v.step}
}

// touch changes something in place: the artifact that an expression starts from.
func (w *walk) touch(st *state, n node) {
	n = w.t.bare(n)
	switch w.t.kindOf(n) {
	case "attribute":
		w.attribute(st, n, changing)
	case "subscript":
		if v := w.objectPeek(st, n); v.is(anInput) {
			w.expr(st, n)
			return
		}
		w.touch(st, w.t.part(n, fieldValue))
		w.subscripts(st, n)
	case "identifier":
		if v := w.expr(st, n); v.is(anArtifact) {
			w.write(st, graph.Assignment{ID: v.id, Kind: graph.Mutate, At: w.span(n)})
		}
	default:
		w.expr(st, n)
	}
}
