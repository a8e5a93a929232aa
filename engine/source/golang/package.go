package golang

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"sort"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
)

// SDK is the import path of the package that flows are written with.
const SDK = "github.com/spindle-flow/spindle/flow"

// Package is a package that was parsed and checked.
type Package struct {
	Path   string // its import path
	Dir    string // as it was asked for
	Fset   *token.FileSet
	Info   *types.Info
	Types  *types.Package
	Errors []types.Error // what the compiler would refuse, in the order in which it was found

	files []*file
}

// Trees are the package's files.
func (p *Package) Trees() []*ast.File {
	out := make([]*ast.File, len(p.files))
	for i, f := range p.files {
		out[i] = f.tree
	}
	return out
}

// file is one source file.
type file struct {
	name string // as places say it
	text []byte
	tree *ast.File
	tok  *token.File
	err  error // of the parser
}

// of returns the file a place is in.
func (p *Package) of(at token.Pos) *file {
	for _, f := range p.files {
		if f.tok != nil && int(at) >= f.tok.Base() && int(at) <= f.tok.Base()+f.tok.Size() {
			return f
		}
	}
	return nil
}

// span is the place of a node.
func (p *Package) span(n ast.Node) graph.Range { return p.Range(n.Pos(), n.End()) }

// Range is a stretch of one of the package's files.
func (p *Package) Range(from, to token.Pos) graph.Range {
	f := p.of(from)
	if f == nil {
		return graph.Range{File: p.Dir, Start: graph.Pos{Line: 1, Column: 1}, End: graph.Pos{Line: 1, Column: 1}}
	}
	return graph.Range{File: f.name, Start: f.pos(from), End: f.pos(max(from, to))}
}

func (f *file) pos(at token.Pos) graph.Pos {
	offset := min(max(int(at)-f.tok.Base(), 0), len(f.text))
	line := sort.Search(f.tok.LineCount(), func(i int) bool { return f.tok.Offset(f.tok.LineStart(i+1)) > offset })
	start := f.tok.Offset(f.tok.LineStart(max(line, 1)))
	return graph.Pos{Line: max(line, 1), Column: 1 + utf8.RuneCount(f.text[start:offset])}
}

// source is the text of a node.
func (p *Package) source(n ast.Node) string {
	if f := p.of(n.Pos()); f != nil {
		from, to := int(n.Pos())-f.tok.Base(), int(n.End())-f.tok.Base()
		if from <= to && to <= len(f.text) {
			return string(f.text[from:to])
		}
	}
	return ""
}

// broken reports whether a file is not Go.
func (p *Package) broken() bool {
	for _, f := range p.files {
		if f.err != nil {
			return true
		}
	}
	return false
}

// faults are what the parser and the compiler would refuse. Where a file is not Go, only that is told.
func (p *Package) faults() []graph.Fault {
	var out []graph.Fault
	for _, f := range p.files {
		if f.err != nil {
			out = append(out, f.syntaxFault())
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, e := range p.Errors {
		at := p.Range(e.Pos, e.Pos)
		at.End.Column++
		out = append(out, graph.Fault{Kind: graph.FaultType, Range: at, Message: e.Msg})
	}
	return out
}

func (f *file) syntaxFault() graph.Fault {
	fault := graph.Fault{Kind: graph.FaultSyntax, Message: f.err.Error()}
	at := f.tok.Pos(0)
	if list, ok := f.err.(scanner.ErrorList); ok && len(list) > 0 {
		fault.Message, at = list[0].Msg, f.tok.Pos(min(max(list[0].Pos.Offset, 0), f.tok.Size()))
	}
	fault.Range = graph.Range{File: f.name, Start: f.pos(at), End: f.pos(at)}
	fault.Range.End.Column++
	return fault
}
