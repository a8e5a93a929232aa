package suggest

import (
	"strings"
	"unicode/utf8"
)

// Chain is a dotted expression that ends at a place: self.cfg.par, inputs[0].par.
type Chain struct {
	// Parts are the names and subscripts before the last dot, [0] with its brackets; empty where there is no dot.
	Parts []string
	// Partial is what is written of the last name, from Start on.
	Partial string
	Start   int
	// First is where the whole expression starts.
	First int
}

// Chain reads the expression that ends at the place. It is nil where that is more than names and subscripts.
func (p *Place) Chain() *Chain { return chainBefore(p.Text[:p.Offset]) }

func chainBefore(text string) *Chain {
	start := nameStart(text)
	c := &Chain{Partial: text[start:], Start: start, First: start}
	if c.Partial != "" && c.Partial[0] >= '0' && c.Partial[0] <= '9' {
		return nil
	}
	at := start
	for {
		dot := strings.TrimRight(text[:at], " \t")
		if !strings.HasSuffix(dot, ".") {
			c.First = at
			return c
		}
		at = len(strings.TrimRight(dot[:len(dot)-1], " \t"))
		for strings.HasSuffix(text[:at], "]") {
			open := opening(text[:at])
			if open < 0 {
				return nil
			}
			c.Parts = append([]string{text[open:at]}, c.Parts...)
			at = open
		}
		from := nameStart(text[:at])
		if from == at {
			return nil // a call, a literal, a number's dot
		}
		c.Parts = append([]string{text[from:at]}, c.Parts...)
		at = from
	}
}

// nameStart is where the name that a text ends with starts.
func nameStart(text string) int {
	at := len(text)
	for at > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:at])
		if !isNameRune(r) {
			break
		}
		at -= size
	}
	return at
}

// opening is the offset of the bracket that the last one of a text closes, -1 where it is not on the line.
func opening(text string) int {
	depth := 0
	for i := len(text) - 1; i >= 0; i-- {
		switch text[i] {
		case ']', ')', '}':
			depth++
		case '[', '(', '{':
			if depth--; depth == 0 {
				return i
			}
		case '\n', '\r':
			return -1
		}
	}
	return -1
}

// callee is the expression that a bracket follows: self.next for self.next(, empty where there is none. Decorator is true for @name(.
func (p *Place) callee(b Bracket) (name string, decorator bool) {
	before := strings.TrimRight(p.Text[:b.Offset], " \t")
	c := chainBefore(before)
	if c == nil || c.Partial == "" {
		return "", false
	}
	return strings.Join(append(c.Parts, c.Partial), "."), strings.HasSuffix(p.Text[:c.First], "@")
}

// keyword is the name of the argument that the place is in the value of, empty for one without.
func (p *Place) keyword(b Bracket) string {
	text := p.Text[b.Arg:p.Offset]
	text = strings.TrimLeft(text, " \t\r\n")
	end := strings.IndexFunc(text, func(r rune) bool { return !isNameRune(r) })
	if end <= 0 {
		return ""
	}
	rest := strings.TrimLeft(text[end:], " \t")
	if !strings.HasPrefix(rest, "=") || strings.HasPrefix(rest, "==") {
		return ""
	}
	return text[:end]
}

// innermost returns the last open bracket; ok is false where there is none.
func (p *Place) innermost() (b Bracket, ok bool) {
	if n := len(p.Brackets); n > 0 {
		return p.Brackets[n-1], true
	}
	return Bracket{}, false
}

// rest is the text of a bracket behind the place, up to where it closes or the line ends.
func (p *Place) rest() string {
	text := p.Text[p.Offset:]
	if i := strings.IndexAny(text, "\r\n"); i >= 0 {
		text = text[:i]
	}
	return text
}
