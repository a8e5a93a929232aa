package python

// indentFault is a place where the indentation is not Python's; message is empty for none.
type indentFault struct {
	offset  int
	message string
}

// indentation follows the indentation of logical lines. The parser is lenient about it, so that a block without statements or a line
// that fits no block would go unseen.
type indentation struct {
	fresh  bool    // the next byte starts a logical line
	last   byte    // the last byte of code before it
	levels []level // open levels, outermost first, without the zero
	lost   bool    // the text does what is not followed here
	fault  indentFault
}

// level is the width of an indentation, counted twice: with tabs that reach the next multiple of eight, and with tabs as wide as a blank. Python
// refuses lines whose order depends on which of the two is taken.
type level struct{ width, narrow int }

// begin takes the blanks at the start of a line and returns the offset of its first code; for a line without code it returns the offset
// of its end.
func (in *indentation) begin(text []byte, start int) int {
	at, i := level{}, start
loop:
	for ; i < len(text); i++ {
		switch text[i] {
		case ' ':
			at.width++
			at.narrow++
		case '\t':
			at.width = at.width/8*8 + 8
			at.narrow++
		case '\f':
			at = level{}
		default:
			break loop
		}
	}
	switch {
	case i == len(text), text[i] == '\n':
		return i + 1
	case text[i] == '#':
		for i < len(text) && text[i] != '\n' {
			i++
		}
		return i
	case text[i] == '\\':
		in.lost = true
	}
	in.fresh = false
	in.enter(at, i)
	return i
}

func (in *indentation) enter(at level, offset int) {
	current, opened := in.current(), in.last == ':'
	switch {
	case opened && at.width <= current.width:
		in.fail(offset, "expected an indented block")
	case opened:
		if at.narrow <= current.narrow {
			in.fail(offset, mixedTabs)
		}
		in.levels = append(in.levels, at)
		return
	case at.width > current.width:
		in.fail(offset, "unexpected indent")
	}
	for len(in.levels) > 0 && in.current().width > at.width {
		in.levels = in.levels[:len(in.levels)-1]
	}
	if now := in.current(); now.width != at.width {
		in.fail(offset, "unindent does not match any outer level")
	} else if now.narrow != at.narrow {
		in.fail(offset, mixedTabs)
	}
}

const mixedTabs = "inconsistent use of tabs and spaces in indentation"

func (in *indentation) current() level {
	if n := len(in.levels); n > 0 {
		return in.levels[n-1]
	}
	return level{}
}

func (in *indentation) finish(end int) {
	if in.last == ':' && in.fresh {
		in.fail(end, "expected an indented block")
	}
}

func (in *indentation) fail(offset int, message string) {
	if in.fault.message == "" && !in.lost {
		in.fault = indentFault{offset, message}
	}
}
