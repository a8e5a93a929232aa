package jsonfile

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
)

// maxDepth is how many arrays and objects may be inside one another, as in encoding/json.
const maxDepth = 10000

// Fault is the first place where a text is not JSON.
type Fault struct {
	Range   graph.Range
	Message string // one clause
}

// Parse reads JSON as encoding/json does. With a fault, the value is what was read up to there, nil where nothing was.
func Parse(file string, data []byte) (*graph.Value, *Fault) {
	return newReader(graph.Range{File: file, Start: graph.Pos{Line: 1, Column: 1}}, data).document()
}

// ParsePython reads JSON as Python's json module does. The text starts at a place of a file, the file's start or inside a
// string of the source.
func ParsePython(at graph.Range, data []byte) (*graph.Value, *Fault) {
	r := newReader(at, data)
	r.python = true
	if bad := r.invalidText(); bad != nil {
		return nil, bad
	}
	return r.document()
}

// reader walks over the text once. The place is kept along the way, so that long lines cost no more than short ones.
type reader struct {
	file   string
	data   []byte
	at     int
	pos    graph.Pos
	depth  int
	python bool
	fault  *Fault
}

func newReader(at graph.Range, data []byte) *reader {
	return &reader{file: at.File, data: data, pos: at.Start}
}

func (r *reader) document() (*graph.Value, *Fault) {
	r.space()
	v := r.value()
	if r.fault == nil {
		if r.space(); r.at < len(r.data) {
			r.fail("there is more text after the value")
		}
	}
	return v, r.fault
}

// step moves over n bytes.
func (r *reader) step(n int) {
	for range n {
		switch b := r.data[r.at]; {
		case b == '\n':
			r.pos = graph.Pos{Line: r.pos.Line + 1, Column: 1}
		case utf8.RuneStart(b):
			r.pos.Column++
		}
		r.at++
	}
}

func (r *reader) peek() byte {
	if r.at < len(r.data) {
		return r.data[r.at]
	}
	return 0
}

func (r *reader) space() {
	for r.at < len(r.data) && strings.IndexByte(" \t\r\n", r.data[r.at]) >= 0 {
		r.step(1)
	}
}

func (r *reader) from(start graph.Pos) graph.Range {
	return graph.Range{File: r.file, Start: start, End: r.pos}
}

// fail notes the first fault: the letter at the place, or the end of the text.
func (r *reader) fail(format string, args ...any) {
	if r.fault != nil {
		return
	}
	start, end := r.pos, r.pos
	if r.at < len(r.data) && r.data[r.at] != '\n' {
		end.Column++
	}
	r.fault = &Fault{graph.Range{File: r.file, Start: start, End: end}, fmt.Sprintf(format, args...)}
}

// expected fails for want of something.
func (r *reader) expected(what string) {
	switch {
	case r.at >= len(r.data):
		r.fail("the text ends where %s is expected", what)
	case r.data[r.at] == '\n':
		r.fail("%s is expected before the end of the line", what)
	default:
		c, _ := utf8.DecodeRune(r.data[r.at:])
		r.fail("%s is expected here, not %q", what, c)
	}
}

func (r *reader) value() *graph.Value {
	switch c := r.peek(); {
	case c == '{':
		return r.object()
	case c == '[':
		return r.array()
	case c == '"':
		start := r.pos
		text, inner, ok := r.text()
		if !ok {
			return nil
		}
		return &graph.Value{Kind: graph.StringKind, Range: r.from(start), Text: text, Inner: inner}
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	}
	return r.word()
}

// words are the values written as a name. Those of Python only come last.
var words = []struct {
	text   string
	kind   graph.ValueKind
	python bool
}{
	{"true", graph.BoolKind, false}, {"false", graph.BoolKind, false}, {"null", graph.NullKind, false},
	{"NaN", graph.NumberKind, true}, {"Infinity", graph.NumberKind, true}, {"-Infinity", graph.NumberKind, true},
}

func (r *reader) word() *graph.Value {
	for _, w := range words {
		if w.python && !r.python || !strings.HasPrefix(string(r.data[r.at:min(len(r.data), r.at+len(w.text))]), w.text) {
			continue
		}
		start := r.pos
		r.step(len(w.text))
		return &graph.Value{Kind: w.kind, Range: r.from(start), Text: w.text}
	}
	switch {
	case r.at == 0 && strings.HasPrefix(string(r.data[:min(3, len(r.data))]), "\ufeff"):
		r.fail("the text starts with a byte order mark")
	case r.peek() == '\'':
		r.fail("text is in double quotes in JSON")
	case r.peek() == '/' || r.peek() == '#':
		r.fail("JSON has no comments")
	default:
		r.expected("a value")
	}
	return nil
}

func (r *reader) number() *graph.Value {
	start, from, kind := r.pos, r.at, graph.IntegerKind
	if r.peek() == '-' {
		r.step(1)
		if r.python && r.peek() == 'I' {
			r.at, r.pos = from, start
			return r.word()
		}
	}
	if r.peek() == '0' {
		r.step(1)
		if c := r.peek(); c >= '0' && c <= '9' {
			r.fail("a number has no leading zeros in JSON")
			return nil
		}
	} else if !r.digits() {
		return nil
	}
	if r.peek() == '.' {
		r.step(1)
		if kind = graph.NumberKind; !r.digits() {
			return nil
		}
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		r.step(1)
		if c := r.peek(); c == '+' || c == '-' {
			r.step(1)
		}
		if kind = graph.NumberKind; !r.digits() {
			return nil
		}
	}
	return &graph.Value{Kind: kind, Range: r.from(start), Text: string(r.data[from:r.at])}
}

func (r *reader) digits() bool {
	from := r.at
	for c := r.peek(); c >= '0' && c <= '9'; c = r.peek() {
		r.step(1)
	}
	if r.at == from {
		r.expected("a digit")
	}
	return r.at > from
}
