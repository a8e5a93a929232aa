package python

// indentFault is a place where the indentation is not Python's; message is empty for none.
type indentFault struct {
	offset  int
	message string
}

// indentation follows the indentation of logical lines. The parser is lenient about it, so that a block without statements or a line
// that fits no block would go unseen.
type indentation struct {
	fresh  bool  // the next byte starts a logical line
	last   byte  // the last byte of code before it
	levels []int // open levels, outermost first, without the zero
	lost   bool  // the text does what is not followed here
	fault  indentFault
}

// begin takes the blanks at the start of a line and returns the offset of its first code; for a line without code it returns the offset
// of its end.
func (in *indentation) begin(text []byte, start int) int {
	width, i := 0, start
loop:
	for ; i < len(text); i++ {
		switch text[i] {
		case ' ':
			width++
		case '\t':
			width = width/8*8 + 8
		case '\f':
			width = 0
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
	in.enter(width, i)
	return i
}

func (in *indentation) enter(width, offset int) {
	current, opened := 0, in.last == ':'
	if n := len(in.levels); n > 0 {
		current = in.levels[n-1]
	}
	switch {
	case opened && width <= current:
		in.fail(offset, "expected an indented block")
	case opened:
		in.levels = append(in.levels, width)
		return
	case width > current:
		in.fail(offset, "unexpected indent")
	}
	for len(in.levels) > 0 && in.levels[len(in.levels)-1] > width {
		in.levels = in.levels[:len(in.levels)-1]
	}
	if n := len(in.levels); n > 0 && in.levels[n-1] != width || n == 0 && width != 0 {
		in.fail(offset, "unindent does not match any outer level")
	}
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
