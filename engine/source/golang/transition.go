package golang

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// exit is one way out of a step that says where the flow goes on.
type exit struct {
	t   *graph.Transition
	end bool // flow.End()
	// failing is true where an error may go with it, so that it may not count.
	failing bool
}

// same reports whether two exits lead to the same steps in the same way.
func (e exit) same(o exit) bool {
	if e.end || o.end {
		return e.end == o.end
	}
	a, b := e.t, o.t
	if a.Kind == graph.Invalid || b.Kind == graph.Invalid {
		return a.Range == b.Range
	}
	return a.Kind == b.Kind && a.Foreach == b.Foreach && a.Condition == b.Condition &&
		slices.EqualFunc(a.Targets, b.Targets, func(x, y graph.Target) bool { return x.Step == y.Step && x.Case == y.Case })
}

// readTransitions finds where a step leads to. All the ways out that don't fail must say the same; the last one counts.
func (r *reader) readTransitions(s *graph.Step, m *method) {
	if m.decl.Body == nil {
		return
	}
	x := &exits{r: r, step: s, busy: map[*ast.FuncDecl]bool{}}
	x.function(m.decl.Type, m.decl.Body, scope{recv: m.recv, decl: m.decl})
	list := x.list
	if slices.ContainsFunc(list, func(e exit) bool { return !e.failing }) {
		list = slices.DeleteFunc(list, func(e exit) bool { return e.failing })
	}
	if len(list) == 0 {
		return
	}
	counts := list[len(list)-1]
	for _, e := range slices.Backward(list) {
		if !e.end {
			counts = e
			break
		}
	}
	if !counts.end {
		s.Next = counts.t
	}
	for _, e := range list {
		if !e.same(counts) {
			s.Stray = append(s.Stray, e.t)
		}
	}
}

// invalid records what is wrong with a transition; the first fault found is the one told.
func (r *reader) invalid(t *graph.Transition, at ast.Node, flaw graph.Flaw, format string, args ...any) {
	if t.Kind == graph.Invalid {
		return
	}
	t.Kind, t.Flaw, t.Problem, t.ProblemRange = graph.Invalid, flaw, fmt.Sprintf(format, args...), t.Range
	if at != nil {
		t.ProblemRange = r.p.span(at)
	}
}

// unread records that a step is named in a way that does not tell which.
func (r *reader) unread(t *graph.Transition, at ast.Node, format string, args ...any) {
	r.invalid(t, at, graph.FlawForm, format, args...)
	t.Unread = true
}

// transition reads a call of one of the SDK's functions that make a transition. It is false for any other call.
func (r *reader) transition(name string, call *ast.CallExpr, in scope) (exit, bool) {
	t := &graph.Transition{Range: r.p.span(call)}
	read := map[string]func(*graph.Transition, *ast.CallExpr, scope){
		"End": nil, "To": r.linear, "Join": r.linear, "Split": r.split, "Foreach": r.foreach, "Gang": r.gang, "Switch": r.switched,
	}
	form, known := read[name]
	if !known {
		return exit{}, false
	}
	if form == nil {
		t.Kind = graph.Linear
		return exit{t: t, end: true}, true
	}
	if call.Ellipsis.IsValid() {
		r.unread(t, call.Args[len(call.Args)-1], "its steps are computed")
		return exit{t: t}, true
	}
	form(t, call, in)
	return exit{t: t}, true
}

func (r *reader) linear(t *graph.Transition, call *ast.CallExpr, in scope) {
	r.targets(t, call, call.Args, in)
	if t.Kind == "" {
		t.Kind = graph.Linear
	}
}

func (r *reader) split(t *graph.Transition, call *ast.CallExpr, in scope) {
	r.targets(t, call, call.Args, in)
	if t.Kind == "" {
		t.Kind = graph.Split
	}
}

func (r *reader) foreach(t *graph.Transition, call *ast.CallExpr, in scope) {
	if len(call.Args) != 2 {
		r.invalid(t, nil, graph.FlawForm, "flow.Foreach takes a step and the items")
		return
	}
	r.targets(t, call, call.Args[:1], in)
	t.ForeachRange = r.p.span(call.Args[1])
	f := r.fieldOf(call.Args[1], in)
	if f == nil {
		r.invalid(t, call.Args[1], graph.FlawForeach, "the items of a foreach must be a field of the flow, and %s is none", short(r.p.source(call.Args[1])))
	}
	if t.Kind == "" {
		t.Kind, t.Foreach = graph.Foreach, f.Name
	}
}

