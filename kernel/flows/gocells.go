package flows

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	source "github.com/spindle-flow/spindle/engine/source/golang"
	"github.com/spindle-flow/spindle/engine/worker/gobinary"
	"github.com/spindle-flow/spindle/kernel/cells"
	"github.com/spindle-flow/spindle/kernel/flows/gotext"
)

// goCell is a plain cell of Go on its way.
type goCell struct {
	name    string
	cell    *gotext.Cell
	book    *goBook // as it is when the cell builds
	texts   map[string]gotext.Text
	program gotext.Program
	changed []string          // what of the package it replaces
	fields  map[string]string // the artifacts of the flow's fields, once the cell was checked
}

// evaluateGo evaluates a plain cell of Go in the flow's package.
func (r *Runner) evaluateGo(ctx context.Context, c cells.Cell, cell string, st *stage) error {
	st.runs = "cell"
	at, s, err := r.current(ctx, st)
	if err != nil {
		return err
	}
	g, err := newGoCell(at.(*goBook), s, cell, c.Code)
	if err != nil {
		return err
	}
	if err := g.check(ctx, r.cellsOfGo); err != nil {
		return err
	}
	if err := r.keepGo(ctx, g, st); err != nil || len(g.cell.Body) == 0 && g.cell.Last == nil {
		return err
	}
	return r.runGo(ctx, g, s, c, st)
}

// newGoCell takes a cell apart and puts it into its package.
func newGoCell(b *goBook, s *Source, name, code string) (*goCell, error) {
	c, err := parsed(name, code)
	if err != nil {
		return nil, err
	}
	g := &goCell{name: name, cell: c}
	next := *b
	next.edits, next.own = slices.Clone(b.edits), slices.Clone(b.own)
	next.imports = append(slices.Clone(b.imports), c.Imports...)
	for _, d := range c.Decls {
		e := gotext.Edit{Decl: d, Cell: name, Imports: c.Imports}
		switch {
		case d.Step:
			return nil, &cellError{name, firstOf(c), "a cell that defines a step holds declarations alone; put this into another cell"}
		case b.pkg.Has(&d) != "":
			next.replace(e)
			g.changed = append(g.changed, editName(d))
		default:
			next.own = append(slices.DeleteFunc(next.own, func(old gotext.Edit) bool { return old.Shares(&e.Decl) }), e)
		}
	}
	g.book = &next
	g.program = gotext.Program{
		Flow: s.Flow.Name, Decls: next.own, Imports: next.imports, Cell: name, Body: c.Body, Last: c.Last, Show: c.Last != nil,
	}
	return g, g.write()
}

// firstOf is the line of a cell's first statement.
func firstOf(c *gotext.Cell) int {
	if len(c.Body) > 0 {
		return c.Body[0].Line
	}
	if c.Last != nil {
		return c.Last.Line
	}
	return 1
}

// file is the program's own in the package.
func (g *goCell) file() string { return filepath.Join(g.book.dir, gotext.File) }

// write writes the program into the package's text.
func (g *goCell) write() error {
	texts, err := g.book.pkg.With(g.book.edits, false)
	if err == nil {
		g.texts = texts
		var own gotext.Text
		own, err = g.program.Text(g.book.pkg)
		g.texts[g.file()] = own
	}
	if f, ok := errors.AsType[*gotext.Fault](err); ok {
		return &cellError{g.name, f.Line, f.Message}
	}
	return err
}

// check has the package checked with the cell in it. An expression at the end that turns out to have no value becomes a statement.
func (g *goCell) check(ctx context.Context, session *source.Session) error {
	faults, err := g.faults(ctx, session)
	if err != nil {
		return err
	}
	if g.program.Show && slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, "(no value) used as value") }) {
		g.program.Show = false
		if err := g.write(); err != nil {
			return err
		}
		if faults, err = g.faults(ctx, session); err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		return &compileError{faults}
	}
	return nil
}

// faults are what the compiler would say against the cell.
func (g *goCell) faults(ctx context.Context, session *source.Session) ([]string, error) {
	r, err := g.book.check(ctx, session, g.texts)
	if err != nil {
		return nil, err
	}
	at := &Source{File: g.book.dir, Texts: g.texts}
	var list []string
	g.fields = fieldsOf(r.Package, g.program.Flow)
	for _, f := range r.Faults {
		file, line := at.Where(f.Range.File, f.Range.Start.Line)
		list = append(list, whereIs(file, g.book.dir, line)+f.Message)
	}
	return list, nil
}

// whereIs is how a message begins that is about a line of a cell or a file.
func whereIs(file, dir string, line int) string {
	if file == "" || line == 0 {
		return ""
	}
	if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsAbs(file) && !strings.HasPrefix(rel, "..") {
		file = rel
	}
	return fmt.Sprintf("%s, line %d: ", file, line)
}

// compileError is what keeps a cell from being built. Each text says where.
type compileError struct{ faults []string }

// Error is all of them.
func (e *compileError) Error() string { return strings.Join(e.faults, "\n") }

// compileFaults are those of the go command, in the words of a notebook.
func compileFaults(err error, dir string) error {
	built, ok := errors.AsType[*gobinary.Error](err)
	if !ok {
		return err
	}
	e := &compileError{}
	for _, f := range built.Faults {
		text := whereIs(f.File, dir, f.Line) + f.Message
		if f.Detail != "" {
			text += "\n    " + strings.ReplaceAll(f.Detail, "\n", "\n    ")
		}
		e.faults = append(e.faults, text)
	}
	return e
}

// keepGo keeps what the cell has declared.
func (r *Runner) keepGo(ctx context.Context, g *goCell, st *stage) error {
	if _, err := r.attach(ctx, g.book); err != nil {
		return err
	}
	if len(g.changed) > 0 {
		st.print("Replaced %s of %s in memory; %%save writes it.", strings.Join(g.changed, ", "), r.short(g.book.dir))
	}
	return nil
}
