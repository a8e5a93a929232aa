package jsonfile

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
)

// text reads a string in quotes. The range is that of what is between them, nothing where it holds escapes.
func (r *reader) text() (value string, inner graph.Range, ok bool) {
	opening := r.pos
	r.step(1)
	start, from, plain := r.pos, r.at, true
	var b strings.Builder
	for {
		switch c := r.peek(); {
		case r.at >= len(r.data), c == '\n':
			r.unclosed(opening)
			return "", graph.Range{}, false
		case c == '"':
			inner = r.from(start)
			if plain {
				b.Write(r.data[from:r.at])
			} else {
				inner = graph.Range{}
			}
			r.step(1)
			return b.String(), inner, true
		case c < ' ':
			r.fail("a control character in text is written with a backslash, as in \\t")
			return "", graph.Range{}, false
		case c == '\\':
			if plain {
				b.Write(r.data[from:r.at])
				plain = false
			}
			if !r.escape(&b) {
				return "", graph.Range{}, false
			}
		default:
			if !plain {
				b.WriteByte(c)
			}
			r.step(1)
		}
	}
}

// unclosed marks the text from its opening quote to the end of the line.
func (r *reader) unclosed(opening graph.Pos) {
	if r.fault == nil {
		r.fault = &Fault{r.from(opening), "the text has no closing quote"}
	}
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (r *reader) escape(b *strings.Builder) bool {
	if r.at+1 >= len(r.data) {
		r.step(1)
		r.expected("an escaped letter")
		return false
	}
	c := r.data[r.at+1]
	if plain, ok := escapes[c]; ok {
		b.WriteByte(plain)
		r.step(2)
		return true
	}
	if c != 'u' {
		r.fail("JSON has no such escape")
		return false
	}
	first, ok := r.unit(r.at)
	if !ok {
		r.fail("\\u needs four hexadecimal digits")
		return false
	}
	r.step(6)
	if utf16.IsSurrogate(first) {
		if second, ok := r.unit(r.at); ok {
			if both := utf16.DecodeRune(first, second); both != utf8.RuneError {
				first = both
				r.step(6)
			}
		}
	}
	b.WriteRune(first)
	return true
}

// unit reads \uXXXX.
func (r *reader) unit(at int) (rune, bool) {
	if at+6 > len(r.data) || r.data[at] != '\\' || r.data[at+1] != 'u' {
		return 0, false
	}
	for _, c := range r.data[at+2 : at+6] {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(string(r.data[at+2:at+6]), 16, 16)
	return rune(n), err == nil
}

// invalidText finds the first byte that is not UTF-8.
func (r *reader) invalidText() *Fault {
	if utf8.Valid(r.data) {
		return nil
	}
	probe := *r
	for probe.at < len(r.data) {
		c, size := utf8.DecodeRune(r.data[probe.at:])
		if c == utf8.RuneError && size == 1 {
			probe.fail("%s", fmt.Sprintf("the text is not UTF-8: it has the byte 0x%02x", r.data[probe.at]))
			return probe.fault
		}
		probe.step(size)
	}
	return nil
}
