// Package pyvalue writes plain Python values as Python would print them.
//
// It knows what engine/artifact/plain decodes. Where the text would depend on more than the value, as the order of a dict's keys, it says that it
// cannot, and the value is left to Python.
package pyvalue

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/artifact/plain"
)

// Str is str(value) in Python.
func Str(value any) (text string, ok bool) {
	if s, is := value.(string); is {
		return s, utf8.ValidString(s)
	}
	var b strings.Builder
	ok = repr(&b, value)
	return b.String(), ok
}

// JSON is the value as encoding/json writes it.
func JSON(value any) (out any, ok bool) {
	switch v := value.(type) {
	case nil, bool, int64, *big.Int:
		return v, true
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	case string:
		return v, utf8.ValidString(v)
	case []any:
		return list(v)
	case plain.Tuple:
		return list(v)
	case map[any]any:
		object := make(map[string]any, len(v))
		for key, item := range v {
			name, isText := key.(string)
			if object[name], ok = JSON(item); !ok || !isText {
				return nil, false
			}
		}
		return object, true
	default:
		return nil, false
	}
}

func list(items []any) (any, bool) {
	out := make([]any, len(items))
	for i, item := range items {
		var ok bool
		if out[i], ok = JSON(item); !ok {
			return nil, false
		}
	}
	return out, true
}

func repr(b *strings.Builder, value any) bool {
	switch v := value.(type) {
	case nil:
		b.WriteString("None")
	case bool:
		if v {
			b.WriteString("True")
		} else {
			b.WriteString("False")
		}
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case *big.Int:
		b.WriteString(v.String())
	case float64:
		b.WriteString(float(v))
	case string:
		return quote(b, v)
	case plain.Bytes:
		quoteBytes(b, string(v))
	case []any:
		return sequence(b, v, "[", "]")
	case plain.Tuple:
		if len(v) == 1 {
			return sequence(b, v, "(", ",)")
		}
		return sequence(b, v, "(", ")")
	case map[any]any:
		return dict(b, v)
	default:
		return false
	}
	return true
}

func sequence(b *strings.Builder, items []any, left, right string) bool {
	b.WriteString(left)
	for i, item := range items {
		if i > 0 {
			b.WriteString(", ")
		}
		if !repr(b, item) {
			return false
		}
	}
	b.WriteString(right)
	return true
}

// dict writes a dict of at most one key: the order of more is lost.
func dict(b *strings.Builder, d map[any]any) bool {
	if len(d) > 1 {
		return false
	}
	b.WriteByte('{')
	for key, item := range d {
		if !repr(b, key) {
			return false
		}
		b.WriteString(": ")
		if !repr(b, item) {
			return false
		}
	}
	b.WriteByte('}')
	return true
}

// float writes the shortest text that reads back as the same number, with an exponent where Python has one.
func float(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	if size := math.Abs(f); size != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// quote writes a string literal: in double quotes only when it holds single ones and no double ones.
func quote(b *strings.Builder, s string) bool {
	if !utf8.ValidString(s) {
		return false // lone surrogates
	}
	mark := mark(s)
	b.WriteByte(mark)
	for _, r := range s {
		switch {
		case r == rune(mark) || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n', r == '\t', r == '\r':
			control(b, r)
		case r >= 0x80 && !unicode.IsPrint(r):
			// What is printable differs with the version of Unicode, so we do not decide it for Python.
			return false
		case r < 0x20 || r == 0x7f:
			hexByte(b, byte(r))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte(mark)
	return true
}

func quoteBytes(b *strings.Builder, s string) {
	mark := mark(s)
	b.WriteByte('b')
	b.WriteByte(mark)
	for i := range len(s) {
		switch c := s[i]; {
		case c == mark || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n', c == '\t', c == '\r':
			control(b, rune(c))
		case c < 0x20 || c >= 0x7f:
			hexByte(b, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(mark)
}

func mark(s string) byte {
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return '"'
	}
	return '\''
}

func control(b *strings.Builder, r rune) {
	b.WriteByte('\\')
	b.WriteByte(map[rune]byte{'\n': 'n', '\t': 't', '\r': 'r'}[r])
}

func hexByte(b *strings.Builder, c byte) {
	const digits = "0123456789abcdef"
	b.WriteString(`\x`)
	b.WriteByte(digits[c>>4])
	b.WriteByte(digits[c&15])
}