func (r *reader) gang(t *graph.Transition, call *ast.CallExpr, in scope) {
	if len(call.Args) != 2 {
		r.invalid(t, nil, graph.FlawForm, "flow.Gang takes a step and the number of its nodes")
		return
	}
	r.targets(t, call, call.Args[:1], in)
	if n, ok := r.p.integer(call.Args[1]); ok {
		if n < 1 {
			r.invalid(t, call.Args[1], graph.FlawForm, "a gang needs at least 1 node")
		}
		t.NumParallel = &n
	}
	if t.Kind == "" {
		t.Kind = graph.Parallel
	}
}

// switched reads flow.Switch(t.Field, flow.Case(value, t.Step), …).
func (r *reader) switched(t *graph.Transition, call *ast.CallExpr, in scope) {
	if len(call.Args) == 0 {
		r.invalid(t, nil, graph.FlawCondition, "flow.Switch takes a field of the flow and the cases")
		return
	}
	t.ConditionRange = r.p.span(call.Args[0])
	for _, c := range call.Args[1:] {
		r.switchCase(t, c, in)
	}
	f := r.fieldOf(call.Args[0], in)
	switch {
	case f == nil:
		r.invalid(t, call.Args[0], graph.FlawCondition, "the condition of a switch must be a field of the flow, and %s is none", short(r.p.source(call.Args[0])))
	case len(call.Args) == 1:
		r.invalid(t, call, graph.FlawCases, "the switch has no cases")
	default:
		t.Condition = f.Name
	}
	if t.Kind == "" {
		t.Kind = graph.Switch
	}
}

func (r *reader) switchCase(t *graph.Transition, e ast.Expr, in scope) {
	name, call := r.p.callOf(e)
	if name != "Case" || len(call.Args) != 2 {
		r.unread(t, e, "the cases are computed")
		return
	}
	before := len(t.Targets)
	r.targets(t, call, call.Args[1:], in)
	if len(t.Targets) == before {
		return
	}
	target := &t.Targets[before]
	target.CaseRange = r.p.span(call.Args[0])
	text, kind := r.p.caseOf(call.Args[0])
	if kind == "" {
		r.invalid(t, call.Args[0], graph.FlawForm, "a case must be a constant: a text, a number, true or false")
		return
	}
	for _, old := range t.Targets[:before] {
		if old.Case == text && old.CaseType == kind { // the first one of a value counts
			t.Targets = t.Targets[:before]
			return
		}
	}
	target.Case, target.CaseType = text, kind
}

// targets reads method values of the flow: t.Fit.
func (r *reader) targets(t *graph.Transition, call *ast.CallExpr, args []ast.Expr, in scope) {
	if len(args) == 0 {
		r.invalid(t, call, graph.FlawForm, "it names no step")
	}
	for _, e := range args {
		r.target(t, e, in)
	}
}

func (r *reader) target(t *graph.Transition, e ast.Expr, in scope) {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	switch {
	case !ok && isFuncLit(e):
		r.unread(t, e, "a step is a method of the flow, not a function")
		return
	case !ok && r.isFunction(e):
		r.unread(t, e, "a step is a method of the flow, and %s is a function", short(r.p.source(e)))
		return
	case !ok:
		r.unread(t, e, "a step is named as a method of the flow, as in t.Name, and %s is computed", short(r.p.source(e)))
		return
	}
	if m := r.methodExpr(sel); m != "" {
		r.unread(t, e, "a step is named with the flow that it is a method of, as in t.%s", m)
		return
	}
	if r.notTheFlow(sel.X) {
		r.unread(t, e, "%s is no method of the flow", short(r.p.source(e)))
		return
	}
	if !in.isFlow(r.p, sel.X) {
		r.odd(graph.Oddity{
			Kind: graph.OddReceiver, Range: r.p.span(e), Step: in.name(), Name: sel.Sel.Name, Want: in.receiver(), Got: short(r.p.source(sel.X)),
		})
	}
	name := r.stepName(sel.Sel.Name)
	if _, known := r.flow.Spelled[name]; !known {
		r.flow.Spelled[name] = sel.Sel.Name // no step, and to be told as it is written
	}
	t.Targets = append(t.Targets, graph.Target{Step: name, Range: r.p.span(sel.Sel)})
}

// isFunction reports whether an expression names a function of the package.
func (r *reader) isFunction(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && r.p.declared(r.p.object(id)) != nil
}

func isFuncLit(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.FuncLit)
	return ok
}

// short is a piece of source that fits into a sentence.
func short(source string) string {
	line, _, more := strings.Cut(source, "\n")
	if letters := []rune(line); len(letters) > 40 {
		line, more = string(letters[:40]), true
	}
	if more {
		line += "…"
	}
	return line
}
