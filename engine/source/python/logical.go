package python

import (
	"bytes"
	"fmt"
)

// lineFault is a logical line that can't stand as it is, whatever is around it; message is empty for none.
type lineFault struct {
	start, end int
	message    string
	// colon is true for a block without its colon, which only a text that does not parse can have.
	colon bool
}

// logical follows the logical lines of a text: those that the parser takes together with the next one although Python does not, because
// they end in the middle of an expression, and those that open a block and lack the colon.
type logical struct {
	start int  // of the line's first code
	last  int  // offset of its last code
	colon bool // it has a colon outside of brackets
	fault lineFault
}

func (l *logical) begin(start int) { l.start, l.last, l.colon = start, start, false }

// finish judges a line at its end.
func (l *logical) finish(text []byte) {
	if l.fault.message != "" {
		return
	}
	code := text[l.start : l.last+1]
	if !l.colon && opensBlock(code) {
		l.fault = lineFault{l.last + 1, l.last + 2, `expected ":"`, true}
	} else if n := dangling(code); n > 0 {
		token := code[len(code)-n:]
		l.fault = lineFault{l.last + 1 - n, l.last + 1, fmt.Sprintf("something must follow %q", token), false}
	}
}

func opensBlock(code []byte) bool {
	word, rest := firstWord(code)
	if word == "async" {
		word, _ = firstWord(bytes.TrimLeft(rest, " \t"))
	}
	switch word {
	case "def", "class", "if", "elif", "else", "for", "while", "with", "try", "except", "finally":
		return true
	}
	return false
}

func firstWord(code []byte) (word string, rest []byte) {
	n := 0
	for n < len(code) && isWord(code[n]) {
		n++
	}
	return string(code[:n]), code[n:]
}

func isWord(b byte) bool {
	return b == '_' || b >= 0x80 || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// dangling is the length of a line's last token where something must follow it, else 0.
func dangling(code []byte) int {
	switch c := code[len(code)-1]; c {
	case '=', '+', '-', '/', '%', '&', '|', '^', '~', '<', '>', '!', '@':
		return 1
	case '*':
		if !bytes.HasPrefix(code, []byte("from")) {
			return 1
		}
	case '.':
		if !bytes.HasSuffix(code, []byte("...")) && !endsInNumber(code[:len(code)-1]) {
			return 1
		}
	default:
		if word := lastWord(code); wantsMore(word) && !bytes.HasSuffix(code, []byte("."+word)) {
			return len(word)
		}
	}
	return 0
}

func lastWord(code []byte) string {
	n := len(code)
	for n > 0 && isWord(code[n-1]) {
		n--
	}
	return string(code[n:])
}

func wantsMore(word string) bool {
	switch word {
	case "and", "or", "not", "in", "is", "import", "from", "as", "del", "global", "nonlocal", "assert", "async", "await", "lambda":
		return true
	}
	return false
}

// endsInNumber reports whether a point behind the code belongs to a number, as in 1.
func endsInNumber(code []byte) bool {
	word := lastWord(code)
	return word != "" && word[0] >= '0' && word[0] <= '9' && !bytes.HasSuffix(code, []byte("."+word))
}
