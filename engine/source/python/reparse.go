package python

import (
	"bytes"
	"context"
	"sort"
	"unicode/utf8"

	ts "github.com/tree-sitter/go-tree-sitter"
)

// reparse makes the tree with the help of an older version of the file, nil where that can't be done or where the result might not
// be what parsing from scratch gives: the parser mends broken text differently depending on what it has seen before.
func (f *file) reparse(ctx context.Context, old *Parsed) *ts.Tree {
	if old == nil {
		return nil
	}
	base := old.base()
	if base == nil {
		return nil
	}
	defer base.close()
	edit := difference(base.text, f.text, base.lines, f.lines)
	base.tree.Edit(edit)
	tree, err := f.parse(ctx, f.text, base.tree)
	if err != nil {
		return nil
	}
	if tree.RootNode().HasError() {
		tree.Close()
		return nil
	}
	if nodes := base.kept.made(); nodes != nil {
		f.nodes = flatten(tree.RootNode(), f.lang, unchanged(nodes, edit, base.tree.ChangedRanges(tree)))
	}
	return tree
}

// unchanged tells which nodes of an older tree are in the new one too.
func unchanged(nodes []flatNode, edit *ts.InputEdit, changed []ts.Range) older {
	o := older{nodes: nodes, lo: edit.StartByte, hi: edit.NewEndByte, shift: int(edit.NewEndByte) - int(edit.OldEndByte)}
	for _, r := range changed {
		o.lo, o.hi = min(o.lo, r.StartByte), max(o.hi, r.EndByte)
	}
	return o
}

// difference is the one stretch of a text outside of which nothing changed.
func difference(old, text []byte, oldLines, lines []int) *ts.InputEdit {
	old, text = terminated(old), terminated(text)
	shorter := min(len(old), len(text))
	start := commonPrefix(old, text)
	for start > 0 && start < shorter && !utf8.RuneStart(text[start]) {
		start--
	}
	tail := commonSuffix(old[start:], text[start:])
	for tail > 0 && !utf8.RuneStart(text[len(text)-tail]) {
		tail--
	}
	return &ts.InputEdit{
		StartByte: uint(start), OldEndByte: uint(len(old) - tail), NewEndByte: uint(len(text) - tail),
		StartPosition:  pointAt(text, lines, start),
		OldEndPosition: pointAt(old, oldLines, len(old)-tail), NewEndPosition: pointAt(text, lines, len(text)-tail),
	}
}

// pointAt is where an offset stands in a terminated text, with the line starts of the text as it was before.
func pointAt(text []byte, lines []int, offset int) ts.Point {
	if last := len(lines) - 1; offset == len(text) && lines[last] != offset {
		return ts.NewPoint(uint(last+1), 0)
	}
	line := sort.SearchInts(lines, offset+1) - 1
	return ts.NewPoint(uint(line), uint(offset-lines[line]))
}

// stride is how many bytes are compared at once.
const stride = 256

func commonPrefix(a, b []byte) int {
	n, i := min(len(a), len(b)), 0
	for i+stride <= n && bytes.Equal(a[i:i+stride], b[i:i+stride]) {
		i += stride
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

func commonSuffix(a, b []byte) int {
	n, i := min(len(a), len(b)), 0
	for i+stride <= n && bytes.Equal(a[len(a)-i-stride:len(a)-i], b[len(b)-i-stride:len(b)-i]) {
		i += stride
	}
	for i < n && a[len(a)-i-1] == b[len(b)-i-1] {
		i++
	}
	return i
}
