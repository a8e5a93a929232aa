package python

import (
	"github.com/spindle-flow/spindle/engine/graph"
)

// chain is an expression that follows keys into a config: cfg.a["b"].get("c").
type chain struct {
	path   []graph.ConfigKey
	node   *flatNode   // the whole of it
	above  []*flatNode // what is around it, the outermost first
	called bool
}

// chain follows the keys from a root at the end of a trail.
func (f *file) chain(trail []*flatNode) chain {
	last := len(trail) - 1
	c := chain{node: trail[last], above: trail[:last]}
	for len(c.above) > 0 && c.grow(f) {
		c.node, c.above = c.above[len(c.above)-1], c.above[:len(c.above)-1]
	}
	return c
}

// grow takes the node around the chain into it. It is false where the chain ends.
func (c *chain) grow(f *file) bool {
	outer := c.above[len(c.above)-1]
	switch f.kind(outer) {
	case "parenthesized_expression":
		return true
	case "attribute":
		name := f.field(outer, fieldAttribute)
		if !same(f.field(outer, fieldObject), c.node) || name == nil {
			return false
		}
		c.path = append(c.path, graph.ConfigKey{Name: f.source(name), Range: f.span(name)})
		return true
	case "subscript":
		return c.item(f, outer)
	case "call":
		if !same(f.field(outer, fieldFunction), c.node) {
			return false
		}
		if c.get(f, outer) {
			return true
		}
		c.called = true
	}
	return false
}

func (c *chain) item(f *file, n *flatNode) bool {
	parts := f.children(n)
	if len(parts) != 2 || !same(f.field(n, fieldValue), c.node) {
		return false
	}
	switch v := f.plainValue(parts[1], 0); v.Kind {
	case graph.StringKind:
		c.path = append(c.path, graph.ConfigKey{Name: v.Text, Range: v.Range, Item: true})
		return true
	case graph.IntegerKind:
		c.path = append(c.path, graph.ConfigKey{Name: v.Text, Range: v.Range, Item: true, Index: true})
		return true
	}
	return false
}

// get takes a call of the last key if that is get("key"): a key of its own.
func (c *chain) get(f *file, call *flatNode) bool {
	if len(c.path) == 0 {
		return false
	}
	last := &c.path[len(c.path)-1]
	args := f.callArguments(call)
	if last.Name != "get" || last.Item || len(args) == 0 || args[0].name != "" {
		return false
	}
	key, ok := f.stringValue(args[0].value)
	if !ok {
		return false
	}
	*last = graph.ConfigKey{Name: key, Range: f.span(args[0].value), Optional: true}
	return true
}

// writers are the methods that change a dictionary.
var writers = map[string]bool{"update": true, "pop": true, "popitem": true, "clear": true, "setdefault": true}

// write says whether the chain is changed where it stands.
func (c *chain) write(f *file) graph.Write {
	if len(c.path) == 0 || len(c.above) == 0 {
		return graph.NoWrite
	}
	if last := c.path[len(c.path)-1]; c.called {
		if writers[last.Name] && !last.Item && !last.Optional {
			return graph.Updates
		}
		return graph.NoWrite
	}
	inner := c.node
	for i := len(c.above) - 1; i >= 0; i-- {
		outer := c.above[i]
		switch f.kind(outer) {
		case "pattern_list", "tuple_pattern", "list_pattern", "expression_list":
			inner = outer
			continue
		case "assignment", "augmented_assignment", "for_statement":
			if same(f.field(outer, fieldLeft), inner) {
				return graph.Assigns
			}
		case "delete_statement":
			return graph.Deletes
		}
		break
	}
	return graph.NoWrite
}

// guarded reports whether code around a place asks for one of the words first, or catches what goes wrong.
func (f *file) guarded(above []*flatNode, inner *flatNode, words ...string) bool {
	for i := len(above) - 1; i >= 0; i-- {
		outer := above[i]
		var condition *flatNode
		switch f.kind(outer) {
		case "try_statement":
			return true
		case "with_statement":
			for range f.words("suppress", int(outer.StartByte()), int(inner.StartByte())) {
				return true
			}
		case "if_statement", "while_statement", "elif_clause":
			condition = f.field(outer, fieldCondition)
		case "match_statement":
			condition = f.field(outer, fieldSubject)
		case "boolean_operator":
			condition = f.field(outer, fieldLeft)
		case "conditional_expression":
			if parts := f.children(outer); len(parts) == 3 {
				condition = parts[1]
			}
		case "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression":
			condition = outer
		}
		if condition != nil && !same(condition, inner) && f.asks(condition, inner, words) {
			return true
		}
		inner = outer
	}
	return false
}

// asks reports whether a condition has one of the words anywhere but in the part given.
func (f *file) asks(condition, part *flatNode, words []string) bool {
	for _, word := range words {
		for at := range f.words(word, int(condition.StartByte()), int(condition.EndByte())) {
			if uint(at) < part.StartByte() || uint(at) >= part.EndByte() {
				return true
			}
		}
	}
	return false
}
