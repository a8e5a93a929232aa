package live

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// printable makes what a task printed safe to show above a picture that is redrawn: what would move the cursor, clear the screen or ring is
// dropped; colours stay when wanted. Of a line that was overwritten with carriage returns (a progress bar) the last state is shown.
func printable(text []byte, colors bool) []byte {
	text = trimCR(text)
	if clean(text) {
		return text
	}
	out := make([]byte, 0, len(text))
	styled := false
	for i := 0; i < len(text); {
		if text[i] == 0x1b {
			n, sgr := escape(text[i:])
			if sgr && colors {
				out = append(out, text[i:i+n]...)
				styled = true
			}
			i += n
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			out = utf8.AppendRune(out, utf8.RuneError)
		case r == '\t' || r >= 0x20 && (r < 0x7f || r > 0x9f):
			out = append(out, text[i:i+n]...)
		}
		i += n
	}
	if styled {
		out = append(out, "\x1b[0m"...)
	}
	return out
}

func trimCR(text []byte) []byte {
	for len(text) > 0 && text[len(text)-1] == '\r' {
		text = text[:len(text)-1]
	}
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] == '\r' {
			return text[i+1:]
		}
	}
	return text
}

// clean is true for plain ASCII, which is most of what is printed.
func clean(text []byte) bool {
	for _, b := range text {
		if b < 0x20 && b != '\t' || b >= 0x7f {
			return false
		}
	}
	return true
}

// escape measures the escape sequence text begins with, and says whether it only sets colours.
func escape(text []byte) (n int, sgr bool) {
	if len(text) < 2 {
		return 1, false
	}
	switch text[1] {
	case '[': // CSI: parameters, intermediates, one final byte
		for i := 2; i < len(text); i++ {
			if text[i] >= 0x40 && text[i] <= 0x7e {
				return i + 1, text[i] == 'm'
			}
			if text[i] < 0x20 || text[i] > 0x7e {
				return i, false
			}
		}
		return len(text), false
	case ']', 'P', '_', '^', 'X': // strings, ended by BEL or ESC \
		for i := 2; i < len(text); i++ {
			if text[i] == 0x07 {
				return i + 1, false
			}
			if text[i] == 0x1b {
				return min(i+2, len(text)), false
			}
		}
		return len(text), false
	default:
		return 2, false
	}
}

// cells measures text in terminal cells. Which width ambiguous characters have depends on the terminal; ours are narrow almost everywhere.
var cells = func() *runewidth.Condition {
	c := runewidth.NewCondition()
	c.EastAsianWidth = false
	return c
}()

// fit cuts s to at most n cells, with a mark where something was cut off.
func fit(s string, n int, mark string) string {
	if n <= 0 {
		return ""
	}
	if cells.StringWidth(s) <= n {
		return s
	}
	if n <= cells.StringWidth(mark) {
		return cells.Truncate(s, n, "")
	}
	return cells.Truncate(s, n, mark)
}

// pad fills s with blanks up to n cells.
func pad(s string, n int) string {
	return s + blanks(n-cells.StringWidth(s))
}

func padLeft(s string, n int) string {
	return blanks(n-cells.StringWidth(s)) + s
}

func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }

// clock shows a duration as m:ss or h:mm:ss.
func clock(d time.Duration) string {
	s := int(max(d, 0) / time.Second)
	two := func(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	if s < 3600 {
		return itoa(s/60) + ":" + two(s%60)
	}
	return itoa(s/3600) + ":" + two(s/60%60) + ":" + two(s%60)
}
