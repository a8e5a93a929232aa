package python

import (
	"bytes"

	"github.com/spindle-flow/spindle/engine/graph"
)

// readStep turns a step method into a node of the graph. The second value tells what of its annotations is computed.
func (o owned) readStep(w *workspace) (*graph.Step, []graph.Dynamic) {
	c, a := o.class, o.attr
	s := c.mod.readFunction(a.def)
	s.Name, s.Owner, s.Uncertain = a.name, c.name, o.unsure || a.conditional
	var dynamic []graph.Dynamic
	for _, deco := range a.def.decorators {
		if a.mark != nil && deco == a.mark {
			s.Mark, s.MarkArgs = c.mod.span(deco), c.mod.readDecorator(deco).Args
			dynamic = c.mod.annotations(s, deco)
			continue
		}
		s.Decorators = append(s.Decorators, w.decorator(c.mod, c, deco))
		s.Parallel = max(s.Parallel, c.parallel(w, deco))
	}
	if s.Parallel == graph.Maybe && hasDecorator(s, "parallel") {
		s.Parallel = graph.Yes
	}
	return s, dynamic
}

func hasDecorator(s *graph.Step, name string) bool {
	for _, d := range s.Decorators {
		if d.Name == name {
			return true
		}
	}
	return false
}

// readFunction reads what the function itself says.
func (f *file) readFunction(d definition) *graph.Step {
	name, body := f.field(d.node, fieldName), f.field(d.node, fieldBody)
	s := &graph.Step{
		Name: f.source(name), NameRange: f.span(name), Body: f.span(d.whole),
		Doc: f.docOf(body), Args: f.arguments(f.field(d.node, fieldParameters)),
	}
	tail := f.tailCall(body)
	if tail != nil {
		s.Next = f.readTransition(tail, s)
	}
	s.Stray = f.strayCalls(d.node, body, tail, s)
	return s
}

func (f *file) arguments(list *flatNode) []graph.Arg {
	var args []graph.Arg
	kind := graph.Positional
	for _, p := range f.children(list) {
		a := graph.Arg{Range: f.span(p), Kind: kind}
		switch f.kind(p) {
		case "keyword_separator":
			kind = graph.Keyword
			continue
		case "positional_separator":
			continue
		case "list_splat_pattern":
			a.Kind, kind = graph.VarArgs, graph.Keyword
		case "dictionary_splat_pattern":
			a.Kind = graph.VarKeyword
		case "typed_parameter":
			if inner := f.children(p); len(inner) > 0 {
				switch f.kind(inner[0]) {
				case "list_splat_pattern":
					a.Kind, kind = graph.VarArgs, graph.Keyword
				case "dictionary_splat_pattern":
					a.Kind = graph.VarKeyword
				}
			}
		}
		a.Name = f.argumentName(p)
		args = append(args, a)
	}
	return args
}

func (f *file) argumentName(p *flatNode) string {
	for range 4 {
		if f.is(p, "identifier") {
			return f.source(p)
		}
		inner := f.children(p)
		if len(inner) == 0 {
			return f.source(p)
		}
		p = inner[0]
	}
	return ""
}

// tailCall returns the call of self.next that is the last statement of a body.
func (f *file) tailCall(body *flatNode) *flatNode {
	last := f.lastChild(body)
	if !f.is(last, "expression_statement") {
		return nil
	}
	if e := f.unwrap(f.only(last)); f.is(e, "call") && f.isSelfNext(f.field(e, fieldFunction)) {
		return e
	}
	return nil
}

func (f *file) isSelfNext(fn *flatNode) bool {
	if fn = f.unwrap(fn); !f.is(fn, "attribute") {
		return false
	}
	object := f.unwrap(f.field(fn, fieldObject))
	return f.is(object, "identifier") && f.source(object) == "self" && f.source(f.field(fn, fieldAttribute)) == "next"
}

// maxStray bounds how many places of one step are looked at for calls besides the last statement.
const maxStray = 100

// strayCalls finds the calls of self.next that are not the last statement. Those in nested functions belong to them.
func (f *file) strayCalls(function, body, tail *flatNode, s *graph.Step) []*graph.Transition {
	if body == nil {
		return nil
	}
	var stray []*graph.Transition
	at, end := int(body.StartByte()), min(int(body.EndByte()), len(f.text))
	for range maxStray {
		i := bytes.Index(f.text[min(at, end):end], []byte("next"))
		if i < 0 {
			break
		}
		from := at + i
		at = from + len("next")
		call := f.callAt(body, uint(from), uint(at))
		if call == nil || tail != nil && call == tail || !f.ownedBy(call, function) {
			continue
		}
		stray = append(stray, f.readTransition(call, s))
	}
	return stray
}

func (f *file) callAt(body *flatNode, from, to uint) *flatNode {
	n, levels := f.smallest(body, from, to), 4
	if !f.is(n, "identifier") && f.inComment(int(from)) {
		levels-- // the comment is one
	}
	for range levels {
		if n == nil {
			return nil
		}
		if f.is(n, "call") && f.isSelfNext(f.field(n, fieldFunction)) {
			return n
		}
		n = f.parent(n)
	}
	return nil
}

// ownedBy reports whether the innermost function around a node is the one given.
func (f *file) ownedBy(n, function *flatNode) bool {
	for range 10 * maxNesting {
		if n = f.parent(n); n == nil {
			return false
		}
		switch f.kind(n) {
		case "function_definition", "lambda", "class_definition":
			return n == function
		}
	}
	return false
}
