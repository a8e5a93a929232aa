package python

import (
	"github.com/spindle-flow/spindle/engine/graph"
)

func (f *file) readDecorator(deco *flatNode) *graph.Decorator {
	d := &graph.Decorator{Range: f.span(deco), Name: f.lastName(f.decoratorTarget(deco))}
	expr := f.first(deco)
	d.Text = f.source(expr)
	if call := f.unwrap(expr); f.is(call, "call") {
		d.Args = f.decoratorArgs(call)
	}
	return d
}

func (f *file) decoratorArgs(call *flatNode) []graph.DecoratorArg {
	var args []graph.DecoratorArg
	for _, a := range f.callArguments(call) {
		arg := graph.DecoratorArg{Name: a.name, Value: f.source(a.value), Range: f.span(a.node), Literal: f.literal(a.value, 0)}
		if a.name != "" {
			arg.NameRange = f.span(f.field(a.node, fieldName))
		}
		arg.Spread = f.is(a.node, "list_splat") || f.is(a.node, "dictionary_splat")
		args = append(args, arg)
	}
	return args
}

// argument is one argument of a call.
type argument struct {
	name  string // empty for a positional one
	node  *flatNode
	value *flatNode
}

func (f *file) callArguments(call *flatNode) []argument {
	list := f.field(call, fieldArguments)
	if !f.is(list, "argument_list") {
		return nil
	}
	var args []argument
	for _, n := range f.children(list) {
		a := argument{node: n, value: n}
		if f.is(n, "keyword_argument") {
			a.name, a.value = f.source(f.field(n, fieldName)), f.field(n, fieldValue)
		}
		args = append(args, a)
	}
	return args
}

// annotations reads start and end of @step(start=True, end=True).
func (f *file) annotations(s *graph.Step, mark *flatNode) []graph.Dynamic {
	var dynamic []graph.Dynamic
	for _, a := range f.callArguments(f.unwrap(f.first(mark))) {
		value, literal := f.boolValue(a.value)
		switch {
		case a.name != "start" && a.name != "end":
			continue
		case !literal:
			dynamic = append(dynamic, graph.Dynamic{Range: f.span(a.node), Reason: "whether this step is the " + a.name + " is computed"})
		case a.name == "start":
			s.Start = value
		default:
			s.End = value
		}
	}
	return dynamic
}

// plainDecorators are the SDK's decorators that do not make a step parallel and add no others.
var plainDecorators = map[string]bool{
	"batch": true, "card": true, "catch": true, "conda": true, "conda_base": true, "environment": true, "exit_hook": true,
	"kubernetes": true, "project": true, "pypi": true, "pypi_base": true, "resources": true, "retry": true, "schedule": true,
	"secrets": true, "timeout": true, "trigger": true, "trigger_on_finish": true,
}

// parallel says what a decorator tells of its step being a gang.
func (c *class) parallel(w *workspace, deco *flatNode) graph.Answer {
	target := c.mod.decoratorTarget(deco)
	s := w.resolve(c.mod, target, 0)
	name := s.name
	if s.kind != symSDK {
		// Not imported from the SDK by name: a decorator of the workspace, or a name that only the SDK could have bound.
		if name = c.mod.lastName(target); s.kind != symUnknown || s.bound {
			return graph.Maybe
		}
	}
	switch {
	case name == "parallel" || name == "pytorch_parallel":
		return graph.Yes
	case plainDecorators[name]:
		return graph.No
	}
	return graph.Maybe
}

// opens reports whether a class decorator may add decorators to the steps.
func (c *class) opens(w *workspace, deco *flatNode) bool {
	s := w.resolve(c.mod, c.mod.decoratorTarget(deco), 0)
	return s.kind != symSDK || !plainDecorators[s.name]
}

// makesDecorators says whether a file has what step decorators of one's own are made with.
func (m *module) makesDecorators() bool {
	for _, b := range m.bindings {
		if b.kind != bindFrom || !topModule(b.ref) {
			continue
		}
		switch b.name {
		case "user_step_decorator", "UserStepDecorator", "StepMutator":
			return true
		}
	}
	return false
}
