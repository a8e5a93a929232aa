package wire

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads a message from left to right. A process that runs one task reads a handful of messages: what encoding/json must find out
// about the types first takes it longer than the step.
//
// After the first fault all that is read is empty.
type scanner struct {
	b   []byte
	at  int
	bad error
}

var errSyntax = errors.New("this is not JSON")

func (s *scanner) fail() {
	if s.bad == nil {
		s.bad = errSyntax
	}
	s.at = len(s.b)
}

// next returns the first byte of what follows, 0 at the end.
func (s *scanner) next() byte {
	for s.at < len(s.b) {
		switch c := s.b[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// take passes over a byte that must come now.
func (s *scanner) take(c byte) bool {
	if s.next() != c {
		s.fail()
		return false
	}
	s.at++
	return true
}

// word passes over a word if it comes now.
func (s *scanner) word(w string) bool {
	if s.next() != w[0] || !bytes.HasPrefix(s.b[s.at:], []byte(w)) {
		return false
	}
	s.at += len(w)
	return true
}

func (s *scanner) null() bool { return s.word("null") }

// members calls each for the members of an object, which must read the value.
func (s *scanner) members(each func(name string)) {
	s.elements('{', '}', func() {
		name := s.text()
		if s.take(':') {
			each(name)
		}
	})
}

// items calls each for the elements of an array, which must read the element.
func (s *scanner) items(each func()) { s.elements('[', ']', each) }

func (s *scanner) elements(open, end byte, each func()) {
	if s.null() || !s.take(open) {
		return
	}
	if s.next() == end {
		s.at++
		return
	}
	for s.bad == nil {
		each()
		if s.next() == end {
			s.at++
			return
		}
		s.take(',')
	}
}

// text reads a string.
func (s *scanner) text() string {
	if s.null() || !s.take('"') {
		return ""
	}
	from := s.at
	for ; s.at < len(s.b); s.at++ {
		switch c := s.b[s.at]; {
		case c == '"':
			s.at++
			return string(s.b[from : s.at-1])
		case c == '\\':
			return s.escaped(append(make([]byte, 0, 64), s.b[from:s.at]...))
		case c < ' ':
			s.fail()
		}
	}
	s.fail()
	return ""
}

// escaped reads the rest of a string from its first backslash on.
func (s *scanner) escaped(text []byte) string {
	for s.at < len(s.b) {
		c := s.b[s.at]
		s.at++
		switch {
		case c == '"':
			return string(text)
		case c < ' ':
			s.fail()
		case c == '\\':
			text = s.escape(text)
		default:
			text = append(text, c)
		}
	}
	s.fail()
	return ""
}

func (s *scanner) escape(text []byte) []byte {
	if s.at >= len(s.b) {
		s.fail()
		return text
	}
	c := s.b[s.at]
	s.at++
	if c == 'u' {
		r := s.unit()
		if utf16.IsSurrogate(r) {
			r = s.pair(r)
		}
		return utf8.AppendRune(text, r)
	}
	if i := bytes.IndexByte([]byte(`"\/bfnrt`), c); i >= 0 {
		return append(text, "\"\\/\b\f\n\r\t"[i])
	}
	s.fail()
	return text
}

// unit reads the four digits of \u.
func (s *scanner) unit() rune {
	if s.at+4 > len(s.b) {
		s.fail()
		return utf8.RuneError
	}
	n, err := strconv.ParseUint(string(s.b[s.at:s.at+4]), 16, 16)
	if err != nil {
		s.fail()
		return utf8.RuneError
	}
	s.at += 4
	return rune(n)
}

// pair reads the second half of a surrogate pair; without it the first is no character.
func (s *scanner) pair(first rune) rune {
	if s.at+1 >= len(s.b) || s.b[s.at] != '\\' || s.b[s.at+1] != 'u' {
		return utf8.RuneError
	}
	before := s.at
	s.at += 2
	r := utf16.DecodeRune(first, s.unit())
	if r == utf8.RuneError && s.bad == nil {
		s.at = before
	}
	return r
}

// bytes reads a text that stands for bytes.
func (s *scanner) bytes() []byte {
	b, err := base64.StdEncoding.DecodeString(s.text())
	if err != nil {
		s.fail()
	}
	return b
}

func (s *scanner) texts() []string {
	var all []string
	if s.next() == '[' {
		all = []string{}
	}
	s.items(func() { all = append(all, s.text()) })
	return all
}

func (s *scanner) number() int64 {
	if s.null() {
		return 0
	}
	s.next()
	from := s.at
	for s.at < len(s.b) && (s.b[s.at] == '-' || s.b[s.at] >= '0' && s.b[s.at] <= '9') {
		s.at++
	}
	n, err := strconv.ParseInt(string(s.b[from:s.at]), 10, 64)
	if err != nil {
		s.fail()
	}
	return n
}

func (s *scanner) numbers() []int {
	var all []int
	if s.next() == '[' {
		all = []int{}
	}
	s.items(func() { all = append(all, int(s.number())) })
	return all
}

func (s *scanner) flag() bool {
	switch {
	case s.word("true"):
		return true
	case s.word("false"), s.null():
	default:
		s.fail()
	}
	return false
}

// raw passes over a value and returns it as it stands.
func (s *scanner) raw() []byte {
	s.next()
	from := s.at
	switch s.next() {
	case '{':
		s.members(func(string) { s.raw() })
	case '[':
		s.items(func() { s.raw() })
	case '"':
		s.text()
	case 't', 'f', 'n':
		s.flag()
	default:
		for s.at < len(s.b) && bytes.IndexByte([]byte("+-.eE0123456789"), s.b[s.at]) >= 0 {
			s.at++
		}
		if s.at == from {
			s.fail()
		}
	}
	return s.b[from:s.at]
}

// end is the fault of all that was read, of bytes after the value too.
func (s *scanner) end() error {
	if s.bad == nil && s.next() != 0 {
		s.fail()
	}
	return s.bad
}
