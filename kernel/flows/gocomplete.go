package flows

import (
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	source "github.com/spindle-flow/spindle/engine/source/golang"
	"github.com/spindle-flow/spindle/kernel/cells"
	"github.com/spindle-flow/spindle/kernel/flows/gotext"
	"github.com/spindle-flow/spindle/spin"
)

// cursorName stands in a cell's text for the name that is being written.
const cursorName = "spindleCursor"

// answerGo answers questions about a cell of Go; nil for one that is none.
func (r *Runner) answerGo(ctx context.Context, q cells.Question) (json.RawMessage, error) {
	b, s := r.attached()
	g, ok := b.(*goBook)
	first, _ := cut(q.Code)
	if !ok || !g.claims(first) && !g.definesSteps(q.Code) {
		return nil, nil
	}
	switch q.Kind {
	case "complete":
		if c := r.completeGo(ctx, g, s, []rune(q.Code), q.Cursor); c != nil {
			return c.reply(q.Cursor)
		}
		return json.Marshal(map[string]any{"matches": []string{}, "cursor_start": q.Cursor, "cursor_end": q.Cursor, "metadata": map[string]any{}})
	case "inspect":
		text := r.explainGo(ctx, g, s, []rune(q.Code), q.Cursor)
		data := map[string]any{}
		if text != "" {
			data["text/plain"] = text
		}
		return json.Marshal(map[string]any{"found": text != "", "data": data, "metadata": map[string]any{}})
	}
	return isCompleteGo(q.Code), nil
}

// isCompleteGo says whether more lines have to come.
func isCompleteGo(code string) json.RawMessage {
	depth := 0
	set := token.NewFileSet()
	var s scanner.Scanner
	broken := false
	s.Init(set.AddFile("", -1, len(code)), []byte(code), func(_ token.Position, message string) {
		broken = broken || strings.Contains(message, "not terminated")
	}, 0)
	for {
		_, tok, _ := s.Scan()
		switch tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth--
		}
		if tok == token.EOF {
			return verdict(code, depth > 0 || broken)
		}
	}
}

func verdict(code string, unfinished bool) json.RawMessage {
	if unfinished {
		return json.RawMessage(`{"status":"incomplete","indent":"\t"}`)
	}
	if _, err := gotext.Parse(code); err != nil {
		return json.RawMessage(`{"status":"invalid"}`)
	}
	return json.RawMessage(`{"status":"complete"}`)
}

// word is the name at the cursor.
func word(code []rune, cursor int) (from, to int) {
	inside := func(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }
	from, to = cursor, cursor
	for from > 0 && inside(code[from-1]) {
		from--
	}
	for to < len(code) && inside(code[to]) {
		to++
	}
	return from, to
}

// checked is a package with a cell in it, as far as it can be checked.
type checked struct {
	*source.Package
	texts map[string]gotext.Text
}

// newCell is the name of a cell that has not been run.
const newCell = "cell"

func (r *Runner) checkedGo(ctx context.Context, b *goBook, s *Source, code string) (*checked, error) {
	session, c := r.cellsOfGo, &checked{}
	if b.definesSteps(code) {
		next, _, err := b.define(ctx, newCell, code)
		if err != nil {
			return nil, err
		}
		edited := next.(*goBook) //nolint:forcetypeassert // a book defines one of its kind
		if c.texts, err = edited.pkg.With(edited.edits, false); err != nil {
			return nil, err
		}
		session = r.flowsOfGo
	} else {
		g, err := newGoCell(b, s, newCell, code)
		if err != nil {
			return nil, err
		}
		c.texts = g.texts
	}
	res, err := session.Read(ctx, source.Options{Dir: b.dir, Class: b.class, Overlay: overlayOf(c.texts)})
	if err != nil {
		return nil, err
	}
	if c.Package = res.Package; c.Package == nil || c.Types == nil {
		return nil, errors.New("the package can't be checked")
	}
	return c, nil
}

// name is the name at a place of the cell; the column counts bytes from 0.
func (c *checked) name(line, column int) *ast.Ident {
	for file, text := range c.texts {
		here, ok := text.Find(newCell, line)
		if !ok {
			continue
		}
		for _, f := range c.Trees() {
			tok := c.Fset.File(f.FileStart)
			if filepath.Base(tok.Name()) != filepath.Base(file) || here > tok.LineCount() {
				continue
			}
			at := tok.LineStart(here) + token.Pos(column)
			var found *ast.Ident
			ast.Inspect(f, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && id.Pos() <= at && at < id.End() {
					found = id
				}
				return n == nil || n.Pos() <= at && at <= n.End()
			})
			return found
		}
	}
	return nil
}

// completeGo finds what could stand at the cursor.
func (r *Runner) completeGo(ctx context.Context, b *goBook, s *Source, code []rune, cursor int) *choices {
	from, to := word(code, cursor)
	text := string(code[:from]) + cursorName + string(code[to:])
	p, err := r.checkedGo(ctx, b, s, text)
	if err != nil {
		return nil // what is written is no Go yet
	}
	c := &choices{start: from}
	id, x := find(p.Package, cursorName)
	switch {
	case id == nil:
		return nil
	case x != nil:
		c.members(p.Package, x.X)
	default:
		c.scope(p.Package, id.Pos())
	}
	slices.SortFunc(c.list, func(a, b choice) int { return strings.Compare(a.text, b.text) })
	return c.keep(string(code[from:cursor]))
}

