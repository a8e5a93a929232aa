package actions

import (
	"maps"
	"slices"

	ts "github.com/tree-sitter/go-tree-sitter"
)

// imported are the names that an import statement binds.
func (c code) imported(stmt *ts.Node) []string {
	var out []string
	switch stmt.Kind() {
	case "import_statement", "import_from_statement":
	default:
		return nil
	}
	from := stmt.ChildByFieldName("module_name")
	for _, n := range children(stmt) {
		switch {
		case from != nil && n.Id() == from.Id():
		case n.Kind() == "aliased_import":
			out = append(out, c.text(n.ChildByFieldName("alias")))
		case n.Kind() == "dotted_name":
			first := c.text(n)
			if inner := children(n); len(inner) > 0 {
				first = c.text(inner[0])
			}
			out = append(out, first)
		}
	}
	return out
}

// binds are the names that statements may bind in the function, wherever in them.
func (c code) binds(list []*ts.Node) map[string]bool {
	out := map[string]bool{}
	for _, stmt := range list {
		each(stmt, func(n *ts.Node) bool {
			for _, name := range c.imported(n) {
				out[name] = true
			}
			for _, target := range c.targets(n) {
				each(target, func(t *ts.Node) bool {
					if c.isName(t) {
						out[c.text(t)] = true
					}
					return t.Kind() != "attribute" && t.Kind() != "subscript"
				})
			}
			return true
		})
	}
	return out
}

// bindsOtherwise reports whether statements bind a name by something else than an import of their own level.
func (c code) bindsOtherwise(list []*ts.Node, name string) bool {
	others := slices.DeleteFunc(slices.Clone(list), func(n *ts.Node) bool { return len(c.imported(n)) > 0 })
	return c.binds(others)[name]
}

// targets are the parts of a node that names are bound in.
func (c code) targets(n *ts.Node) []*ts.Node {
	field := func(name string) []*ts.Node {
		if t := n.ChildByFieldName(name); t != nil {
			return []*ts.Node{t}
		}
		return nil
	}
	switch n.Kind() {
	case "assignment", "augmented_assignment", "for_statement", "for_in_clause", "type_alias_statement":
		return field("left")
	case "function_definition", "class_definition", "named_expression":
		return field("name")
	case "as_pattern_target", "delete_statement", "case_pattern":
		return []*ts.Node{n}
	}
	return nil
}

// needs are the names that statements read before they are sure to have bound them, each once.
func (c code) needs(list []*ts.Node) []string {
	r := &reader{code: c, sure: map[string]bool{}, needed: map[string]bool{}}
	for _, stmt := range list {
		r.statement(stmt)
	}
	return r.order
}

// reader follows statements in the order they run in. Only what a statement of the function's own level binds is sure.
type reader struct {
	code
	sure   map[string]bool
	needed map[string]bool
	order  []string
}

func (r *reader) statement(stmt *ts.Node) {
	inner := stmt
	if list := children(stmt); stmt.Kind() == "expression_statement" && len(list) == 1 {
		inner = list[0]
	}
	switch inner.Kind() {
	case "assignment":
		r.reads(inner.ChildByFieldName("right"))
		r.bind(inner.ChildByFieldName("left"))
	case "for_statement":
		r.reads(inner.ChildByFieldName("right"))
		// The body runs with the target bound, or not at all; behind it nothing is sure.
		before := maps.Clone(r.sure)
		r.bind(inner.ChildByFieldName("left"))
		r.reads(inner.ChildByFieldName("body"))
		r.sure = before
		r.reads(inner.ChildByFieldName("alternative"))
	case "import_statement", "import_from_statement":
		for _, name := range r.imported(inner) {
			r.sure[name] = true
		}
	case "function_definition", "class_definition":
		r.reads(inner)
		r.sure[r.text(inner.ChildByFieldName("name"))] = true
	default:
		r.reads(inner)
	}
}

// bind makes the names of a target sure; its indexes and objects are read.
func (r *reader) bind(target *ts.Node) {
	if target == nil {
		return
	}
	switch target.Kind() {
	case "identifier":
		r.sure[r.text(target)] = true
	case "pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern":
		for _, t := range children(target) {
			r.bind(t)
		}
	default:
		r.reads(target)
	}
}

func (r *reader) reads(n *ts.Node) {
	each(n, func(n *ts.Node) bool {
		switch n.Kind() {
		case "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression":
			r.comprehension(n)
			return false
		}
		if !r.isName(n) {
			return true
		}
		if name := r.text(n); !r.sure[name] && !r.needed[name] {
			r.needed[name] = true
			r.order = append(r.order, name)
		}
		return true
	})
}

// comprehension has names of its own, unless what it walks has the same.
func (r *reader) comprehension(n *ts.Node) {
	outer := maps.Clone(r.sure)
	var walked []*ts.Node
	for _, clause := range children(n) {
		if clause.Kind() == "for_in_clause" {
			r.bind(clause.ChildByFieldName("left"))
			walked = append(walked, clause.ChildByFieldName("right"))
		}
	}
	for name := range r.sure {
		if !outer[name] && r.mentions(walked, name) {
			delete(r.sure, name)
		}
	}
	for _, part := range children(n) {
		r.reads(part)
	}
	r.sure = outer
}
