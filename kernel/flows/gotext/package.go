package gotext

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Package is the text of a package's files, by their paths.
type Package struct {
	Files map[string]string
	parts map[string]*part
}

// part is a file of a package, parsed.
type part struct {
	text string
	set  *token.FileSet
	file *ast.File
}

// NewPackage parses the files. One that is no Go is kept as it is: what is wrong with it is for the compiler to say.
func NewPackage(files map[string]string) *Package {
	p := &Package{Files: files, parts: map[string]*part{}}
	for name, text := range files {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, "", text, parser.ParseComments)
		if err == nil {
			p.parts[name] = &part{text, set, f}
		}
	}
	return p
}

// Name is the package's own, as the first of its files has it.
func (p *Package) Name() string {
	for _, name := range slices.Sorted(maps.Keys(p.parts)) {
		return p.parts[name].file.Name.Name
	}
	return ""
}

// extent is where a declaration stands in its file, in lines.
type extent struct {
	first, last int
	comment     int // where the comment above it begins, first if there is none
	grouped     bool
}

func (x *part) extent(d ast.Decl) extent {
	at := func(pos token.Pos) int { return x.set.PositionFor(pos, false).Line }
	e := extent{first: at(d.Pos()), last: at(d.End())}
	e.comment = e.first
	var doc *ast.CommentGroup
	switch d := d.(type) {
	case *ast.FuncDecl:
		doc = d.Doc
	case *ast.GenDecl:
		doc = d.Doc
		e.grouped = len(d.Specs) > 1
	}
	if doc != nil {
		e.comment = at(doc.Pos())
	}
	return e
}

// declarations are all of a file with their keys.
func (x *part) declarations(yield func(d ast.Decl, keys []string) bool) {
	for _, d := range x.file.Decls {
		var keys []string
		switch d := d.(type) {
		case *ast.FuncDecl:
			keys = []string{key(receiver(d), d.Name.Name)}
		case *ast.GenDecl:
			if d.Tok != token.IMPORT {
				keys = general(d, Decl{}).Names
			}
		}
		if keys != nil && !yield(d, keys) {
			return
		}
	}
}

// Find is the file that declares the key, and where; ok is false where none does.
func (p *Package) find(key string) (file string, e extent, ok bool) {
	for name, x := range p.parts {
		for d, keys := range x.declarations {
			if slices.Contains(keys, key) {
				return name, x.extent(d), true
			}
		}
	}
	return "", extent{}, false
}

// Has is the file that declares what d declares; empty where none does.
func (p *Package) Has(d *Decl) string {
	file, _, _ := p.find(d.Key())
	return file
}

// names are those that the package's files declare for all of it.
func (p *Package) names() map[string]bool {
	all := map[string]bool{}
	for _, x := range p.parts {
		for _, keys := range x.declarations {
			for _, k := range keys {
				all[k] = true
			}
		}
	}
	return all
}

// imports are those of all files.
func (p *Package) imports() []Import {
	var list []Import
	for _, name := range slices.Sorted(maps.Keys(p.parts)) {
		list = append(list, importsOf(p.parts[name].file)...)
	}
	return list
}

// Edit is a declaration of a cell that takes the place of one of a package, or comes to it.
type Edit struct {
	Decl
	Cell    string
	Imports []Import // of its cell
}

// home is the file whose end a new declaration comes to: that of its type, else that with func main, else the first.
func (p *Package) home(d *Decl) string {
	for _, k := range []string{d.Recv, "main"} {
		if file, _, ok := p.find(k); ok {
			return file
		}
	}
	return slices.Sorted(maps.Keys(p.Files))[0]
}

// With is the package with edits: the text of each file that they change. With tidy, what comes from cells is formatted.
func (p *Package) With(edits []Edit, tidy bool) (map[string]Text, error) {
	byFile := map[string][]Edit{}
	for _, e := range edits {
		file, _, ok := p.find(e.Key())
		if !ok {
			file = p.home(&e.Decl)
		}
		byFile[file] = append(byFile[file], e)
	}
	texts := map[string]Text{}
	for file, list := range byFile {
		x := p.parts[file]
		if x == nil {
			return nil, fmt.Errorf("the file %s is no Go that can be read", filepath.Base(file))
		}
		t, err := p.edited(file, x, list, tidy)
		if err != nil {
			return nil, err
		}
		texts[file] = t
	}
	return texts, nil
}

func (p *Package) edited(file string, x *part, edits []Edit, tidy bool) (Text, error) {
	var patches []patch
	last := strings.Count(x.text, "\n") + 1
	if strings.HasSuffix(x.text, "\n") {
		last--
	}
	for _, e := range edits {
		if tidy {
			text, err := format.Source([]byte(e.Text))
			if err != nil {
				return Text{}, fmt.Errorf("%s: %w", e.Cell, err)
			}
			e.Text = strings.TrimRight(string(text), "\n")
		}
		_, at, ok := p.find(e.Key())
		if !ok {
			patches = append(patches,
				patch{from: last + 1, to: last, text: "", source: file, line: last},
				patch{from: last + 1, to: last, text: e.Text, source: e.Cell, line: e.Line})
			continue
		}
		if at.grouped {
			return Text{}, &Fault{e.Line, 1, fmt.Sprintf("%s is declared in one group with others in %s; change it there, or declare the whole group", e.Names[0], filepath.Base(file))}
		}
		from := at.first
		if e.Commented {
			from = at.comment
		}
		patches = append(patches, patch{from: from, to: at.last, text: e.Text, source: e.Cell, line: e.Line})
	}
	more, err := p.importPatches(file, x, edits, apply(file, x.text, patches).Data)
	if err != nil {
		return Text{}, err
	}
	return apply(file, x.text, append(patches, more...)), nil
}

// importPatches are what the edited file needs of imports: those of the cells that it uses, and no longer those that it alone used before.
func (p *Package) importPatches(file string, x *part, edits []Edit, edited string) ([]patch, error) {
	before, err := selected(x.text)
	if err != nil {
		return nil, err
	}
	after, err := selected(edited)
	if err != nil {
		return nil, faultOf(err)
	}
	var fromCells []Import
	line := 1
	cell := file
	for _, e := range edits {
		fromCells = append(fromCells, e.Imports...)
		cell = e.Cell
		line = e.Line
	}
	own := importsOf(x.file)
	wanted := map[string]bool{}
	for name := range after {
		if !slices.ContainsFunc(own, func(i Import) bool { return slices.Contains(i.names(), name) }) {
			wanted[name] = true
		}
	}
	add := provide(wanted, p.names(), fromCells, p.imports())
	for _, i := range fromCells {
		if i.always() && !slices.ContainsFunc(own, func(o Import) bool { return o.Name == i.Name && o.Path == i.Path }) {
			add = append(add, i)
		}
	}
	var gone []Import
	for _, i := range own {
		if !i.always() && i.usedBy(before) && !i.usedBy(after) {
			gone = append(gone, i)
		}
	}
	if len(add) == 0 && len(gone) == 0 {
		return nil, nil
	}
	return x.importBlock(own, add, gone, cell, line), nil
}
