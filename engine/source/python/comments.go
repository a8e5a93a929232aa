package python

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source"
)

// Comment is a comment with the statement it is about.
type Comment = source.Comment

// Comments lists the comments of a text as [Text] returns it. The text may be broken.
func Comments(text string) []Comment {
	s := &commentScanner{text: []byte(text), line: 1}
	for i := 0; i < len(s.text); {
		i = s.next(i)
	}
	s.endStatement()
	return s.assign()
}

// statement is a logical line.
type statement struct {
	first, last int
	decorator   bool
}

type commentScanner struct {
	text       []byte
	line       int
	lineStart  int
	depth      int // of brackets
	inside     bool
	statements []statement
	comments   []Comment
	strings    map[int]bool // lines that begin inside a string; nil when nobody asks
}

func (s *commentScanner) next(i int) int {
	switch c := s.text[i]; c {
	case '\n':
		if s.depth == 0 {
			s.endStatement()
		}
		s.newLine(i)
		return i + 1
	case ' ', '\t', '\f':
		return i + 1
	case '#':
		return s.comment(i)
	case '"', '\'':
		s.begin(i)
		return s.quoted(i)
	case '\\':
		s.begin(i)
		if i+1 < len(s.text) && s.text[i+1] == '\n' {
			s.newLine(i + 1)
			return i + 2
		}
	default:
		s.begin(i)
		if strings.IndexByte("([{", c) >= 0 {
			s.depth++
		} else if strings.IndexByte(")]}", c) >= 0 && s.depth > 0 {
			s.depth--
		}
	}
	return i + 1
}

func (s *commentScanner) newLine(at int) {
	s.line++
	s.lineStart = at + 1
}

func (s *commentScanner) newLineInString(at int) {
	s.newLine(at)
	if s.strings != nil {
		s.strings[s.line] = true
	}
}

func (s *commentScanner) begin(i int) {
	if !s.inside {
		s.inside = true
		s.statements = append(s.statements, statement{first: s.line, decorator: s.text[i] == '@'})
	}
}

func (s *commentScanner) endStatement() {
	if s.inside {
		s.statements[len(s.statements)-1].last = s.line
	}
	s.inside = false
}

func (s *commentScanner) comment(i int) int {
	end := len(s.text)
	if n := bytes.IndexByte(s.text[i:], '\n'); n >= 0 {
		end = i + n
	}
	column := utf8.RuneCount(s.text[s.lineStart:i]) + 1
	before := bytes.TrimRight(s.text[s.lineStart:i], " \t\f")
	c := Comment{
		Text: string(s.text[i:end]), Index: len(s.statements), Alone: len(before) == 0, Blanks: i - s.lineStart - len(before),
		Start: graph.Pos{Line: s.line, Column: column},
		End:   graph.Pos{Line: s.line, Column: column + utf8.RuneCount(s.text[i:end])},
	}
	if s.inside {
		c.Index--
	}
	s.comments = append(s.comments, c)
	return end
}

// quoted passes over a string. One that is not closed ends with its line, so that the rest of a broken text is still read.
func (s *commentScanner) quoted(i int) int {
	quote := string(s.text[i])
	if triple := strings.Repeat(quote, 3); bytes.HasPrefix(s.text[i:], []byte(triple)) {
		quote = triple
	}
	for j := i + len(quote); j < len(s.text); j++ {
		switch {
		case s.text[j] == '\n' && len(quote) == 1:
			return j
		case s.text[j] == '\n':
			s.newLineInString(j)
		case s.text[j] == '\\':
			if j++; j < len(s.text) && s.text[j] == '\n' {
				s.newLineInString(j)
			}
		case bytes.HasPrefix(s.text[j:], []byte(quote)):
			return j + len(quote)
		}
	}
	return len(s.text)
}

// assign gives each comment the lines of its statement.
func (s *commentScanner) assign() []Comment {
	for i, c := range s.comments {
		if c.Index >= len(s.statements) {
			continue
		}
		first, last := c.Index, c.Index
		for first > 0 && s.statements[first-1].decorator {
			first--
		}
		for last+1 < len(s.statements) && s.statements[last].decorator {
			last++
		}
		s.comments[i].First, s.comments[i].Last = s.statements[first].first, s.statements[last].last
	}
	return s.comments
}
