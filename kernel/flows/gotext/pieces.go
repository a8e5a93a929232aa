package gotext

import (
	"fmt"
	"go/scanner"
	"go/token"
	"strings"
)

// Fault is what is wrong with a cell's text. Line and Column count from 1.
type Fault struct {
	Line, Column int
	Message      string
}

// Error says what, without where.
func (f *Fault) Error() string { return f.Message }

// piece is a stretch of a cell that ends where a statement or declaration ends.
type piece struct {
	tokens     []token.Token // the first few, which tell its kind
	names      []string      // their texts
	start, end int           // offsets, without comments around it
	line       int
}

// headLength is how many tokens of a piece are kept to tell its kind by.
const headLength = 64

// control are the statements whose headers have semicolons of their own.
var control = map[token.Token]bool{token.FOR: true, token.IF: true, token.SWITCH: true, token.SELECT: true}

// cutter reads a cell token by token.
type cutter struct {
	file     *token.File
	code     string
	pieces   []piece
	open     *piece
	depth    []token.Token
	comments []span
	fault    *Fault
}

// span is a comment, from offset to offset.
type span struct{ start, end int }

// cutPieces cuts a cell into pieces, and finds its comments.
func cutPieces(code string) ([]piece, []span, *Fault) {
	set := token.NewFileSet()
	c := &cutter{file: set.AddFile("", -1, len(code)), code: code}
	var s scanner.Scanner
	s.Init(c.file, []byte(code), func(at token.Position, message string) {
		c.fail(at.Line, at.Column, message)
	}, scanner.ScanComments)
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			break
		}
		c.take(c.file.Offset(pos), tok, text)
	}
	if n := len(c.depth); n > 0 && c.fault == nil && c.open != nil {
		c.fail(c.open.line, 1, fmt.Sprintf("syntax error: what begins here is not finished, %q is missing", closing[c.depth[n-1]]))
	}
	c.close()
	return c.pieces, c.comments, c.fault
}

func (c *cutter) fail(line, column int, message string) {
	if c.fault == nil {
		c.fault = &Fault{line, column, message}
	}
}

var closing = map[token.Token]token.Token{token.LPAREN: token.RPAREN, token.LBRACK: token.RBRACK, token.LBRACE: token.RBRACE}

func (c *cutter) take(at int, tok token.Token, text string) {
	switch tok {
	case token.COMMENT:
		c.comments = append(c.comments, span{at, at + len(text)})
		return
	case token.SEMICOLON:
		if len(c.depth) == 0 && c.open != nil && (text == "\n" || !control[c.open.tokens[0]]) {
			c.close()
		}
		return
	}
	if text == "" {
		text = tok.String()
	}
	if c.open == nil {
		c.open = &piece{start: at, line: c.file.Line(c.file.Pos(at))}
	}
	if len(c.open.tokens) < headLength {
		c.open.tokens, c.open.names = append(c.open.tokens, tok), append(c.open.names, text)
	}
	c.open.end = at + len(text)
	switch tok {
	case token.LPAREN, token.LBRACK, token.LBRACE:
		c.depth = append(c.depth, tok)
	case token.RPAREN, token.RBRACK, token.RBRACE:
		n := len(c.depth)
		if n == 0 || closing[c.depth[n-1]] != tok {
			p := c.file.Position(c.file.Pos(at))
			c.fail(p.Line, p.Column, fmt.Sprintf("syntax error: unexpected %q", tok))
			return
		}
		c.depth = c.depth[:n-1]
	}
}

func (c *cutter) close() {
	if c.open != nil {
		c.pieces = append(c.pieces, *c.open)
		c.open = nil
	}
}

// declares says whether a piece is a declaration at top level, and not a statement.
func (p piece) declares() bool {
	switch p.tokens[0] {
	case token.IMPORT, token.TYPE, token.VAR, token.CONST:
		return true
	case token.FUNC:
	default:
		return false
	}
	if len(p.tokens) < 3 {
		return false
	}
	if p.tokens[1] == token.IDENT {
		return true
	}
	// A method has a name after its receiver; a function literal its results, or the body.
	depth := 0
	for i, tok := range p.tokens[1:] {
		switch tok {
		case token.LPAREN:
			depth++
		case token.RPAREN:
			depth--
		}
		if depth == 0 {
			rest := p.tokens[i+2:]
			return len(rest) > 1 && rest[0] == token.IDENT && rest[1] == token.LPAREN
		}
	}
	return false
}

// lineOf is the line of an offset.
func lineOf(code string, at int) int { return 1 + strings.Count(code[:at], "\n") }
