package python

import (
	"sort"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// classBody reads the uses of the configs that a class declares in its own body and in its decorators' arguments: there a
// config goes by its attribute's name alone, and is a placeholder for a value that comes later.
func (r *configReader) classBody(c *class) {
	body := c.mod.field(c.def.node, fieldBody)
	if body == nil {
		return
	}
	var statements []*flatNode
	for i := range r.list {
		d := &r.list[i]
		if d.class != c {
			continue
		}
		if statements == nil {
			statements = c.mod.children(body)
		}
		for at := range c.mod.words(d.Attr, int(body.StartByte()), int(body.EndByte())) {
			if s := statementAt(statements, uint(at)); s != nil {
				r.bodyUse(c, d, c.mod.trail(s, uint(at), uint(at+len(d.Attr))))
			}
		}
	}
}

// statementAt returns the statement that an offset is in, nil where it is in none.
func statementAt(list []*flatNode, at uint) *flatNode {
	i := sort.Search(len(list), func(i int) bool { return list[i].EndByte() > at })
	if i == len(list) || list[i].StartByte() > at {
		return nil
	}
	return list[i]
}

// laterScopes are what the class's names are not visible in, or what runs later.
var laterScopes = []string{"function_definition", "class_definition", "lambda", "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}

func (r *configReader) bodyUse(c *class, d *declared, trail []*flatNode) {
	f := c.mod.file
	leaf := trail[len(trail)-1]
	if !f.is(leaf, "identifier") || f.within(trail, laterScopes...) || len(trail) < 2 {
		return
	}
	switch outer := trail[len(trail)-2]; f.kind(outer) {
	case "attribute":
		if !same(f.field(outer, fieldObject), leaf) {
			return
		}
	case "keyword_argument":
		if !same(f.field(outer, fieldValue), leaf) {
			return
		}
	case "assignment":
		if !same(f.field(outer, fieldRight), leaf) || d.Alias != (graph.Range{}) {
			return
		}
	}
	ch := f.chain(trail)
	use := graph.ConfigUse{Attr: d.Attr, Path: ch.path, Range: f.span(ch.node), Root: f.span(leaf), When: graph.AtStart, Called: ch.called}
	use.Slot = r.argumentSlot(c, ch)
	if use.Slot == nil || use.Called {
		use.Early, use.EarlyRange = r.early(c, ch)
	}
	for i := range use.Path { // a placeholder's get asks for nothing
		use.Path[i].Optional = false
	}
	r.out.Uses = append(r.out.Uses, use)
	r.readBy(use.Range)
}

// readBy notes that a place lies in the declaration of a config.
func (r *configReader) readBy(at graph.Range) {
	for _, d := range r.list {
		for i := range d.Args {
			if a := &d.Args[i]; a.Range.File == at.File && !before(at.Start, a.Range.Start) && !before(a.Range.End, at.End) {
				a.Reads = true
			}
		}
	}
}

func before(a, b graph.Pos) bool { return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column }

// argumentSlot is the argument of a decorator or parameter that a chain's value is given to.
func (r *configReader) argumentSlot(c *class, ch chain) *graph.ConfigSlot {
	f := c.mod.file
	slot := &graph.ConfigSlot{Whole: true}
	for i := len(ch.above) - 1; i >= 0; i-- {
		switch n := ch.above[i]; f.kind(n) {
		case "parenthesized_expression":
		case "list", "tuple", "set", "dictionary", "pair":
			slot.Whole = false
		case "keyword_argument":
			slot.Arg = f.source(f.field(n, fieldName))
		case "dictionary_splat", "list_splat":
			slot.Arg, slot.Whole = "*", false
		case "argument_list":
			if i == 0 {
				return nil
			}
			return r.callSlot(c, ch.above[:i], slot, n, ch.node)
		default:
			return nil
		}
	}
	return nil
}

// callSlot completes a slot with the call its argument belongs to.
func (r *configReader) callSlot(c *class, above []*flatNode, slot *graph.ConfigSlot, list, leaf *flatNode) *graph.ConfigSlot {
	m := c.mod
	call := above[len(above)-1]
	if !m.is(call, "call") {
		return nil
	}
	if len(above) > 1 && m.is(above[len(above)-2], "decorator") {
		deco := above[len(above)-2]
		s := r.w.resolve(m, m.decoratorTarget(deco), 0)
		if s.kind != symSDK { // a decorator of someone else's takes what it likes
			return nil
		}
		slot.Decorator, slot.Range = s.name, m.span(deco)
		return slot
	}
	fn := m.field(call, fieldFunction)
	switch sdkName(r.w.resolve(m, fn, 0), m.lastName(fn)) {
	case "Parameter", "IncludeFile":
		slot.Range = m.span(call)
		for _, p := range r.flow.Parameters {
			if p.Range == slot.Range {
				slot.Parameter, slot.Type = p.Attr, p.Type
			}
		}
		if slot.Arg == "" {
			slot.Arg = m.positional(list, leaf)
		}
		return slot
	}
	return nil
}

// positional is the name of the argument of a parameter's declaration that a node is in.
func (f *file) positional(list, n *flatNode) string {
	for i, arg := range f.children(list) {
		if arg.StartByte() <= n.StartByte() && n.EndByte() <= arg.EndByte() && i < 2 {
			return [...]string{"name", "default"}[i]
		}
	}
	return ""
}

// converters are the built-in functions that fail on a placeholder, describers those that take it for the value.
var (
	converters = map[string]bool{"int": true, "float": true, "round": true, "abs": true, "sum": true, "min": true, "max": true, "range": true}
	describers = map[string]bool{"str": true, "repr": true, "format": true}
	testers    = map[string]bool{"len": true, "bool": true, "list": true, "tuple": true, "sorted": true, "isinstance": true, "any": true, "all": true}
)

// early says how a place that is no argument takes the placeholder for the value.
func (r *configReader) early(c *class, ch chain) (graph.Early, graph.Range) {
	f := c.mod.file
	if len(ch.above) == 0 {
		return graph.NotEarly, graph.Range{}
	}
	if ch.called {
		kind := graph.Calls
		switch ch.path[len(ch.path)-1].Name {
		case "keys", "values", "items", "get": // a placeholder has these, and they say nothing of the value
			kind = graph.Tests
		}
		return kind, f.span(ch.above[len(ch.above)-1])
	}
	inner := ch.node
	for i := len(ch.above) - 1; i >= 0; i-- {
		outer := ch.above[i]
		if kind := r.earlyIn(f, ch.above[:i], outer, inner); kind != graph.NotEarly {
			if kind == graph.ClassValue && len(ch.path) == 0 {
				return graph.NotEarly, graph.Range{}
			}
			return kind, f.span(outer)
		}
		switch f.kind(outer) {
		case "parenthesized_expression", "list", "tuple", "set", "dictionary", "pair", "argument_list", "interpolation", "expression_list":
			inner = outer
			continue
		}
		return graph.NotEarly, graph.Range{}
	}
	return graph.NotEarly, graph.Range{}
}

// earlyIn says what the node around an expression does with it.
func (r *configReader) earlyIn(f *file, above []*flatNode, outer, inner *flatNode) graph.Early {
	switch f.kind(outer) {
	case "binary_operator":
		return f.operand(outer, inner)
	case "unary_operator":
		return graph.Operand
	case "comparison_operator":
		return graph.Tests
	case "not_operator", "boolean_operator", "conditional_expression", "if_statement", "elif_clause", "while_statement", "for_statement":
		return graph.Tests
	case "string":
		return graph.InText
	case "call":
		switch name := f.source(f.field(outer, fieldFunction)); {
		case converters[name]:
			return graph.Converts
		case describers[name]:
			return graph.InText
		case testers[name]:
			return graph.Tests
		}
	case "assignment":
		switch f.kind(inner) {
		case "list", "tuple", "set", "dictionary":
			return graph.Contained
		}
		if left := f.field(outer, fieldLeft); f.is(left, "identifier") && len(above) > 0 {
			return graph.ClassValue
		}
	}
	return graph.NotEarly
}

// operand tells whether an operator with a placeholder on one side is sure to fail.
func (f *file) operand(outer, inner *flatNode) graph.Early {
	left, right := f.field(outer, fieldLeft), f.field(outer, fieldRight)
	other := left
	if same(f.unwrap(left), inner) || same(left, inner) {
		other = right
	}
	if f.is(f.unwrap(left), "string") && strings.Contains(f.operator(outer), "%") {
		return graph.InText
	}
	switch f.kind(f.unwrap(other)) {
	case "integer", "float", "string", "concatenated_string", "list", "tuple", "dictionary", "true", "false", "none":
		return graph.Operand
	}
	return graph.NotEarly
}
