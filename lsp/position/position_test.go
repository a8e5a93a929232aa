package position_test

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"go.lsp.dev/protocol"
	"pgregory.net/rapid"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/lsp/position"
)

var encodings = map[string]position.Encoding{"utf-8": position.UTF8, "utf-16": position.UTF16, "utf-32": position.UTF32}

func at(line, character uint32) protocol.Position {
	return protocol.Position{Line: line, Character: character}
}

func TestOffset(t *testing.T) {
	t.Parallel()
	const text = "\ufeffé😀b\r\n\tx\ry\n\nend"
	cases := []struct {
		name               string
		offset             int
		utf8, utf16, utf32 protocol.Position
		line, column       int
		onlyFrom           bool // the offset is not what the position leads back to
	}{
		{"start", 0, at(0, 0), at(0, 0), at(0, 0), 1, 1, false},
		{"after the mark", 3, at(0, 3), at(0, 1), at(0, 1), 1, 1, false},
		{"after é", 5, at(0, 5), at(0, 2), at(0, 2), 1, 2, false},
		{"after the surrogates", 9, at(0, 9), at(0, 4), at(0, 3), 1, 3, false},
		{"before the line end", 10, at(0, 10), at(0, 5), at(0, 4), 1, 4, false},
		{"inside the line end", 11, at(0, 10), at(0, 5), at(0, 4), 1, 4, true},
		{"second line", 12, at(1, 0), at(1, 0), at(1, 0), 2, 1, false},
		{"after the tab", 13, at(1, 1), at(1, 1), at(1, 1), 2, 2, false},
		{"after a lone return", 15, at(2, 0), at(2, 0), at(2, 0), 3, 1, false},
		{"empty line", 17, at(3, 0), at(3, 0), at(3, 0), 4, 1, false},
		{"last line", 18, at(4, 0), at(4, 0), at(4, 0), 5, 1, false},
		{"end", 21, at(4, 3), at(4, 3), at(4, 3), 5, 4, false},
		{"beyond the end", 99, at(4, 3), at(4, 3), at(4, 3), 5, 4, true},
	}
	for _, c := range cases {
		for name, want := range map[string]protocol.Position{"utf-8": c.utf8, "utf-16": c.utf16, "utf-32": c.utf32} {
			m := position.NewMap(text, encodings[name])
			if got := m.Position(c.offset); got != want {
				t.Errorf("%s, %s: position of %d is %v, want %v", c.name, name, c.offset, got, want)
			}
			if got := m.Offset(want); got != c.offset && !c.onlyFrom {
				t.Errorf("%s, %s: offset of %v is %d, want %d", c.name, name, want, got, c.offset)
			}
			pos := graph.Pos{Line: c.line, Column: c.column}
			if got := m.GraphPos(c.offset); got != pos {
				t.Errorf("%s, %s: graph position of %d is %v, want %v", c.name, name, c.offset, got, pos)
			}
		}
	}
}

func TestOffsetOutside(t *testing.T) {
	t.Parallel()
	const text = "ab\nc😀d\n"
	cases := []struct {
		at   protocol.Position
		want int
	}{
		{at(0, 2), 2}, {at(0, 3), 2}, {at(0, 4294967295), 2}, {at(1, 2), 4}, {at(1, 99), 9}, {at(2, 0), 10}, {at(2, 5), 10}, {at(3, 0), 10},
		{at(4294967295, 4294967295), 10},
	}
	m := position.NewMap(text, position.UTF16)
	for _, c := range cases {
		if got := m.Offset(c.at); got != c.want {
			t.Errorf("offset of %v is %d, want %d", c.at, got, c.want)
		}
	}
	for _, p := range []graph.Pos{{}, {Line: -1, Column: -1}, {Line: 0, Column: 5}} {
		if got := m.GraphOffset(p); got != 0 {
			t.Errorf("graph offset of %v is %d, want 0", p, got)
		}
	}
	if got := m.GraphOffset(graph.Pos{Line: 1, Column: 99}); got != 2 {
		t.Errorf("a column beyond the line is at %d, want 2", got)
	}
	if got := m.GraphOffset(graph.Pos{Line: 99, Column: 1}); got != len(text) {
		t.Errorf("a line beyond the text is at %d, want %d", got, len(text))
	}
	if got := m.Replace(protocol.Range{Start: at(1, 3), End: at(1, 1)}, "x"); got != "ab\ncxd\n" {
		t.Errorf("a range given backwards gives %q", got)
	}
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	cases := []struct{ offered, want string }{
		{"", "utf-16"}, {"utf-16", "utf-16"}, {"utf-16 utf-32", "utf-32"}, {"utf-16 utf-8 utf-32", "utf-8"}, {"utf-7", "utf-16"},
	}
	for _, c := range cases {
		var offered []protocol.PositionEncodingKind
		for _, name := range strings.Fields(c.offered) {
			offered = append(offered, protocol.PositionEncodingKind(name))
		}
		if got := position.Negotiate(offered).Kind(); string(got) != c.want {
			t.Errorf("of %q it takes %q, want %q", c.offered, got, c.want)
		}
	}
}

func texts() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{"a", "é", "😀", "\t", "\n", "\r", "\r\n", "\ufeff", "\u2028", "\x00", " ", "\U0010ffff", "語", "\xff"})
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "") })
}

// TestConversions holds the map against counting by the definitions.
func TestConversions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := texts().Draw(t, "text")
		name := rapid.SampledFrom([]string{"utf-8", "utf-16", "utf-32"}).Draw(t, "encoding")
		m := position.NewMap(text, encodings[name])
		for offset := range len(text) + 1 {
			if offset < len(text) && !utf8.RuneStart(text[offset]) || offset > 0 && offset < len(text) && text[offset-1:offset+1] == "\r\n" {
				continue
			}
			p := m.Position(offset)
			if back := m.Offset(p); back != offset {
				t.Fatalf("offset %d of %q is at %v, which is offset %d", offset, text, p, back)
			}
			line, start := lineOf(text, offset)
			if want := at(uint32(line), uint32(count(name, text[start:offset]))); p != want {
				t.Fatalf("offset %d of %q is at %v, want %v", offset, text, p, want)
			}
		}
	})
}

func lineOf(text string, offset int) (line, start int) {
	for i := 0; i < offset; i++ {
		if text[i] == '\n' || text[i] == '\r' && text[i:min(i+2, len(text))] != "\r\n" {
			line, start = line+1, i+1
		}
	}
	return line, start
}

func count(encoding, text string) int {
	switch encoding {
	case "utf-8":
		return len(text)
	case "utf-16":
		return len(utf16.Encode([]rune(text)))
	}
	return utf8.RuneCountInString(text)
}

// TestGraphPositions holds graph positions against those in the text that the reader of Python sees.
func TestGraphPositions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := strings.ToValidUTF8(texts().Draw(t, "text"), "?")
		m := position.NewMap(text, position.UTF16)
		seen := position.NewMap(python.Text([]byte(text)), position.UTF16)
		if m.Lines() != seen.Lines() {
			t.Fatalf("%q has %d lines, the reader sees %d", text, m.Lines(), seen.Lines())
		}
		for offset := range len(seen.Text()) + 1 {
			if !utf8.RuneStart((seen.Text() + " ")[offset]) {
				continue
			}
			p := seen.GraphPos(offset)
			if back := m.GraphPos(m.GraphOffset(p)); back != p {
				t.Fatalf("%v in %q becomes %v", p, text, back)
			}
		}
	})
}
