package gotext

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// Cell is a cell taken apart.
type Cell struct {
	Imports []Import
	Decls   []Decl
	Body    []Stretch // statements
	Last    *Stretch  // the expression that the cell ends with, whose value is shown; nil for none
}

// Stretch is a part of a cell's text, and the line it begins on.
type Stretch struct {
	Text string
	Line int
}

// Import is one import.
type Import struct {
	Name string // as written, empty for the package's own
	Path string
	Line int
}

// Decl is one declaration at top level.
type Decl struct {
	Kind      token.Token // FUNC, TYPE, VAR or CONST
	Recv      string      // the type whose method it is, empty for none
	Names     []string
	Text      string // with the comments above it
	Line      int    // where Text begins in the cell
	Commented bool   // it begins with a comment
	Step      bool   // a method that says where its flow goes next
	Void      bool   // a function without results
}

// Key names what is declared: Name, or Type.Name for a method.
func (d *Decl) Key() string { return key(d.Recv, d.Names[0]) }

func key(recv, name string) string {
	if recv == "" {
		return name
	}
	return recv + "." + name
}

// Shares says whether both declare the same name.
func (d *Decl) Shares(other *Decl) bool {
	return d.Recv == other.Recv && slices.ContainsFunc(d.Names, func(n string) bool { return n != "_" && slices.Contains(other.Names, n) })
}

// DefinesSteps says whether a cell has a step among its declarations, and nothing else but declarations. A cell that is no Go does not.
func DefinesSteps(code string) bool {
	c, err := Parse(code)
	return err == nil && len(c.Body) == 0 && c.Last == nil && slices.ContainsFunc(c.Decls, func(d Decl) bool { return d.Step })
}

// Parse takes a cell apart. What it returns as an error is a [Fault].
func Parse(code string) (*Cell, error) {
	pieces, comments, fault := cutPieces(code)
	if fault != nil {
		return nil, fault
	}
	c := &Cell{}
	for i, p := range pieces {
		if p.declares() {
			if err := c.declare(code, p, comments); err != nil {
				return nil, err
			}
			continue
		}
		s := Stretch{code[p.start:p.end], p.line}
		if i == len(pieces)-1 && isValue(s.Text) {
			c.Last = &s
			break
		}
		c.Body = append(c.Body, s)
	}
	return c, c.check()
}

// isValue says whether the text is an expression that may have a value worth showing.
func isValue(text string) bool {
	e, err := parser.ParseExpr(text)
	if err != nil {
		return false
	}
	call, isCall := e.(*ast.CallExpr)
	if !isCall {
		return true
	}
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		from, _ := f.X.(*ast.Ident)
		return from == nil || from.Name != "fmt" || !strings.Contains(f.Sel.Name, "rint") // how much was printed interests nobody
	case *ast.Ident:
		return !slices.Contains([]string{"print", "println", "panic", "close", "delete", "clear", "copy"}, f.Name)
	}
	return true
}

// check parses the statements: where one is wrong the cell is.
func (c *Cell) check() error {
	var b builder
	b.line("package p")
	b.line("func _() {")
	for _, s := range c.Body {
		b.from("", s.Line)
		b.line(s.Text)
	}
	b.line("}")
	_, err := parse(b.String(), 0)
	return faultOf(err)
}

// faultOf is the first error of a parser.
func faultOf(err error) error {
	if list := (scanner.ErrorList)(nil); errors.As(err, &list) && len(list) > 0 {
		return &Fault{list[0].Pos.Line, list[0].Pos.Column, "syntax error: " + list[0].Msg}
	}
	return err
}

func parse(text string, mode parser.Mode) (*ast.File, error) {
	return parser.ParseFile(token.NewFileSet(), "", text, mode)
}

// declare adds the declarations of a piece.
func (c *Cell) declare(code string, p piece, comments []span) error {
	start := above(code, p, comments)
	text, line := code[start:p.end], lineOf(code, start)
	var b builder
	b.line("package p")
	b.from("", line)
	b.WriteString(text)
	f, err := parse(b.String(), parser.ParseComments)
	if err != nil {
		return faultOf(err)
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			c.Decls = append(c.Decls, function(d, Decl{Text: text, Line: line, Commented: start < p.start}))
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				c.imports(d, b.String(), line)
				continue
			}
			c.Decls = append(c.Decls, general(d, Decl{Text: text, Line: line, Commented: start < p.start}))
		}
	}
	return nil
}

// above is where the comments begin that stand directly above a piece.
func above(code string, p piece, comments []span) int {
	start := p.start
	for _, s := range slices.Backward(comments) {
		if s.end > start {
			continue
		}
		between := code[s.end:start]
		if strings.TrimSpace(between) != "" || strings.Count(between, "\n") > 1 || !startsLine(code, s.start) {
			break
		}
		start = s.start
	}
	return start
}

func startsLine(code string, at int) bool {
	return strings.TrimSpace(code[strings.LastIndexByte(code[:at], '\n')+1:at]) == ""
}

func (c *Cell) imports(d *ast.GenDecl, text string, line int) {
	const head = 2 // lines that declare has put before
	for _, s := range d.Specs {
		spec := s.(*ast.ImportSpec)
		i := importOf(spec)
		i.Line = line + lineOf(text, int(spec.Pos())-1) - 1 - head
		c.Imports = append(c.Imports, i)
	}
}

func function(f *ast.FuncDecl, d Decl) Decl {
	d.Kind, d.Names, d.Recv = token.FUNC, []string{f.Name.Name}, receiver(f)
	results := f.Type.Results
	d.Void = results.NumFields() == 0
	if d.Recv != "" && results.NumFields() == 2 {
		next, _ := results.List[0].Type.(*ast.SelectorExpr)
		d.Step = next != nil && next.Sel.Name == "Next"
	}
	return d
}

// receiver is the type whose method a function is, empty for none.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return ""
	}
	e := f.Recv.List[0].Type
	for {
		switch t := e.(type) {
		case *ast.StarExpr:
			e = t.X
		case *ast.ParenExpr:
			e = t.X
		case *ast.IndexExpr:
			e = t.X
		case *ast.IndexListExpr:
			e = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

func general(g *ast.GenDecl, d Decl) Decl {
	d.Kind = g.Tok
	for _, s := range g.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			d.Names = append(d.Names, s.Name.Name)
		case *ast.ValueSpec:
			for _, n := range s.Names {
				d.Names = append(d.Names, n.Name)
			}
		}
	}
	if len(d.Names) == 0 {
		d.Names = []string{"_"} // var ()
	}
	return d
}
