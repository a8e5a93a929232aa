// Package position converts between the three ways of counting a place in a text: offsets in bytes, graph positions (lines and Unicode code
// points, from 1), and the positions of the protocol (lines and code units of the negotiated encoding, from 0).
//
// A line ends at \n, \r\n or \r alone, for the protocol as for the reader of Python. A byte order mark at the start of a text counts in
// the protocol, as the editor counts it, and not in graph positions, as the reader takes it away. Places that a text does not have are moved to the
// nearest one it has: the protocol asks for that beyond the end of a line, and editors ask for more.
package position

import (
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Encoding is the unit that the protocol's characters count.
type Encoding int

// The encodings; UTF-16 holds where nothing was negotiated.
const (
	UTF16 Encoding = iota
	UTF8
	UTF32
)

// Negotiate picks the encoding out of those a client offers: the cheapest one for us.
func Negotiate(offered []protocol.PositionEncodingKind) Encoding {
	best := UTF16
	for _, kind := range offered {
		switch kind {
		case protocol.PositionEncodingKindUTF8:
			return UTF8
		case protocol.PositionEncodingKindUTF32:
			best = UTF32
		}
	}
	return best
}

// Kind is the protocol's name for an encoding.
func (e Encoding) Kind() protocol.PositionEncodingKind {
	switch e {
	case UTF8:
		return protocol.PositionEncodingKindUTF8
	case UTF32:
		return protocol.PositionEncodingKindUTF32
	}
	return protocol.PositionEncodingKindUTF16
}

// units is how many characters a code point counts for; size is its length in bytes.
func (e Encoding) units(r rune, size int) int {
	switch e {
	case UTF8:
		return size
	case UTF32:
		return 1
	}
	if r == utf8.RuneError {
		return 1
	}
	return utf16.RuneLen(r)
}

const mark = "\ufeff"

// Map converts positions in one text. It does not change and is safe for concurrent use.
type Map struct {
	text     string
	encoding Encoding
	starts   []int // offset of each line's first byte
	ascii    bool  // bytes, code points and code units are the same
}

// NewMap returns the map of a text.
func NewMap(text string, encoding Encoding) *Map {
	lines := strings.Count(text, "\n")
	if strings.IndexByte(text, '\r') >= 0 {
		lines += strings.Count(text, "\r")
	}
	m := &Map{text: text, encoding: encoding, starts: make([]int, 1, lines+1), ascii: true}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			m.ascii = false
		case c == '\n', c == '\r' && (i+1 == len(text) || text[i+1] != '\n'):
			m.starts = append(m.starts, i+1)
		}
	}
	return m
}

// Text is the text the map is of.
func (m *Map) Text() string { return m.text }

// Lines is how many lines the text has; one more than it has line ends.
func (m *Map) Lines() int { return len(m.starts) }

// line returns where a line starts and where its text ends, before the line end.
func (m *Map) line(n int) (start, end int) {
	start, end = m.starts[n], len(m.text)
	if n+1 < len(m.starts) {
		end = m.starts[n+1] - 1
		if end > start && m.text[end] == '\n' && m.text[end-1] == '\r' {
			end--
		}
	}
	return start, end
}

// Line is the text of a line, counted from 0, without its end; empty for a line there is not.
func (m *Map) Line(n int) string {
	if n < 0 || n >= len(m.starts) {
		return ""
	}
	start, end := m.line(n)
	return m.text[start:end]
}

// lineOf is the line that an offset is on, from 0.
func (m *Map) lineOf(offset int) int { return sort.SearchInts(m.starts, offset+1) - 1 }

func (m *Map) clamp(offset int) int { return max(0, min(offset, len(m.text))) }

// Offset is the offset of a position. A position inside a code point is moved to its start.
func (m *Map) Offset(p protocol.Position) int {
	if int64(p.Line) >= int64(len(m.starts)) {
		return len(m.text)
	}
	start, end := m.line(int(p.Line))
	if m.ascii {
		return int(min(int64(start)+int64(p.Character), int64(end)))
	}
	left := int64(p.Character)
	for i, r := range m.text[start:end] {
		left -= int64(m.encoding.units(r, width(m.text[start+i:])))
		if left < 0 {
			return start + i
		}
	}
	return end
}

// width is the length of the first code point in bytes, 1 for a byte that is none.
func width(text string) int {
	_, size := utf8.DecodeRuneInString(text)
	return size
}

// Position is the position of an offset. One inside a line end is the line's end.
func (m *Map) Position(offset int) protocol.Position {
	offset = m.clamp(offset)
	n := m.lineOf(offset)
	start, end := m.line(n)
	offset = min(offset, end)
	if m.ascii {
		return protocol.Position{Line: uint32(n), Character: uint32(offset - start)}
	}
	units := 0
	for i, r := range m.text[start:offset] {
		units += m.encoding.units(r, width(m.text[start+i:offset]))
	}
	return protocol.Position{Line: uint32(n), Character: uint32(units)}
}

// body is a line without the byte order mark.
func (m *Map) body(n int) (start, end int) {
	start, end = m.line(n)
	if n == 0 && strings.HasPrefix(m.text, mark) {
		start += len(mark)
	}
	return start, end
}

// GraphOffset is the offset of a graph position.
func (m *Map) GraphOffset(p graph.Pos) int {
	if p.Line < 1 {
		return 0
	}
	if p.Line > len(m.starts) {
		return len(m.text)
	}
	start, end := m.body(p.Line - 1)
	if m.ascii {
		return min(start+max(p.Column-1, 0), end)
	}
	column := 1
	for i := range m.text[start:end] {
		if column >= p.Column {
			return start + i
		}
		column++
	}
	return end
}

// GraphPos is the graph position of an offset.
func (m *Map) GraphPos(offset int) graph.Pos {
	offset = m.clamp(offset)
	n := m.lineOf(offset)
	start, end := m.body(n)
	offset = max(start, min(offset, end))
	if m.ascii {
		return graph.Pos{Line: n + 1, Column: offset - start + 1}
	}
	return graph.Pos{Line: n + 1, Column: utf8.RuneCountInString(m.text[start:offset]) + 1}
}

// FromGraph is the protocol's position for a graph position.
func (m *Map) FromGraph(p graph.Pos) protocol.Position { return m.Position(m.GraphOffset(p)) }

// ToGraph is the graph position for one of the protocol's.
func (m *Map) ToGraph(p protocol.Position) graph.Pos { return m.GraphPos(m.Offset(p)) }

// Range is the protocol's range for a graph range of this text.
func (m *Map) Range(r graph.Range) protocol.Range {
	return protocol.Range{Start: m.FromGraph(r.Start), End: m.FromGraph(r.End)}
}

// Offsets are the two ends of a range of the protocol, in order.
func (m *Map) Offsets(r protocol.Range) (start, end int) {
	start, end = m.Offset(r.Start), m.Offset(r.End)
	return min(start, end), max(start, end)
}

// Replace is the text with a range of it replaced.
func (m *Map) Replace(r protocol.Range, text string) string {
	start, end := m.Offsets(r)
	return m.text[:start] + text + m.text[end:]
}
