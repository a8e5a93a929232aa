package artifact

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// appendString appends s as Python's json.dumps writes it: ASCII only, and nothing escaped that need not be.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	unit := func(b []byte, u uint16) []byte {
		return append(b, '\\', 'u', hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15])
	}
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '\b':
			b = append(b, '\\', 'b')
		case r == '\f':
			b = append(b, '\\', 'f')
		case r < 0x20 || r >= 0x7f && r <= 0xffff:
			b = unit(b, uint16(r))
		case r >= utf8.RuneSelf:
			high, low := utf16.EncodeRune(r)
			b = unit(unit(b, uint16(high)), uint16(low))
		default:
			b = append(b, byte(r))
		}
	}
	return append(b, '"')
}

// appendSeconds appends a time as Python writes a float: with a point.
func appendSeconds(b []byte, seconds float64) []byte {
	text := strconv.FormatFloat(seconds, 'f', -1, 64)
	b = append(b, text...)
	if !strings.Contains(text, ".") {
		b = append(b, ".0"...)
	}
	return b
}

func appendBool(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }
