package python

import (
	"bytes"
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
	near  int    // the line asked for last
	last  mark   // the place asked for last: the next one is mostly behind it, and lines may be very long
	lang  *language
	tree  *ts.Tree
	flat  bool       // the tree was made with the lines inside brackets joined
	nodes []flatNode // the tree's copy, made when it is first asked for
	kept  *flatCopy  // where the copy is kept, nil for a file that is read once
	whole string     // the text, made when a piece of it is first asked for
	piece piece      // where pieces are cut from instead, where they may live longer than the file
	// memory is what earlier readings of the file have left, nil for a file that nobody edits.
	memory *memory
	// counts holds how often words stand in the text, as far as they were asked for.
	counts map[string]int
	// fault is the first place that is not Python.
	fault *graph.Fault
}

// piece is a copy of a stretch of the text.
type piece struct {
	start int
	text  string
}

// cut lets pieces of the text be cut from a copy of a stretch of it, until the function returned is called.
func (f *file) cut(start int, text string) (done func()) {
	f.piece = piece{start, text}
	return func() { f.piece = piece{} }
}

// mark is an offset with its place.
type mark struct {
	offset int
	pos    graph.Pos
}

func (f *file) close() {
	if f.tree != nil {
		f.tree.Close()
	}
}

// root is the root of the flat tree.
func (f *file) root() *flatNode {
	if f.nodes == nil {
		f.nodes = f.kept.nodesOf(f)
	}
	return &f.nodes[0]
}

func (f *file) kind(n *flatNode) string {
	if n == nil {
		return ""
	}
	return f.lang.kind(n.kind)
}

// is reports whether there is a node and it is of that kind.
func (f *file) is(n *flatNode, kind string) bool { return n != nil && f.lang.kind(n.kind) == kind }

// field returns a named part of a node. Broken source can lack any part, so that nil goes through all of these.
func (f *file) field(n *flatNode, which field) *flatNode {
	if n == nil {
		return nil
	}
	want := f.lang.parts[which]
	for at, end := n.self+1, n.self+n.size; at < end; at += f.nodes[at].size {
		if f.nodes[at].field == want {
			return &f.nodes[at]
		}
	}
	return nil
}

// operator is the operator of an arithmetic expression.
func (f *file) operator(n *flatNode) string {
	if n == nil || n.operator == 0 {
		return ""
	}
	return f.lang.kind(n.operator)
}

func (f *file) parent(n *flatNode) *flatNode {
	if n.parent < 0 {
		return nil
	}
	return &f.nodes[n.parent]
}

func (f *file) source(n *flatNode) string {
	if n == nil {
		return ""
	}
	return f.slice(int(n.start), int(n.end))
}

// slice guards against offsets beyond the text: the parser sees it with a final newline added.
func (f *file) slice(start, end int) string {
	if p := &f.piece; start >= p.start && end <= p.start+len(p.text) && start <= end {
		return p.text[start-p.start : end-p.start]
	}
	if f.whole == "" && len(f.text) > 0 {
		f.whole = string(f.text)
	}
	end = min(end, len(f.whole))
	return f.whole[min(start, end):end]
}

// children lists the named children that mean something: no comments, no line continuations.
func (f *file) children(n *flatNode) []*flatNode {
	if n == nil || n.size == 1 {
		return nil
	}
	count, end := 0, n.self+n.size
	for at := n.self + 1; at < end; at += f.nodes[at].size {
		count++
	}
	out := make([]*flatNode, 0, count)
	for at := n.self + 1; at < end; at += f.nodes[at].size {
		out = append(out, &f.nodes[at])
	}
	return out
}

// only is the child of a node that has no other.
func (f *file) only(n *flatNode) *flatNode {
	if n == nil || n.size == 1 || f.nodes[n.self+1].size != n.size-1 {
		return nil
	}
	return &f.nodes[n.self+1]
}

// first is the first child of a node.
func (f *file) first(n *flatNode) *flatNode {
	if n == nil || n.size == 1 {
		return nil
	}
	return &f.nodes[n.self+1]
}

func (f *file) lastChild(n *flatNode) *flatNode {
	last := f.first(n)
	if last == nil {
		return nil
	}
	for end := n.self + n.size; last.self+last.size < end; {
		last = &f.nodes[last.self+last.size]
	}
	return last
}

// unwrap removes parentheses around an expression.
func (f *file) unwrap(n *flatNode) *flatNode {
	for f.is(n, "parenthesized_expression") {
		inner := f.only(n)
		if inner == nil {
			break
		}
		n = inner
	}
	return n
}

func (f *file) span(n *flatNode) graph.Range {
	if n == nil {
		return fileStart(f.path)
	}
	return f.between(int(n.start), int(n.end))
}

func (f *file) between(start, end int) graph.Range {
	return graph.Range{File: f.path, Start: f.pos(start), End: f.pos(end)}
}

func (f *file) pos(offset int) graph.Pos {
	offset = max(0, min(offset, len(f.text)))
	line := f.line(offset)
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

// line is the line of an offset, from 1. The next place asked for is mostly on the same line or the one behind it.
func (f *file) line(offset int) int {
	for line := f.near; line > 0 && line <= f.near+2 && line <= len(f.lines) && f.lines[line-1] <= offset; line++ {
		if line == len(f.lines) || offset < f.lines[line] {
			f.near = line
			return line
		}
	}
	f.near = sort.SearchInts(f.lines, offset+1)
	return f.near
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
	starts := make([]int, 1, bytes.Count(text, []byte{'\n'})+1)
	for at := 0; ; {
		n := bytes.IndexByte(text[at:], '\n')
		if n < 0 {
			return starts
		}
		at += n + 1
		starts = append(starts, at)
	}
}
