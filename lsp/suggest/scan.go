package suggest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Place is where a cursor stands in a text, as far as the letters before it tell.
type Place struct {
	Text   string
	Offset int

	// Headers are the classes and functions around the place, outermost first.
	Headers []Header
	// Statement is the offset where the statement of the place starts, Indent how far it is indented.
	Statement, Indent int
	// Brackets are those open at the place, outermost first.
	Brackets []Bracket
	// Quote is the quote of the string the place is in, empty outside of strings. Inner is the offset of the string's text, Prefix the letters
	// before the quote.
	Quote, Prefix string
	Inner         int
	// Comment is true in a comment.
	Comment bool
}

// Header is the line of a class or function.
type Header struct {
	Class  bool
	Name   string
	Offset int // of the line
	Indent int
	Args   []string // a function's, as far as they are written on one line
}

// Bracket is an open bracket.
type Bracket struct {
	Open   byte
	Offset int
	// Arg is where the element or argument of the place starts.
	Arg int
}

// Scan reads a text up to an offset.
func Scan(text string, offset int) *Place {
	s := &scanner{Place: Place{Text: text, Offset: min(max(offset, 0), len(text))}}
	s.fresh = true
	for s.at < s.Offset {
		s.next()
	}
	if s.fresh { // an empty line: it belongs where the cursor is
		s.begin(s.Offset)
	}
	return &s.Place
}

type scanner struct {
	Place
	at    int
	fresh bool // at the start of a line that is not inside of anything
	line  int  // offset of the line
}

func (s *scanner) next() {
	c := s.Text[s.at]
	if s.fresh {
		switch c {
		case ' ', '\t', '\f':
			s.at++
			return
		case '\n', '\r', '#':
		default:
			s.begin(s.at)
		}
	}
	switch c {
	case '\n', '\r':
		s.newLine()
	case '#':
		s.comment()
	case '"', '\'':
		s.quoted()
	case '\\':
		s.escape()
	case '(', '[', '{':
		s.at++
		s.Brackets = append(s.Brackets, Bracket{c, s.at - 1, s.at})
	case ')', ']', '}':
		s.at++
		if n := len(s.Brackets); n > 0 {
			s.Brackets = s.Brackets[:n-1]
		}
	case ',':
		s.at++
		if n := len(s.Brackets); n > 0 {
			s.Brackets[n-1].Arg = s.at
		}
	default:
		s.at++
	}
}

// escape passes a line end that a backslash hides.
func (s *scanner) escape() {
	s.at++
	if s.at < s.Offset && s.Text[s.at] == '\r' {
		s.at++
	}
	if s.at < s.Offset && s.Text[s.at] == '\n' {
		s.at++
		s.line = s.at
	}
}

func (s *scanner) newLine() {
	s.at++
	s.line = s.at
	if len(s.Brackets) == 0 || s.startsAnew() {
		s.Brackets = nil
		s.fresh = true
	}
}

// startsAnew reports whether a line inside of brackets is a new statement, so that the brackets have been forgotten: it is indented no more than
// the statement they are in, and does not close one of them.
func (s *scanner) startsAnew() bool {
	line := s.Text[s.at:]
	if i := strings.IndexAny(line, "\r\n"); i >= 0 {
		line = line[:i]
	}
	rest := strings.TrimLeft(line, " \t\f")
	if rest == "" || strings.IndexByte(")]}#,", rest[0]) >= 0 {
		return false
	}
	return indentOf(line) <= s.Indent && statementLike(rest)
}

// statementLike reports whether a line can't well go on inside of brackets.
func statementLike(line string) bool {
	if line[0] == '@' {
		return true
	}
	word := line
	if i := strings.IndexFunc(line, func(r rune) bool { return !isNameRune(r) }); i >= 0 {
		word = line[:i]
	}
	switch word {
	case "def", "class", "async", "if", "for", "while", "with", "try", "return", "import", "from", "raise", "pass", "else", "elif", "except", "finally", "del":
		return true
	}
	for _, call := range []string{".next(", ".merge_artifacts("} {
		if strings.HasPrefix(line[len(word):], call) {
			return true
		}
	}
	rest := strings.TrimLeft(line[len(word):], ".")
	rest = strings.TrimLeftFunc(rest, isNameRune)
	rest = strings.TrimLeft(rest, " ")
	return strings.Contains(line[:len(line)-len(rest)], ".") && strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "==")
}

