package gotext

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"
)

// SDK is the package that flows are written with.
const SDK = "github.com/spindle-flow/spindle/flow"

// alias is what the text of a program calls the SDK.
const alias = "spindleflow"

// Program is a cell to evaluate in a package.
type Program struct {
	Flow    string   // the type of self
	Decls   []Edit   // what cells have declared and the package has not
	Imports []Import // of all cells, the newest last
	Cell    string   // its name
	Body    []Stretch
	Last    *Stretch // nil for none
	// Show says whether the last expression is shown; where not, it is a statement.
	Show bool
}

// File is the name of the file that a program adds to the package. It is the last one, so that what other files initialise is there before.
const File = "zz_spindle_cell.go"

// Text is the program's own file in the package.
func (g Program) Text(p *Package) (Text, error) {
	var b sourceBuilder
	b.add("", 1, "func spindleCell(ctx "+alias+".Context, self *"+g.Flow+") (shown []any) {")
	for _, s := range g.Body {
		b.add(g.Cell, s.Line, s.Text)
	}
	switch {
	case g.Last != nil && g.Show:
		b.add("", 1, "return spindleShown(")
		b.add(g.Cell, g.Last.Line, g.Last.Text+",")
		b.add("", 1, ")")
	case g.Last != nil:
		b.add(g.Cell, g.Last.Line, g.Last.Text)
	}
	if g.Last == nil || !g.Show {
		b.add("", 1, "return shown")
	}
	b.add("", 1, "}")
	b.add("", 1, "func spindleShown(values ...any) []any { return values }")
	b.add("", 1, "func init() { "+alias+".EvaluateCell(spindleCell) }")
	for _, d := range g.Decls {
		b.add(d.Cell, d.Line, d.Text)
	}
	used, err := selected("package p\n" + b.text())
	if err != nil {
		return Text{}, faultOf(err)
	}
	declared := p.names()
	for _, d := range g.Decls {
		for _, n := range d.Names {
			declared[n] = true
		}
	}
	var head sourceBuilder
	head.add("", 1, "package "+p.Name())
	head.add("", 1, fmt.Sprintf("import %s %q", alias, SDK))
	for _, i := range g.imports(p, used, declared) {
		from := g.Cell
		if i.Line == 0 {
			from = "" // nobody has written it
		}
		head.add(from, max(1, i.Line), "import "+i.spec())
	}
	return head.then(b), nil
}

func (g Program) imports(p *Package, used, declared map[string]bool) []Import {
	delete(used, alias)
	list := provide(used, declared, g.Imports, p.imports())
	for _, i := range g.Imports {
		if i.always() {
			list = append(list, i)
		}
	}
	return list
}

// sourceBuilder puts a text together whose lines come from many places.
type sourceBuilder struct {
	lines    []string
	segments []Segment
}

func (b *sourceBuilder) add(from string, there int, text string) {
	list := strings.Split(text, "\n")
	b.segments = append(b.segments, Segment{len(b.lines) + 1, len(list), from, there})
	b.lines = append(b.lines, list...)
}

func (b *sourceBuilder) text() string { return strings.Join(b.lines, "\n") + "\n" }

func (b *sourceBuilder) then(next sourceBuilder) Text {
	all := Text{Segments: slices.Clone(b.segments)}
	for _, s := range next.segments {
		s.First += len(b.lines)
		all.Segments = append(all.Segments, s)
	}
	all.Data = b.text() + next.text()
	return all
}

// UsesOfSelf are the fields of self that a program reads or sets, by their Go names. all is true where it uses self otherwise: then it may use any.
func (g Program) UsesOfSelf() (fields []string, all bool) {
	var b sourceBuilder
	b.add("", 1, "package p")
	b.add("", 1, "func _() {")
	for _, s := range g.Body {
		b.add("", 1, s.Text)
	}
	if g.Last != nil {
		b.add("", 1, "_ = "+g.Last.Text)
	}
	b.add("", 1, "}")
	f, err := parse(b.text(), 0)
	if err != nil {
		return nil, true
	}
	found := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok && id.Name == "self" {
				found[n.Sel.Name] = true
				return false
			}
		case *ast.Ident:
			all = all || n.Name == "self"
		}
		return true
	})
	return slices.Sorted(maps.Keys(found)), all
}
