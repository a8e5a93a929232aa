package python

import (
	"fmt"

	"github.com/spindle-flow/spindle/engine/graph"
)

// transitionReader takes one call of self.next apart.
type transitionReader struct {
	f          *file
	step       *graph.Step
	t          *graph.Transition
	positional []*flatNode
	keywords   map[string]*flatNode // values by keyword
	order      []string
}

func (f *file) readTransition(call *flatNode, s *graph.Step) *graph.Transition {
	r := &transitionReader{f: f, step: s}
	r.t = &graph.Transition{Range: f.span(call)}
	if r.arguments(f.field(call, fieldArguments)) {
		r.form()
	}
	return r.t
}

// invalid records what is wrong; the first fault found is the one told.
func (r *transitionReader) invalid(n *flatNode, flaw graph.Flaw, format string, args ...any) {
	if r.t.Kind == graph.Invalid {
		return
	}
	r.t.Kind, r.t.Flaw, r.t.Problem = graph.Invalid, flaw, fmt.Sprintf(format, args...)
	r.t.ProblemRange = r.t.Range
	if n != nil {
		r.t.ProblemRange = r.f.span(n)
	}
}

// unread records that a step is named in a way that does not tell which.
func (r *transitionReader) unread(n *flatNode, format string, args ...any) {
	r.invalid(n, graph.FlawForm, format, args...)
	r.t.Unread = true
}

// arguments sorts the call's arguments. It is false where they can't be told without running the code.
func (r *transitionReader) arguments(list *flatNode) bool {
	if !r.f.is(list, "argument_list") {
		r.invalid(list, graph.FlawForm, "the targets are computed")
		return false
	}
	for _, a := range r.f.children(list) {
		switch r.f.kind(a) {
		case "keyword_argument":
			name := r.f.source(r.f.field(a, fieldName))
			if r.keywords == nil {
				r.keywords = map[string]*flatNode{}
			}
			r.keywords[name] = r.f.field(a, fieldValue)
			r.order = append(r.order, name)
			if name != "foreach" && name != "num_parallel" && name != "condition" {
				r.invalid(a, graph.FlawForm, "self.next takes no argument %q", name)
			}
		case "dictionary_splat":
			r.unread(a, "its arguments are computed")
		default:
			r.positional = append(r.positional, a)
		}
	}
	return true
}

// form decides which of the forms the call has.
func (r *transitionReader) form() {
	if len(r.positional) == 1 && r.f.is(r.f.unwrap(r.positional[0]), "dictionary") {
		r.switchForm(r.f.unwrap(r.positional[0]))
		return
	}
	r.targets()
	if c, ok := r.keywords["condition"]; ok {
		r.invalid(c, graph.FlawForm, "a condition needs a dictionary of cases, as in self.next({\"a\": self.x, \"b\": self.y}, condition=\"name\")")
		return
	}
	switch {
	case len(r.order) > 1:
		r.invalid(nil, graph.FlawForm, "%s and %s can't be combined", r.order[0], r.order[1])
	case len(r.positional) == 0:
		r.invalid(nil, graph.FlawForm, "it names no step")
	case r.keywords["foreach"] != nil:
		r.foreachForm(r.keywords["foreach"])
	case r.keywords["num_parallel"] != nil:
		r.parallelForm(r.keywords["num_parallel"])
	case r.t.Kind == graph.Invalid:
	case len(r.positional) > 1:
		r.t.Kind = graph.Split
	default:
		r.t.Kind = graph.Linear
	}
}

func (r *transitionReader) targets() {
	for _, n := range r.positional {
		switch e := r.f.unwrap(n); {
		case r.f.is(e, "attribute"):
			name := r.f.field(e, fieldAttribute)
			r.t.Targets = append(r.t.Targets, graph.Target{Step: r.f.source(name), Range: r.f.span(name)})
		case r.f.is(e, "list_splat"):
			r.unread(n, "the targets are computed")
		case r.f.is(e, "string"):
			r.unread(n, "a step is named as self.name, not as a string")
		case r.f.is(e, "identifier"):
			r.unread(n, "a step is named as self.%s, not as %s alone", r.f.source(e), r.f.source(e))
		default:
			r.unread(n, "a target must be written as self.name")
		}
	}
}

func (r *transitionReader) foreachForm(value *flatNode) {
	if len(r.positional) != 1 {
		r.invalid(nil, graph.FlawForm, "a foreach leads to exactly one step")
		return
	}
	if r.t.Kind == graph.Invalid {
		return
	}
	r.t.Kind = graph.Foreach
	r.t.ForeachRange = r.f.span(value)
	name, ok := r.f.stringValue(value)
	switch {
	case ok && name != "":
		r.t.Foreach = name
	case ok:
		r.notName(value, graph.FlawForeach, "the foreach names no artifact")
	case r.constant(value):
		r.notName(value, graph.FlawForeach, "foreach takes the name of an artifact as a string")
	default:
		r.unsure(value, "the name of the foreach's artifact is computed")
	}
}

func (r *transitionReader) notName(n *flatNode, flaw graph.Flaw, problem string) {
	r.t.Kind = ""
	r.invalid(n, flaw, "%s", problem)
}

func (r *transitionReader) unsure(n *flatNode, reason string) {
	r.step.Dynamic = append(r.step.Dynamic, graph.Dynamic{Range: r.f.span(n), Reason: reason})
}

// constant reports whether an expression is a literal that is no string.
func (r *transitionReader) constant(n *flatNode) bool {
	switch r.f.kind(r.f.unwrap(n)) {
	case "integer", "float", "true", "false", "none", "list", "tuple", "dictionary", "set":
		return true
	}
	return false
}

func (r *transitionReader) parallelForm(value *flatNode) {
	if len(r.positional) != 1 {
		r.invalid(nil, graph.FlawForm, "num_parallel leads to exactly one step")
		return
	}
	if r.t.Kind == graph.Invalid {
		return
	}
	r.t.Kind = graph.Parallel
	if n, ok := r.f.intValue(value); ok {
		if n < 1 {
			r.t.Kind = ""
			r.invalid(value, graph.FlawForm, "num_parallel must be at least 1")
			return
		}
		r.t.NumParallel = &n
	}
}
