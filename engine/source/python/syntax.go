package python

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	ts "github.com/tree-sitter/go-tree-sitter"

	"github.com/spindle-flow/spindle/engine/graph"
)

// syntaxFault returns the first place where the text is not Python, nil if it all is.
func (f *file) syntaxFault() *graph.Fault {
	scan := scanTokens(f.text, false)
	indent, line := scan.indent, scan.line
	if scan.problem != "" {
		indent, line = indentFault{}, lineFault{}
	}
	if indent.message != "" && (line.message == "" || indent.offset < line.start) {
		line = lineFault{}
	}
	if !f.tree.RootNode().HasError() {
		switch {
		case line.message != "" && !line.colon:
			return f.faultAt(line.start, line.end, line.message)
		case indent.message != "":
			return f.faultAt(indent.offset, indent.offset+1, indent.message)
		}
		return f.oldStatement()
	}
	bad := f.firstError()
	start, end := bad.ByteRange()
	switch {
	case scan.problem != "":
		return f.faultAt(scan.offset, scan.offset+1, scan.problem)
	case line.message != "" && f.lineOf(uint(line.start)) <= f.lineOf(end):
		return f.faultAt(line.start, line.end, line.message)
	case indent.message != "" && f.lineOf(uint(indent.offset)) <= f.lineOf(start):
		return f.faultAt(indent.offset, indent.offset+1, indent.message)
	case bad.IsMissing():
		return f.missing(int(start), bad.Kind())
	}
	return f.invalid(int(start), int(end))
}

func (f *file) faultAt(start, end int, message string) *graph.Fault {
	start = min(start, len(f.text))
	end = min(max(end, start), len(f.text))
	for end < len(f.text) && !utf8.RuneStart(f.text[end]) {
		end++
	}
	r := f.between(start, end)
	if r.Start.Line != r.End.Line { // a caret marks one line
		lineEnd := f.lines[r.Start.Line] - 1
		r = f.between(start, max(start, lineEnd))
	}
	return &graph.Fault{Kind: graph.FaultSyntax, Range: r, Message: message}
}

// firstError descends to the first error or missing token.
func (f *file) firstError() *ts.Node {
	n := f.tree.RootNode()
	for {
		next := firstErrorChild(n)
		if next == nil {
			return n
		}
		n = next
	}
}

func firstErrorChild(n *ts.Node) *ts.Node {
	c := n.Walk()
	defer c.Close()
	for ok := c.GotoFirstChild(); ok; ok = c.GotoNextSibling() {
		if child := c.Node(); child.IsError() || child.IsMissing() || child.HasError() {
			return child
		}
	}
	return nil
}

func (f *file) missing(at int, kind string) *graph.Fault {
	for at > 0 && (at >= len(f.text) || isSpace(f.text[at-1])) && isSpace(f.text[at-1]) {
		at--
	}
	switch kind {
	case "_newline":
		return f.invalid(at, at+1)
	case "_indent", "block", "_dedent":
		return f.faultAt(at, at+1, "expected an indented block")
	case "identifier":
		return f.faultAt(at, at+1, "expected a name")
	}
	return f.faultAt(at, at+1, fmt.Sprintf("expected %q", strings.Trim(kind, `"`)))
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\f' }

// invalid reports an error node.
func (f *file) invalid(start, end int) *graph.Fault {
	for start < end && start < len(f.text) && isSpace(f.text[start]) {
		start++
	}
	if start >= len(f.text) {
		return f.faultAt(len(f.text), len(f.text), "unexpected end of the file")
	}
	if at := f.missingColon(start); at > 0 {
		return f.faultAt(at, at+1, `expected ":"`)
	}
	return f.faultAt(start, end, "invalid syntax")
}

var blockStart = regexp.MustCompile(`^[ \t]*(?:async[ \t]+)?(?:def|class|if|elif|else|for|while|with|try|except|finally)\b[^#\n]*`)

// missingColon returns the end of the line that an error starts in, if the line starts a block and has no colon at its end, else 0.
func (f *file) missingColon(offset int) int {
	start := f.lines[f.lineOf(uint(offset))-1]
	m := blockStart.FindIndex(f.text[start:])
	if m == nil {
		return 0
	}
	code := bytes.TrimRight(f.text[start:start+m[1]], " \t")
	if bytes.ContainsAny(code, `:"'\`) {
		return 0
	}
	return start + len(code)
}

// oldPrint finds lines that may hold a print or exec statement, which the grammar takes and Python 3 does not.
var oldPrint = regexp.MustCompile(`(?m)(?:^|[;:])[ \t]*(print|exec)[ ]+["'\w]`)

func (f *file) oldStatement() *graph.Fault {
	if !bytes.Contains(f.text, []byte("print ")) && !bytes.Contains(f.text, []byte("exec ")) {
		return nil // the usual case, and the expression below is slow
	}
	for _, m := range oldPrint.FindAllSubmatchIndex(f.text, 1000) {
		start, end := m[2], m[3]
		leaf := f.tree.RootNode().DescendantForByteRange(uint(start), uint(end))
		if leaf == nil || leaf.StartByte() != uint(start) {
			continue
		}
		n := leaf.Parent()
		word := string(f.text[start:end])
		if n != nil && n.Kind() == word+"_statement" && !f.chevron(n) {
			return f.faultAt(start, end, fmt.Sprintf("%s is a function in Python 3: its arguments need parentheses", word))
		}
	}
	return nil
}

// chevron reports whether a print statement is of the form print >>file, which is an expression in Python 3.
func (f *file) chevron(n *ts.Node) bool {
	first := n.NamedChild(0)
	return first != nil && first.Kind() == "chevron"
}