// find is the first use of a name, and the selection that it is part of, nil for none.
func find(p *source.Package, name string) (id *ast.Ident, in *ast.SelectorExpr) {
	for _, f := range p.Trees() {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if n.Sel.Name == name && id == nil {
					id, in = n.Sel, n
				}
			case *ast.Ident:
				if n.Name == name && id == nil {
					id = n
				}
			}
			return id == nil
		})
	}
	return id, in
}

// members adds what can be selected of an expression.
func (c *choices) members(p *source.Package, x ast.Expr) {
	if id, ok := x.(*ast.Ident); ok {
		if pkg, ok := p.Info.Uses[id].(*types.PkgName); ok {
			scope := pkg.Imported().Scope()
			for _, name := range scope.Names() {
				if ast.IsExported(name) {
					c.object(scope.Lookup(name))
				}
			}
			return
		}
	}
	t := p.Info.TypeOf(x)
	if t == nil {
		return
	}
	c.fields(p, t, map[types.Type]bool{})
	if _, pointer := t.Underlying().(*types.Pointer); !pointer && !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	methods := types.NewMethodSet(t)
	for i := range methods.Len() {
		if m := methods.At(i).Obj(); m.Exported() || m.Pkg() == p.Types {
			c.object(m)
		}
	}
}

// fields adds a struct's fields, with those of what it embeds.
func (c *choices) fields(p *source.Package, t types.Type, seen map[types.Type]bool) {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || seen[t] {
		return
	}
	seen[t] = true
	for i := range s.NumFields() {
		f := s.Field(i)
		if f.Exported() || f.Pkg() == p.Types {
			c.object(f)
		}
		if f.Embedded() {
			c.fields(p, f.Type(), seen)
		}
	}
}

// scope adds the names that can be used at a place.
func (c *choices) scope(p *source.Package, at token.Pos) {
	for s := p.Types.Scope().Innermost(at); s != nil; s = s.Parent() {
		for _, name := range s.Names() {
			o := s.Lookup(name)
			hidden := strings.HasPrefix(name, "spindle") || name == "_" || name == "init"
			local := s != p.Types.Scope() && s != types.Universe && o.Pos() > at // not yet declared
			if !hidden && !local {
				c.object(o)
			}
		}
	}
	for tok := token.BREAK; tok <= token.VAR; tok++ {
		c.add("keyword", tok.String())
	}
}

func (c *choices) object(o types.Object) {
	kind := "statement"
	switch o.(type) {
	case *types.Func, *types.Builtin:
		kind = "function"
	case *types.PkgName:
		kind = "module"
	case *types.TypeName:
		kind = "class"
	case *types.Var, *types.Const:
		kind = "instance"
	}
	c.add(kind, o.Name())
}

// explainGo says what the name at the cursor is.
func (r *Runner) explainGo(ctx context.Context, b *goBook, s *Source, code []rune, cursor int) string {
	from, to := word(code, min(cursor, len(code)))
	if from == to {
		return ""
	}
	p, err := r.checkedGo(ctx, b, s, string(code))
	if err != nil {
		return ""
	}
	before := string(code[:from])
	id := p.name(1+strings.Count(before, "\n"), len(before)-1-strings.LastIndexByte(before, '\n'))
	if id == nil {
		return ""
	}
	o := p.Info.ObjectOf(id)
	if o == nil {
		return ""
	}
	text := types.ObjectString(o, func(other *types.Package) string {
		if other == p.Types {
			return ""
		}
		return other.Name()
	})
	if doc := docOf(p.Package, o); doc != "" {
		text += "\n" + doc
	}
	if v, ok := o.(*types.Var); ok && v.IsField() {
		if more := r.valueOfGo(ctx, s, fieldsOf(p.Package, s.Flow.Name)[v.Name()]); more != "" {
			text += "\n" + more
		}
	}
	if f, ok := o.(*types.Func); ok {
		if standing, done, err := r.look(ctx); err == nil {
			if more := explainStep(s, standing, editName(gotext.Decl{Step: true, Names: []string{f.Name()}})); more != "" {
				text += "\n" + more
			}
			done()
		}
	}
	return text
}

// docOf is the comment above a declaration of the package.
func docOf(p *source.Package, o types.Object) string {
	for _, f := range p.Trees() {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if p.Info.Defs[d.Name] == o {
					return strings.TrimSpace(d.Doc.Text())
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if t, ok := spec.(*ast.TypeSpec); ok && p.Info.Defs[t.Name] == o {
						return strings.TrimSpace(d.Doc.Text())
					}
				}
			}
		}
	}
	return ""
}

// valueOfGo says what an artifact is on the workbench.
func (r *Runner) valueOfGo(ctx context.Context, s *Source, artifact string) string {
	if artifact == "" {
		return ""
	}
	standing, done, err := r.look(ctx)
	if err != nil {
		standing, done = &spin.Standing{}, func() {}
	}
	defer done()
	return r.explainArtifact(ctx, s, standing, artifact)
}
