package flows

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// edit is a step that a cell has defined.
type edit struct {
	step string
	text string // the function with its decorators, not indented
	cell string // the cell's name
	line int    // where it begins in the cell
}

// pythonBook is a flow in Python: its file as it was read, and the steps that cells have defined since.
type pythonBook struct {
	file, class string
	base        []byte // nil where the flow is in a cell alone
	whole       string // the cell that holds the whole flow, empty for none
	first       int    // the line it begins on in that cell
	text        []byte // of the whole flow
	edits       []edit
	cells       map[string]string
}

// openPython reads a flow's file.
func openPython(file, class string) (*pythonBook, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return &pythonBook{file: file, class: class, base: data, cells: map[string]string{}}, nil
}

// cellBook is a flow that a cell holds; saving writes it to the file.
func cellBook(file, cell, code string) *pythonBook {
	head, text, _ := strings.Cut(code, "\n")
	b := &pythonBook{file: file, whole: cell, first: 1 + strings.Count(head+"\n", "\n"), text: []byte(text), cells: map[string]string{cell: code}}
	b.base, _ = os.ReadFile(file) // what is there is replaced by %save, if it is still the same then
	return b
}

// place is where the flow is.
func (b *pythonBook) place() (file, class string) { return b.file, b.class }

// inCell says whether a cell holds all of the flow.
func (b *pythonBook) inCell() bool { return b.whole != "" }

// defined are the steps that cells have defined.
func (b *pythonBook) defined() []string {
	names := make([]string, len(b.edits))
	for i, e := range b.edits {
		names[i] = e.step
	}
	return names
}

// edited says whether the flow is not what is on disk.
func (b *pythonBook) edited() bool { return len(b.edits) > 0 || b.whole != "" }

// stale says whether the file has changed on disk.
func (b *pythonBook) stale() bool {
	now, err := os.ReadFile(b.file)
	return err == nil && !bytes.Equal(now, b.base)
}

// again is the flow as it is on disk now.
func (b *pythonBook) again() (book, error) { return openPython(b.file, b.class) }

// definesSteps says whether a cell is one that defines steps.
func (b *pythonBook) definesSteps(code string) bool { return definesSteps(code) }

// define lets the steps of a cell replace those of the flow.
func (b *pythonBook) define(ctx context.Context, cell, code string) (book, []string, error) {
	text := code
	if first, _ := cut(code); strings.HasPrefix(first, "%%") {
		text = strings.Replace(code, first, "", 1) // its line stays, so that lines keep their numbers
	}
	edits, err := stepsOf(ctx, cell, text)
	if err != nil {
		return nil, nil, err
	}
	names := make([]string, len(edits))
	for i, e := range edits {
		names[i] = e.step
	}
	return b.with(edits, map[string]string{cell: code}), names, nil
}

// without is the book without the edit of a step, or of all for the empty name, and the names of what it has forgotten.
func (b *pythonBook) without(step string) (book, []string) {
	next := b.with(nil, nil)
	return next, next.drop(step)
}

// saved writes the flow with its edits, and returns the book that has none left.
func (b *pythonBook) saved(ctx context.Context) (book, []string, error) {
	next := *b
	if err := next.save(ctx); err != nil {
		return nil, nil, err
	}
	return &next, []string{b.file}, nil
}

// drop forgets the edit of a step, or all for the empty name. It returns the names of what was forgotten.
func (b *pythonBook) drop(step string) []string {
	var names []string
	b.edits = slices.DeleteFunc(b.edits, func(e edit) bool {
		gone := step == "" || e.step == step
		if gone {
			names = append(names, e.step)
		}
		return gone
	})
	return names
}

// with returns the book with other edits on top.
func (b *pythonBook) with(edits []edit, cells map[string]string) *pythonBook {
	next := *b
	next.edits = slices.DeleteFunc(slices.Clone(b.edits), func(old edit) bool {
		return slices.ContainsFunc(edits, func(e edit) bool { return e.step == old.step })
	})
	next.edits = append(next.edits, edits...)
	next.cells = map[string]string{}
	for _, from := range []map[string]string{b.cells, cells} {
		for name, text := range from {
			next.cells[name] = text
		}
	}
	return &next
}

