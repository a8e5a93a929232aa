package actions

import (
	"bytes"
	"slices"
	"unicode/utf8"

	ts "github.com/tree-sitter/go-tree-sitter"

	"github.com/spindle-flow/spindle/engine/graph"
)

// code is a syntax tree with its text.
type code struct {
	root   *ts.Node
	source []byte
}

func (c code) text(n *ts.Node) string {
	start, end := n.ByteRange()
	return string(c.source[start:min(int(end), len(c.source))])
}

func (c code) lineStart(offset int) int { return bytes.LastIndexByte(c.source[:offset], '\n') + 1 }

// wholeLines widens a selection to whole lines. A selection that ends at the start of a line does not touch it.
func (c code) wholeLines(from, to int) (int, int) {
	from = c.lineStart(from)
	if to > from && to > 0 && c.source[to-1] == '\n' {
		return from, to
	}
	if i := bytes.IndexByte(c.source[to:], '\n'); i >= 0 {
		return from, to + i + 1
	}
	return from, len(c.source)
}

func (c code) place(offset int) graph.Pos {
	start := c.lineStart(offset)
	return graph.Pos{Line: bytes.Count(c.source[:start], []byte{'\n'}) + 1, Column: utf8.RuneCount(c.source[start:offset]) + 1}
}

// functionAt is the function whose name stands at an offset.
func (c code) functionAt(offset int) *ts.Node {
	n := c.root.DescendantForByteRange(uint(offset), uint(offset+1))
	for n != nil && n.Kind() != "function_definition" {
		n = n.Parent()
	}
	return n
}

// children are the named children but comments.
func children(n *ts.Node) []*ts.Node {
	if n == nil {
		return nil
	}
	var out []*ts.Node
	for i := range n.NamedChildCount() {
		if child := n.NamedChild(i); child.Kind() != "comment" && child.Kind() != "line_continuation" {
			out = append(out, child)
		}
	}
	return out
}

func (c code) statements(body *ts.Node) []*ts.Node { return children(body) }

func (c code) isDoc(stmt *ts.Node) bool {
	inner := children(stmt)
	return stmt.Kind() == "expression_statement" && len(inner) == 1 && inner[0].Kind() == "string"
}

// each calls a function with a node and all below it, in the order of the text. It goes no deeper where the function says false.
func each(n *ts.Node, visit func(n *ts.Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	for _, child := range children(n) {
		each(child, visit)
	}
}

// isName reports whether an identifier is a name of its own: not that of an attribute, nor of an argument given by name.
func (c code) isName(n *ts.Node) bool {
	if n.Kind() != "identifier" {
		return false
	}
	parent := n.Parent()
	switch parent.Kind() {
	case "attribute":
		return parent.ChildByFieldName("attribute").Id() != n.Id()
	case "keyword_argument":
		return parent.ChildByFieldName("name").Id() != n.Id()
	}
	return true
}

func (c code) mentions(list []*ts.Node, name string) bool {
	found := false
	for _, stmt := range list {
		each(stmt, func(n *ts.Node) bool {
			found = found || c.isName(n) && c.text(n) == name
			return !found
		})
	}
	return found
}

// bound names something in statements that does not mean the same in another function, empty where there is nothing.
func (c code) bound(list []*ts.Node) string {
	what := ""
	for _, stmt := range list {
		each(stmt, func(n *ts.Node) bool {
			switch n.Kind() {
			case "function_definition", "lambda", "class_definition":
				return n.Kind() == "lambda"
			case "return_statement":
				what = "a return"
			case "yield", "await":
				what = "a " + n.Kind()
			case "global_statement", "nonlocal_statement":
				what = c.text(n)
			case "call":
				if f := n.ChildByFieldName("function"); f != nil && slices.Contains([]string{"locals", "vars", "exec", "eval", "dir"}, c.text(f)) {
					what = "a call of " + c.text(f)
				}
			case "attribute":
				if a := n.ChildByFieldName("attribute"); a != nil && slices.Contains([]string{"step_name", "pathspec", "task_id"}, c.text(a)) {
					what = c.text(n)
				}
			}
			return what == ""
		})
	}
	return what
}
