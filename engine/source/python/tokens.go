package python

import (
	"bytes"
	"fmt"
)

// tokenScan is what a pass over the bare tokens of a file finds: brackets, strings and comments.
type tokenScan struct {
	flat    []byte // the text with the line ends inside brackets, and the comments there and on lines of their own, turned to spaces; if asked for
	offset  int    // of the first bracket or string that does not match, when problem is not empty
	problem string
	// indent is the first fault of indentation, line the first of a logical line; they are only to be trusted where problem is empty.
	indent indentFault
	line   lineFault
}

type tokenScanner struct {
	tokenScan
	text []byte
	open []int // offsets of the open brackets
	in   indentation
	now  logical
}

// scanTokens tells brackets, strings and comments apart. It serves broken text, where a lone bracket or quote explains better
// what is wrong than the parser can.
func scanTokens(text []byte, flat bool) tokenScan {
	s := &tokenScanner{text: text, in: indentation{fresh: true}}
	if flat {
		s.flat = bytes.Clone(text)
	}
	for i := 0; i < len(text); {
		if len(s.open) == 0 && s.in.fresh {
			next := s.in.begin(text, i)
			if !s.in.fresh {
				s.now.begin(next)
			} else if bytes.HasPrefix(bytes.TrimLeft(text[i:min(next, len(text))], " \t\f"), []byte("#")) {
				s.blank(i, next)
			}
			if next > i {
				i = next
				continue
			}
		}
		i = s.token(i)
	}
	if !s.in.fresh && len(s.open) == 0 {
		s.now.finish(text)
	}
	s.in.finish(len(text))
	s.indent, s.line = s.in.fault, s.now.fault
	if len(s.open) > 0 {
		at := s.open[len(s.open)-1]
		s.fail(at, fmt.Sprintf("%q was never closed", text[at:at+1]))
	}
	return s.tokenScan
}

func (s *tokenScanner) fail(offset int, problem string) {
	if s.problem == "" {
		s.offset, s.problem = offset, problem
	}
}

// token takes what stands at an offset and returns the offset behind it.
func (s *tokenScanner) token(i int) int {
	c := s.text[i]
	if isWord(c) {
		for i+1 < len(s.text) && isWord(s.text[i+1]) {
			i++
		}
		s.in.last, s.now.last = s.text[i], i
		return i + 1
	}
	if c != '#' && !isSpace(c) {
		s.in.last, s.now.last = c, i
	}
	switch c {
	case '#':
		end := i
		for end < len(s.text) && s.text[end] != '\n' {
			end++
		}
		if len(s.open) > 0 {
			s.blank(i, end)
		}
		return end
	case '\n':
		if len(s.open) > 0 {
			s.blank(i, i+1)
		} else {
			s.now.finish(s.text)
			s.in.fresh = true
		}
	case ':':
		s.now.colon = s.now.colon || len(s.open) == 0 && !bytes.HasPrefix(s.text[i:], []byte(":="))
	case '(', '[', '{':
		s.open = append(s.open, i)
	case ')', ']', '}':
		s.closeBracket(i, c)
	case '"', '\'':
		return s.quoted(i)
	case '\\':
		if i+1 < len(s.text) && s.text[i+1] == '\n' { // the line goes on
			if len(s.open) > 0 {
				s.blank(i, i+2)
			}
			return i + 2
		}
	}
	return i + 1
}

func (s *tokenScanner) blank(from, to int) {
	for i := from; i < to && s.flat != nil; i++ {
		s.flat[i] = ' '
	}
}

func (s *tokenScanner) closeBracket(i int, c byte) {
	if len(s.open) == 0 {
		s.fail(i, fmt.Sprintf("unmatched %q", string(c)))
		return
	}
	last := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	if opened := s.text[last]; opened == '(' && c != ')' || opened == '[' && c != ']' || opened == '{' && c != '}' {
		s.fail(i, fmt.Sprintf("closing %q does not match opening %q", string(c), s.text[last:last+1]))
	}
}

// quoted takes a string from its quote on.
func (s *tokenScanner) quoted(i int) int {
	quote := s.text[i : i+1]
	if i+2 < len(s.text) && s.text[i+1] == s.text[i] && s.text[i+2] == s.text[i] {
		quote = s.text[i : i+3]
	}
	for j := i + len(quote); j < len(s.text); j++ {
		switch {
		case s.text[j] == '\\':
			j++
		case s.text[j] == '\n' && len(quote) == 1:
			s.fail(i, "unterminated string")
			return j
		case s.text[j] == quote[0] && bytes.HasPrefix(s.text[j:], quote):
			return j + len(quote)
		}
	}
	if len(quote) == 3 {
		s.fail(i, "unterminated triple-quoted string")
	} else {
		s.fail(i, "unterminated string")
	}
	return len(s.text)
}
