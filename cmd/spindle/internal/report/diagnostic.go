// Package report tells the user what is wrong: faults of a flow's source with the line and a caret, and errors with a way out.
package report

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/engine/graph"
)

// Severity is how bad a diagnostic is.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Diagnostic is one thing that is wrong in a source file.
type Diagnostic struct {
	Code     string // "SP101", or a kind such as "syntax"
	Severity Severity
	Range    graph.Range // zero lines mean the file as a whole
	Message  string
	Help     string // what to do, empty for nothing to say
	Trace    string // a traceback to show below, empty for none
}

// Count counts the errors among diagnostics.
func Count(diagnostics []Diagnostic, severity Severity) int {
	n := 0
	for _, d := range diagnostics {
		if d.Severity == severity {
			n++
		}
	}
	return n
}

// Printer writes diagnostics for people.
type Printer struct {
	Palette streams.Palette
	// Dir is the working folder: files below it are shown relative to it.
	Dir string

	sources map[string][]string
}

// Text renders diagnostics: one line each that editors can jump to, then the place in the source.
func (p *Printer) Text(diagnostics []Diagnostic) string {
	var b strings.Builder
	for _, d := range diagnostics {
		p.one(&b, d)
	}
	return b.String()
}

func (p *Printer) one(b *strings.Builder, d Diagnostic) {
	place := p.Path(d.Range.File)
	if d.Range.Start.Line > 0 {
		place += ":" + strconv.Itoa(d.Range.Start.Line)
		if d.Range.Start.Column > 0 {
			place += ":" + strconv.Itoa(d.Range.Start.Column)
		}
	}
	label := string(d.Severity)
	if d.Code != "" {
		label += " " + d.Code
	}
	if place != "" {
		fmt.Fprintf(b, "%s: ", p.Palette.Bold(place))
	}
	fmt.Fprintf(b, "%s: %s\n", p.paint(d.Severity, label), d.Message)
	p.excerpt(b, d)
	for line := range strings.Lines(d.Trace) {
		fmt.Fprintf(b, "    %s\n", strings.TrimRight(line, "\n"))
	}
	if d.Help != "" {
		fmt.Fprintf(b, "    %s %s\n", p.Palette.Bold("help:"), d.Help)
	}
}

func (p *Printer) paint(s Severity, text string) string {
	switch s {
	case Error:
		return p.Palette.Red(text)
	case Warning:
		return p.Palette.Yellow(text)
	default:
		return p.Palette.Blue(text)
	}
}

// excerpt shows the line of the source with carets below the range.
func (p *Printer) excerpt(b *strings.Builder, d Diagnostic) {
	lines := p.lines(d.Range.File)
	n := d.Range.Start.Line
	if n < 1 || n > len(lines) {
		return
	}
	line := []rune(strings.TrimRight(lines[n-1], "\r\n"))
	number := strconv.Itoa(n)
	fmt.Fprintf(b, "%s %s %s\n", p.Palette.Blue(fmt.Sprintf("%5s", number)), p.Palette.Blue("|"), printableLine(line))
	if d.Range.Start.Column < 1 {
		return
	}
	start := min(d.Range.Start.Column-1, len(line))
	end := len(line)
	if d.Range.End.Line == n {
		end = min(max(d.Range.End.Column-1, start+1), max(len(line), start+1))
	}
	carets := 1
	if end > start && start < len(line) {
		carets = max(1, runewidth.StringWidth(string(line[start:min(end, len(line))])))
	}
	fmt.Fprintf(b, "%5s %s %s%s\n", "", p.Palette.Blue("|"), indent(line[:start]), p.paint(d.Severity, strings.Repeat("^", carets)))
}

// printableLine keeps a source line from commanding the terminal.
func printableLine(line []rune) string {
	out := make([]rune, len(line))
	for i, r := range line {
		if r < 0x20 && r != '\t' || r >= 0x7f && r <= 0x9f {
			r = '\ufffd'
		}
		out[i] = r
	}
	return string(out)
}

// indent is as wide as text, tab for tab.
func indent(text []rune) string {
	var b strings.Builder
	for _, r := range text {
		if r == '\t' {
			b.WriteByte('\t')
			continue
		}
		b.WriteString(strings.Repeat(" ", runewidth.RuneWidth(r)))
	}
	return b.String()
}

// maxSource bounds what is read to show a line of it.
const maxSource = 8 << 20

func (p *Printer) lines(file string) []string {
	if lines, ok := p.sources[file]; ok {
		return lines
	}
	var lines []string
	if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Size() <= maxSource {
		if data, err := os.ReadFile(file); err == nil {
			lines = strings.Split(strings.TrimPrefix(strings.ToValidUTF8(string(data), "\ufffd"), "\ufeff"), "\n")
		}
	}
	if p.sources == nil {
		p.sources = map[string][]string{}
	}
	p.sources[file] = lines
	return lines
}

// Path shows a file relative to the working folder where that is shorter.
func (p *Printer) Path(file string) string {
	if p.Dir == "" || !filepath.IsAbs(file) {
		return file
	}
	rel, err := filepath.Rel(p.Dir, file)
	if err != nil || len(rel) >= len(file) {
		return file
	}
	return rel
}
