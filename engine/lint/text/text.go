// Package text writes lint's findings as plain text: the place, the message, the line of source and a mark under the
// part that is meant.
//
// [Parts] cuts the text into pieces of a kind each, so that a front can colour them; [Render] is their plain
// concatenation.
package text

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// Kind is what a part of the text is.
type Kind int

// The kinds of part.
const (
	Plain Kind = iota
	Place
	Level // error, warning, info
	Message
	Code
	Source
	Mark
	Hint
	Note
)

// Part is a piece of text of one kind.
type Part struct {
	Kind Kind
	Text string
}

// Sources gives the text of a file as the reader saw it, empty where it has none.
type Sources func(file string) string

// maxWidth is how much of a line of source is shown.
const maxWidth = 120

// Render returns a finding as lines of text, each ended by a line feed.
func Render(d lint.Diagnostic, sources Sources) string {
	var b strings.Builder
	for _, p := range Parts(d, sources) {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Parts returns a finding as coloured pieces would be put together.
func Parts(d lint.Diagnostic, sources Sources) []Part {
	parts := []Part{
		{Place, place(d.Range)}, {Plain, ": "}, {Level, string(d.Severity)}, {Plain, ": "},
		{Message, d.Message}, {Plain, " "}, {Code, "[" + d.Code + "]"}, {Plain, "\n"},
	}
	parts = append(parts, excerpt(d.Range, sources, "^")...)
	for _, r := range d.Related {
		parts = append(parts, Part{Plain, "  "}, Part{Place, place(r.Range)}, Part{Plain, ": "}, Part{Note, r.Message}, Part{Plain, "\n"})
	}
	if d.Detail != "" {
		parts = append(parts, Part{Plain, "  "}, Part{Hint, "hint: " + d.Detail}, Part{Plain, "\n"})
	}
	return parts
}

func place(r graph.Range) string {
	if r.Start.Line == 0 { // an option of the command line, say
		return r.File
	}
	return fmt.Sprintf("%s:%d:%d", r.File, r.Start.Line, r.Start.Column)
}

// excerpt is the line of source with a mark under the range. Tabs are kept in the mark's line, so that it fits at any width of them.
func excerpt(r graph.Range, sources Sources, mark string) []Part {
	line, ok := lineAt(sources(r.File), r.Start.Line)
	if !ok {
		return nil
	}
	runes := []rune(line)
	start := clamp(r.Start.Column-1, len(runes))
	end := len(runes)
	if r.End.Line == r.Start.Line {
		end = clamp(r.End.Column-1, len(runes))
	}
	end = max(end, start)
	runes, start, end = window(runes, start, end)
	width := max(1, runewidth.StringWidth(string(runes[start:end])))
	return []Part{
		{Plain, "    "}, {Source, strings.TrimRight(visible(runes), " ")}, {Plain, "\n"},
		{Plain, "    " + padding(runes[:start])}, {Mark, strings.Repeat(mark, width)}, {Plain, "\n"},
	}
}

func clamp(n, limit int) int { return max(0, min(n, limit)) }

func lineAt(source string, number int) (string, bool) {
	for i := 1; source != ""; i++ {
		line, rest, _ := strings.Cut(source, "\n")
		if i == number {
			return line, true
		}
		source = rest
	}
	return "", false
}

// window cuts a long line to the part around the range.
func window(line []rune, start, end int) ([]rune, int, int) {
	if len(line) <= maxWidth {
		return line, start, end
	}
	from := max(0, min(start-maxWidth/3, len(line)-maxWidth))
	to := min(from+maxWidth, len(line))
	out := append([]rune(nil), line[from:to]...)
	if from > 0 {
		out[0] = '…'
	}
	if to < len(line) {
		out[len(out)-1] = '…'
	}
	return out, start - from, max(start-from, min(end-from, len(out)))
}

// visible replaces what would move a terminal's cursor.
func visible(line []rune) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && (r < ' ' || r >= 0x7f && r < 0xa0) {
			return ' '
		}
		return r
	}, string(line))
}

func padding(line []rune) string {
	var b strings.Builder
	for _, r := range line {
		if r == '\t' {
			b.WriteRune(r)
		} else if w := runewidth.RuneWidth(r); w > 0 {
			b.WriteString(strings.Repeat(" ", w))
		} else if r < ' ' {
			b.WriteByte(' ')
		}
	}
	return b.String()
}
