// Package comments finds the comments of Go source, each with the statement it is about.
//
// It works on tokens, so that broken text is read as far as it goes.
package comments

import (
	"go/scanner"
	"go/token"
	"strings"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source"
)

// Of lists the line comments of a text. A statement ends where Go's grammar ends one, and before and behind the braces of a block; what stands in
// brackets is part of the statement that opened them.
func Of(text string) []source.Comment {
	r := &reader{text: text}
	set := token.NewFileSet()
	file := set.AddFile("", set.Base(), len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		r.take(file.Line(pos), file.Offset(pos), tok, lit)
	}
	r.end()
	return r.assign()
}

type reader struct {
	text     string
	line     int // the last line that has code
	brackets []token.Token
	inside   bool // of a statement
	list     []lines
	comments []source.Comment
}

// lines are the first and the last line of a statement.
type lines struct{ first, last int }

func (r *reader) take(line, offset int, tok token.Token, lit string) {
	switch tok {
	case token.COMMENT:
		if strings.HasPrefix(lit, "//") {
			r.comment(line, offset, strings.TrimRight(lit, "\r"))
		}
		return
	case token.SEMICOLON:
		if len(r.brackets) == 0 {
			r.end()
		}
		return
	}
	if !r.inside {
		r.inside = true
		r.list = append(r.list, lines{first: line})
	}
	r.line = line + strings.Count(lit, "\n")
	r.list[len(r.list)-1].last = r.line
	r.bracket(tok)
}

// bracket follows brackets. Braces outside of others are those of blocks.
func (r *reader) bracket(tok token.Token) {
	n := len(r.brackets)
	switch tok {
	case token.LPAREN, token.LBRACK:
		r.brackets = append(r.brackets, tok)
	case token.LBRACE:
		if n == 0 {
			r.end()
			return
		}
		r.brackets = append(r.brackets, tok)
	case token.RPAREN, token.RBRACK:
		if n > 0 {
			r.brackets = r.brackets[:n-1]
		}
	case token.RBRACE:
		if n > 0 {
			r.brackets = r.brackets[:n-1]
		}
	}
}

func (r *reader) end() { r.inside = false }

func (r *reader) comment(line, offset int, text string) {
	start := strings.LastIndexByte(r.text[:offset], '\n') + 1
	before := r.text[start:offset]
	code := strings.TrimRight(before, " \t")
	column := utf8.RuneCountInString(before) + 1
	c := source.Comment{
		Text: text, Alone: code == "", Blanks: len(before) - len(code), Index: len(r.list),
		Start: graph.Pos{Line: line, Column: column},
		End:   graph.Pos{Line: line, Column: column + utf8.RuneCountInString(text)},
	}
	if len(r.list) > 0 && (r.inside || !c.Alone) { // the line's end may have ended the statement that the comment stands behind
		c.Index--
	}
	r.comments = append(r.comments, c)
}

// assign gives each comment the lines of its statement.
func (r *reader) assign() []source.Comment {
	for i, c := range r.comments {
		if c.Index < len(r.list) {
			r.comments[i].First, r.comments[i].Last = r.list[c.Index].first, r.list[c.Index].last
		}
	}
	return r.comments
}
