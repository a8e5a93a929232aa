package gotext

import (
	"fmt"
	"slices"
	"strings"
)

// Segment says where lines of a text come from.
type Segment struct {
	First, Count int    // here
	From         string // a file, or the name of a cell
	There        int    // the first line there
}

// Text is the text of a file, some lines of which may come from cells.
type Text struct {
	Data     string
	Segments []Segment
}

// patch replaces lines of a text, From to To; with To = From-1 it adds lines before From.
type patch struct {
	from, to int
	text     string // lines without the newline of the last; nothing for none
	nothing  bool
	source   string
	line     int
}

// apply replaces lines of a file's text. Patches must not overlap.
func apply(file, data string, patches []patch) Text {
	slices.SortStableFunc(patches, func(a, b patch) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return a.to - b.to
	})
	lines := strings.Split(data, "\n")
	var out []string
	var t Text
	add := func(list []string, from string, there int) {
		if len(list) > 0 {
			t.Segments = append(t.Segments, Segment{len(out) + 1, len(list), from, there})
			out = append(out, list...)
		}
	}
	next := 1
	for _, p := range patches {
		add(lines[next-1:p.from-1], file, next)
		if !p.nothing {
			add(strings.Split(p.text, "\n"), p.source, p.line)
		}
		next = p.to + 1
	}
	add(lines[next-1:], file, next)
	t.Data = strings.Join(out, "\n")
	return t
}

// Where is the place that a line of the text comes from.
func (t Text) Where(line int) (from string, there int) {
	for _, s := range t.Segments {
		if s.First <= line && line < s.First+s.Count {
			return s.From, line - s.First + s.There
		}
	}
	return "", line
}

// Find is the line of the text that comes from a place.
func (t Text) Find(from string, there int) (line int, ok bool) {
	for _, s := range t.Segments {
		if s.From == from && s.There <= there && there < s.There+s.Count {
			return there - s.There + s.First, true
		}
	}
	return 0, false
}

// Build is the text for a compiler, which then names the places that lines come from. name says how it is to name them.
func (t Text) Build(name func(from string) string) string {
	lines := strings.Split(t.Data, "\n")
	var b builder
	for _, s := range t.Segments {
		b.from(name(s.From), s.There)
		for _, line := range lines[s.First-1 : s.First-1+s.Count] {
			b.line(line)
		}
	}
	return b.String()
}

// builder puts a text together.
type builder struct{ strings.Builder }

func (b *builder) line(text string) { b.WriteString(text + "\n") }

// from says where the next line comes from.
func (b *builder) from(name string, line int) {
	if name == "" {
		name = "cell"
	}
	fmt.Fprintf(b, "//line %s:%d:1\n", name, line)
}