func (s *scanner) comment() {
	end := s.at
	for end < len(s.Text) && s.Text[end] != '\n' && s.Text[end] != '\r' {
		end++
	}
	if s.Offset > s.at && s.Offset <= end {
		s.Comment = true
		s.at = s.Offset
		return
	}
	s.at = end
}

// quoted passes a string, or ends inside it. One that is not closed ends with its line.
func (s *scanner) quoted() {
	quote := s.Text[s.at : s.at+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(s.Text[s.at:], triple) {
		quote = triple
	}
	start := s.at
	for i := start + len(quote); ; i++ {
		if i >= s.Offset {
			s.Quote, s.Inner, s.Prefix = quote, start+len(quote), prefix(s.Text[:start])
			if s.Inner > s.Offset { // between the quotes of an opening triple
				s.Quote = ""
			}
			s.at = s.Offset
			return
		}
		switch {
		case s.Text[i] == '\\':
			i++
		case len(quote) == 1 && (s.Text[i] == '\n' || s.Text[i] == '\r'):
			s.at = i
			return
		case strings.HasPrefix(s.Text[i:], quote):
			s.at = i + len(quote)
			return
		}
	}
}

// prefix is the letters right before a quote that belong to it.
func prefix(before string) string {
	n := len(before)
	for n > 0 && strings.IndexByte("rRbBuUfFtT", before[n-1]) >= 0 {
		n--
	}
	if n > 0 {
		if r, _ := utf8.DecodeLastRuneInString(before[:n]); isNameRune(r) {
			return ""
		}
	}
	return before[n:]
}

// begin starts a statement.
func (s *scanner) begin(at int) {
	s.fresh = false
	s.Statement, s.Indent = at, indentOf(s.Text[s.line:at])
	if at == s.Offset && len(s.Headers) > 0 {
		// The line is empty so far: it is in what its indentation says.
		s.leave()
		return
	}
	s.leave()
	if h, ok := header(s.Text[at:]); ok {
		h.Offset, h.Indent = at, s.Indent
		s.Headers = append(s.Headers, h)
	}
}

// leave drops the headers that a statement is not below.
func (s *scanner) leave() {
	for n := len(s.Headers); n > 0 && s.Headers[n-1].Indent >= s.Indent; n-- {
		s.Headers = s.Headers[:n-1]
	}
}

// header reads the line of a class or function.
func header(line string) (Header, bool) {
	rest, found := strings.CutPrefix(line, "class ")
	h := Header{Class: found}
	if !found {
		line = strings.TrimLeft(strings.TrimPrefix(line, "async "), " ")
		if rest, found = strings.CutPrefix(line, "def "); !found {
			return h, false
		}
	}
	rest = strings.TrimLeft(rest, " ")
	end := strings.IndexFunc(rest, func(r rune) bool { return !isNameRune(r) })
	if end <= 0 {
		return h, false
	}
	h.Name = rest[:end]
	if !h.Class {
		h.Args = argNames(rest[end:])
	}
	return h, true
}

// argNames are the names of plain arguments at the start of a list.
func argNames(list string) []string {
	list, found := strings.CutPrefix(list, "(")
	if !found {
		return nil
	}
	var out []string
	for {
		list = strings.TrimLeft(list, " \t\r\n")
		end := strings.IndexFunc(list, func(r rune) bool { return !isNameRune(r) })
		if end <= 0 {
			return out
		}
		out = append(out, list[:end])
		list = list[end:]
		i := strings.IndexAny(list, ",)\n")
		if i < 0 || list[i] != ',' {
			return out
		}
		list = list[i+1:]
	}
}

func indentOf(blanks string) int {
	n := 0
	for _, r := range blanks {
		switch r {
		case ' ':
			n++
		case '\t':
			n += 8 - n%8
		case '\f', '\ufeff':
		default:
			return n
		}
	}
	return n
}

func isNameRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r))
}
