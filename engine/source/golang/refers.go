package golang

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/spindle-flow/spindle/flow/names"
)

// fieldOf returns the field of the flow that an expression reads, or of which a local variable has the value; nil for anything else.
func (r *reader) fieldOf(e ast.Expr, in scope) *field {
	switch e := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		if in.isFlow(r.p, e.X) {
			return r.byField[e.Sel.Name]
		}
	case *ast.Ident:
		return r.sharing(e, in)
	}
	return nil
}

// sharing returns the one field whose value a local variable is: rows := t.Rows, t.Rows = rows, rows, err := t.Rows.Get(), t.Rows.Set(rows).
func (r *reader) sharing(id *ast.Ident, in scope) *field {
	obj := r.p.object(id)
	if _, local := obj.(*types.Var); !local || in.decl.Body == nil {
		return nil
	}
	is := func(e ast.Expr) bool {
		other, ok := ast.Unparen(e).(*ast.Ident)
		return ok && r.p.object(other) == obj
	}
	var found []*field
	note := func(e ast.Expr) {
		if sel, ok := ast.Unparen(e).(*ast.SelectorExpr); ok && in.isFlow(r.p, sel.X) {
			if f := r.byField[sel.Sel.Name]; f != nil && !slices.Contains(found, f) {
				found = append(found, f)
			}
		}
	}
	inspectOwn(in.decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i := range n.Lhs {
				switch {
				case len(n.Lhs) == len(n.Rhs) && is(n.Lhs[i]):
					note(n.Rhs[i])
				case len(n.Lhs) == len(n.Rhs) && is(n.Rhs[i]):
					note(n.Lhs[i])
				}
			}
			if len(n.Lhs) == 2 && len(n.Rhs) == 1 && is(n.Lhs[0]) {
				note(r.lazily("Get", n.Rhs[0], 0))
			}
		case *ast.CallExpr:
			if len(n.Args) == 1 && is(n.Args[0]) {
				note(r.lazily("Set", n, 1))
			}
		}
		return true
	})
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// lazily returns what a method of a flow.Lazy is called of, or the expression itself for any other one.
func (r *reader) lazily(method string, e ast.Expr, args int) ast.Expr {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != args {
		return e
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == method {
		return sel.X
	}
	return e
}

// stepName is a method's name in the graph.
func (r *reader) stepName(method string) string { return names.Snake(method) }

// methodExpr returns the method that (*Train).Fit names, empty for anything else.
func (r *reader) methodExpr(sel *ast.SelectorExpr) string {
	x := ast.Unparen(sel.X)
	if star, ok := x.(*ast.StarExpr); ok {
		x = ast.Unparen(star.X)
	}
	id, ok := bare(x).(*ast.Ident)
	if !ok {
		return ""
	}
	if _, isType := r.p.object(id).(*types.TypeName); !isType {
		return ""
	}
	return sel.Sel.Name
}

// notTheFlow reports whether an expression is known to be something else than a value of this flow's type.
func (r *reader) notTheFlow(e ast.Expr) bool {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if _, isPackage := r.p.object(id).(*types.PkgName); isPackage {
			return true
		}
	}
	t := r.p.Info.TypeOf(e)
	if t == nil || t == types.Typ[types.Invalid] {
		return false
	}
	named := pointee(t)
	if named == nil {
		named, _ = types.Unalias(t).(*types.Named)
	}
	if named == nil || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != r.home {
		return true
	}
	name := named.Obj().Name()
	return name != r.t.name && !slices.ContainsFunc(r.t.bases, func(b *flowType) bool { return b.name == name })
}
