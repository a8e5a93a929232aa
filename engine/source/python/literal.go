package python

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// stringValue returns the value of a string literal or of adjacent ones; ok is false for anything else, for f-strings and bytes.
func (f *file) stringValue(n *flatNode) (value string, ok bool) {
	n = f.unwrap(n)
	switch {
	case f.is(n, "string"):
		return f.oneString(n)
	case f.is(n, "concatenated_string"):
		var b strings.Builder
		for _, part := range f.children(n) {
			s, ok := f.oneString(part)
			if !ok {
				return "", false
			}
			b.WriteString(s)
		}
		return b.String(), true
	}
	return "", false
}

func (f *file) oneString(n *flatNode) (string, bool) {
	prefix, body := splitString(f.source(n))
	if strings.ContainsAny(prefix, "bBfFtT") {
		return "", false
	}
	if strings.ContainsAny(prefix, "rR") {
		return body, true
	}
	return unescape(body), true
}

// splitString takes the prefix letters and the quotes off a literal.
func splitString(literal string) (prefix, body string) {
	i := strings.IndexAny(literal, `"'`)
	if i < 0 {
		return "", ""
	}
	prefix, body = literal[:i], literal[i:]
	quote := body[:1]
	if len(body) >= 6 && strings.HasPrefix(body, strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	body = strings.TrimPrefix(body, quote)
	return prefix, strings.TrimSuffix(body, quote)
}

var simpleEscapes = map[byte]string{
	'\n': "", '\\': `\`, '\'': "'", '"': `"`, 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// unescape replaces Python's escape sequences; those that mean nothing stay as they are, like \N{…}, whose names are not known here.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 >= len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		if text, ok := simpleEscapes[s[i+1]]; ok {
			b.WriteString(text)
			i += 2
			continue
		}
		r, size := numberedEscape(s[i+1:])
		if size == 0 {
			b.WriteByte('\\')
			i++
			continue
		}
		b.WriteRune(r)
		i += 1 + size
	}
	return b.String()
}

// numberedEscape reads \xhh, \uhhhh, \Uhhhhhhhh and octal escapes without their backslash.
func numberedEscape(s string) (r rune, size int) {
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[0]]
	if digits > 0 {
		if len(s) <= digits {
			return 0, 0
		}
		v, err := strconv.ParseUint(s[1:1+digits], 16, 32)
		if err != nil || v > utf8.MaxRune {
			return 0, 0
		}
		return rune(v), 1 + digits
	}
	for size < min(3, len(s)) && s[size] >= '0' && s[size] <= '7' {
		r = r*8 + rune(s[size]-'0')
		size++
	}
	return r, size
}

// boolValue returns the value of True or False.
func (f *file) boolValue(n *flatNode) (value, ok bool) {
	switch n = f.unwrap(n); {
	case f.is(n, "true"):
		return true, true
	case f.is(n, "false"):
		return false, true
	}
	return false, false
}

// intValue returns the value of a decimal, hexadecimal, octal or binary literal.
func (f *file) intValue(n *flatNode) (int, bool) {
	if n = f.unwrap(n); !f.is(n, "integer") {
		return 0, false
	}
	v, err := strconv.ParseInt(strings.ReplaceAll(f.source(n), "_", ""), 0, 64)
	return int(v), err == nil
}

// docOf returns the doc string of a function's or class's body.
func (f *file) docOf(body *flatNode) string {
	statement := f.first(body)
	if !f.is(statement, "expression_statement") {
		return ""
	}
	doc, _ := f.stringValue(f.only(statement))
	return doc
}
