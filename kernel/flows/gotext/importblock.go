package gotext

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// importBlock are the patches that add imports to a file and take some away. Lines that stay are not touched.
func (x *part) importBlock(own, add, gone []Import, cell string, line int) []patch {
	for n := range add {
		if add[n].Line == 0 {
			add[n].Line = line
		}
	}
	slices.SortStableFunc(add, func(a, b Import) int { return strings.Compare(a.Path, b.Path) })
	isGone := func(s *ast.ImportSpec) bool {
		i := importOf(s)
		return slices.Contains(gone, i)
	}
	var groups, singles []*ast.GenDecl
	for _, d := range x.file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			if g.Lparen.IsValid() {
				groups = append(groups, g)
			} else {
				singles = append(singles, g)
			}
		}
	}
	at := x.lineOf
	var patches []patch
	for _, g := range singles {
		if isGone(g.Specs[0].(*ast.ImportSpec)) {
			patches = append(patches, patch{from: at(g.Pos()), to: at(g.End()), nothing: true})
		}
	}
	for _, g := range groups {
		for _, s := range g.Specs {
			if spec := s.(*ast.ImportSpec); isGone(spec) {
				patches = append(patches, patch{from: at(spec.Pos()), to: at(spec.End()), nothing: true})
			}
		}
	}
	switch {
	case len(add) == 0:
	case len(groups) > 0:
		patches = append(patches, x.intoGroup(groups[0], add, cell)...)
	case len(singles) > 0:
		patches = x.intoSingle(patches, singles[0], add, cell)
	default:
		patches = append(patches, x.afterPackage(add, cell)...)
	}
	return patches
}

func (x *part) lineOf(pos token.Pos) int { return x.set.PositionFor(pos, false).Line }

func importOf(s *ast.ImportSpec) Import {
	i := Import{}
	i.Path, _ = strconv.Unquote(s.Path.Value) // the parser has seen to it
	if s.Name != nil {
		i.Name = s.Name.Name
	}
	return i
}

// foreign says whether a package is not one of the standard library: those stand in a paragraph of their own.
func foreign(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".")
}

// intoGroup adds imports to a group, each in its place by the alphabet.
func (x *part) intoGroup(g *ast.GenDecl, add []Import, cell string) []patch {
	var patches []patch
	for _, i := range add {
		before, after := 0, 0 // lines to add before, or behind
		for _, s := range g.Specs {
			spec := s.(*ast.ImportSpec)
			have := importOf(spec)
			if foreign(have.Path) != foreign(i.Path) {
				continue
			}
			if have.Path > i.Path && before == 0 {
				before = x.lineOf(spec.Pos())
			}
			after = x.lineOf(spec.End())
		}
		from := before
		if before == 0 {
			from = after + 1
		}
		if before == 0 && after == 0 { // the first of its kind
			from = x.lineOf(g.Rparen)
			if !foreign(i.Path) {
				from = x.lineOf(g.Lparen) + 1
			}
		}
		patches = append(patches, patch{from: from, to: from - 1, text: "\t" + i.spec(), source: cell, line: i.Line})
	}
	return patches
}

// intoSingle makes a group of an import that stands alone.
func (x *part) intoSingle(patches []patch, single *ast.GenDecl, add []Import, cell string) []patch {
	first, last := x.lineOf(single.Pos()), x.lineOf(single.End())
	stays := true
	patches = slices.DeleteFunc(patches, func(p patch) bool {
		if p.from == first {
			stays = false
		}
		return p.from == first
	})
	if stays {
		add = append(slices.Clone(add), importOf(single.Specs[0].(*ast.ImportSpec)))
	}
	return append(patches, patch{from: first, to: last, text: block(add), source: cell, line: add[0].Line})
}

func (x *part) afterPackage(add []Import, cell string) []patch {
	from := x.lineOf(x.file.Name.End()) + 1
	return []patch{{from: from, to: from - 1, text: "\n" + block(add), source: cell, line: add[0].Line}}
}

// block is an import declaration.
func block(list []Import) string {
	if len(list) == 1 {
		return "import " + list[0].spec()
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Import) int {
		if foreign(a.Path) != foreign(b.Path) {
			return map[bool]int{false: -1, true: 1}[foreign(a.Path)]
		}
		return strings.Compare(a.Path, b.Path)
	})
	text := "import (\n"
	for n, i := range list {
		if n > 0 && foreign(i.Path) && !foreign(list[n-1].Path) {
			text += "\n"
		}
		text += "\t" + i.spec() + "\n"
	}
	return text + ")"
}
