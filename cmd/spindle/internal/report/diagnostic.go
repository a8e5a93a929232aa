// Package report tells the user what is wrong: findings about a flow's source with the line and a caret, and failures as JSON.
package report

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/text"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// Count counts the diagnostics of a severity.
func Count(diagnostics []lint.Diagnostic, severity lint.Severity) int {
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
	// Read reads the files that findings are about; from disk when nil.
	Read func(path string) ([]byte, error)

	sources map[string]string
}

// Text renders diagnostics: for each a line that editors can jump to, then the place in the source.
func (p *Printer) Text(diagnostics []lint.Diagnostic) string {
	var b strings.Builder
	for _, d := range diagnostics {
		for _, part := range text.Parts(p.relative(d), p.source) {
			b.WriteString(p.paint(d.Severity, part))
		}
	}
	return b.String()
}

func (p *Printer) paint(s lint.Severity, part text.Part) string {
	level := p.Palette.Blue
	switch s {
	case lint.Error:
		level = p.Palette.Red
	case lint.Warning:
		level = p.Palette.Yellow
	}
	switch part.Kind {
	case text.Place:
		return p.Palette.Bold(part.Text)
	case text.Level, text.Mark:
		return level(part.Text)
	case text.Code, text.Note:
		return p.Palette.Dim(part.Text)
	default:
		return part.Text
	}
}

func (p *Printer) relative(d lint.Diagnostic) lint.Diagnostic {
	d.Range.File = p.Path(d.Range.File)
	related := make([]lint.Related, len(d.Related))
	for i, r := range d.Related {
		r.Range.File = p.Path(r.Range.File)
		related[i] = r
	}
	d.Related = related
	return d
}

// maxSource bounds what is read to show a line of it.
const maxSource = 8 << 20

func (p *Printer) source(file string) string {
	if !filepath.IsAbs(file) {
		file = filepath.Join(p.Dir, file)
	}
	if source, ok := p.sources[file]; ok {
		return source
	}
	source := ""
	if data, err := p.read(file); err == nil {
		source = python.Text(data)
	}
	if p.sources == nil {
		p.sources = map[string]string{}
	}
	p.sources[file] = source
	return source
}

func (p *Printer) read(file string) ([]byte, error) {
	if p.Read != nil {
		return p.Read(file)
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxSource {
		return nil, os.ErrInvalid
	}
	return os.ReadFile(file)
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

// place names a range in one line.
func place(r graph.Range) string {
	switch {
	case r.File == "":
		return ""
	case r.Start.Line == 0:
		return r.File + ": "
	default:
		return r.File + ":" + itoa(r.Start.Line) + ": "
	}
}
