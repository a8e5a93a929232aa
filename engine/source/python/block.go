package python

import "strings"

// Indent puts blanks before each line of a block but the first. Lines that begin inside a string stay: its value would be another. So do lines
// without anything.
func Indent(block, blanks string) string {
	s := &commentScanner{text: []byte(block), line: 1, strings: map[int]bool{}}
	for i := 0; i < len(s.text); {
		i = s.next(i)
	}
	lines := strings.SplitAfter(block, "\n")
	for i := range lines {
		if i > 0 && !s.strings[i+1] && strings.TrimSpace(lines[i]) != "" {
			lines[i] = blanks + lines[i]
		}
	}
	return strings.Join(lines, "")
}
