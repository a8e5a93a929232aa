package python

import (
	"sort"
	"unicode/utf8"

	ts "github.com/tree-sitter/go-tree-sitter"

	"github.com/spindle-flow/spindle/engine/graph"
)

// file is one parsed source file.
type file struct {
	path  string
	text  []byte // decoded
	lines []int  // offset of each line's first byte
	ascii bool   // columns are bytes
	last  mark   // the place asked for last: the next one is mostly behind it, and lines may be very long
	lang  *language
	tree  *ts.Tree
	flat  bool           // the tree was made with the lines inside brackets joined
	walk  *ts.TreeCursor // for listing children
	// counts holds how often words stand in the text, as far as they were asked for.
	counts map[string]int
	room   []ts.Node // that children are listed in
	// targets are the expressions of decorators, by the decorators.
	targets map[uintptr]*ts.Node
	// fault is the first place that is not Python.
	fault *graph.Fault
}

// mark is an offset with its place.
type mark struct {
	offset int
	pos    graph.Pos
}

func (f *file) close() {
	if f.walk != nil {
		f.walk.Close()
	}
	if f.tree != nil {
		f.tree.Close()
	}
}

func (f *file) root() *ts.Node { return f.tree.RootNode() }

func (f *file) kind(n *ts.Node) string { return f.lang.kind(n) }

// is reports whether there is a node and it is of that kind.
func (f *file) is(n *ts.Node, kind string) bool { return n != nil && f.lang.kind(n) == kind }

// field returns a named part of a node. Broken source can lack any part, so that nil goes through all of these.
func (f *file) field(n *ts.Node, name string) *ts.Node {
	if n == nil {
		return nil
	}
	return n.ChildByFieldId(f.lang.fields[name])
}

func (f *file) source(n *ts.Node) string {
	if n == nil {
		return ""
	}
	start, end := n.ByteRange()
	return f.slice(int(start), int(end))
}

// slice guards against offsets beyond the text: the parser sees it with a final newline added.
func (f *file) slice(start, end int) string {
	end = min(end, len(f.text))
	return string(f.text[min(start, end):end])
}

// children lists the named children that mean something: no comments, no line continuations.
func (f *file) children(n *ts.Node) []*ts.Node {
	if n == nil {
		return nil
	}
	if f.room == nil {
		f.room = make([]ts.Node, 64)
	}
	if count, ok := childrenFast(n, f.room, f.lang.extras[0], f.lang.extras[1]); ok {
		nodes, out := append([]ts.Node(nil), f.room[:count]...), make([]*ts.Node, count)
		for i := range nodes {
			out[i] = &nodes[i]
		}
		return out
	}
	f.walk.Reset(*n)
	out := make([]*ts.Node, 0, n.NamedChildCount())
	for ok := f.walk.GotoFirstChild(); ok; ok = f.walk.GotoNextSibling() {
		c := f.walk.Node()
		if !c.IsNamed() {
			continue
		}
		if c.IsExtra() {
			if k := f.kind(c); k == "comment" || k == "line_continuation" {
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// unwrap removes parentheses around an expression.
func (f *file) unwrap(n *ts.Node) *ts.Node {
	for f.is(n, "parenthesized_expression") {
		inner := f.children(n)
		if len(inner) != 1 {
			break
		}
		n = inner[0]
	}
	return n
}

func (f *file) span(n *ts.Node) graph.Range {
	if n == nil {
		return fileStart(f.path)
	}
	start, end := n.ByteRange()
	return f.between(int(start), int(end))
}

func (f *file) between(start, end int) graph.Range {
	return graph.Range{File: f.path, Start: f.pos(start), End: f.pos(end)}
}

func (f *file) pos(offset int) graph.Pos {
	offset = max(0, min(offset, len(f.text)))
	line := sort.SearchInts(f.lines, offset+1)
	start := f.lines[line-1]
	if f.ascii {
		return graph.Pos{Line: line, Column: offset - start + 1}
	}
	column := 1
	if f.last.pos.Line == line && f.last.offset <= offset {
		start, column = f.last.offset, f.last.pos.Column
	}
	at := graph.Pos{Line: line, Column: column + utf8.RuneCount(f.text[start:offset])}
	f.last = mark{offset, at}
	return at
}

// lineOf is the line of an offset, from 1.
func (f *file) lineOf(offset uint) int { return sort.SearchInts(f.lines, int(offset)+1) }

func isASCII(text []byte) bool {
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func lineStarts(text []byte) []int {
	starts := []int{0}
	for i, b := range text {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}