// start is the text that edits are applied to, and where it comes from.
func (b *pythonBook) start() (data []byte, from string, first int) {
	if b.whole != "" {
		return b.text, b.whole, b.first
	}
	return b.base, b.file, 1
}

// source is the flow with its edits.
func (b *pythonBook) source(ctx context.Context) (*Source, error) {
	s := &Source{File: b.file, Class: b.class, Cells: b.cells}
	data, from, first := b.start()
	s.Data = data
	if err := s.read(ctx); err != nil {
		return nil, err
	}
	if len(b.edits) == 0 {
		if b.whole == "" {
			s.Data = nil // as it is on disk, unless that has changed
			if now, err := os.ReadFile(b.file); err != nil || !bytes.Equal(now, data) {
				s.Data = data
			}
		}
		s.Segments = []Segment{{1, lines(data), from, first}}
		return s, nil
	}
	if s.Flow == nil {
		return s, nil
	}
	places := make([]place, len(b.edits))
	for i, e := range b.edits {
		places[i] = placeFor(s.Flow, b.file, data, e)
	}
	slices.SortStableFunc(places, func(x, y place) int { return x.at.Start.Line - y.at.Start.Line })
	replaced := make([]python.Replacement, len(places))
	for i, p := range places {
		replaced[i] = python.Replacement{Start: p.at.Start, End: p.at.End, Text: p.lead + python.Indent(p.edit.text, p.blanks)}
	}
	text, err := python.Edit(data, replaced)
	if err != nil {
		return nil, err
	}
	s.Data = text
	s.Segments = segments(places, lines(text), from, first)
	return s, s.read(ctx)
}

func lines(data []byte) int { return bytes.Count(data, []byte("\n")) + 1 }

// place is where an edit goes.
type place struct {
	edit   edit
	at     graph.Range
	lead   string // what comes before it where it is new
	blanks string
}

// placeFor is the step that an edit replaces, or the end of the class for a step that is not there yet.
func placeFor(f *graph.Flow, file string, data []byte, e edit) place {
	p := place{edit: e, blanks: "    "}
	all := strings.Split(string(data), "\n")
	for _, s := range f.Steps {
		if s.Body.File != file {
			continue
		}
		if line := all[s.Body.Start.Line-1]; strings.TrimSpace(line) != "" {
			p.blanks = line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		}
		if s.Name == e.step {
			p.at = s.Body
			return p
		}
	}
	p.at = graph.Range{File: file, Start: f.Range.End, End: f.Range.End}
	p.lead = "\n\n" + p.blanks
	return p
}

// segments says where the lines of the edited text come from.
func segments(places []place, total int, from string, first int) []Segment {
	var list []Segment
	here, there := 1, 1 // next line of the edited text, and of the text before
	for _, p := range places {
		before := p.at.Start.Line - there
		lead := strings.Count(p.lead, "\n")
		if lead > 0 {
			before++ // the line the class ends on stays
		}
		if before > 0 {
			list = append(list, Segment{here, before, from, there + first - 1})
		}
		count := strings.Count(p.edit.text, "\n") + 1
		start := here + before
		if lead > 0 {
			start += lead - 1
		}
		list = append(list, Segment{start, count, p.edit.cell, p.edit.line})
		here, there = start+count, p.at.End.Line+1
	}
	if here <= total {
		list = append(list, Segment{here, total - here + 1, from, there + first - 1})
	}
	return list
}

// save writes the flow with its edits to its file.
func (b *pythonBook) save(ctx context.Context) error {
	if !b.edited() {
		return nil
	}
	now, err := os.ReadFile(b.file)
	if err != nil && (b.base != nil || !os.IsNotExist(err)) {
		return err
	}
	if !bytes.Equal(now, b.base) {
		return changedOnDisk(b.file)
	}
	s, err := b.source(ctx)
	if err != nil {
		return err
	}
	if err := rewrite(b.file, s.Data); err != nil {
		return err
	}
	b.base, b.edits, b.whole, b.text = s.Data, nil, "", nil
	return nil
}
