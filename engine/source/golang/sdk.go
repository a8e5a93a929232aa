package golang

import (
	"go/ast"
	"go/token"
	"go/types"
)

// sdk returns the name in the SDK that an expression refers to: Retry for flow.Retry. It is empty for anything else. Names are
// known by their import, so that they are even where the SDK could not be loaded.
func (p *Package) sdk(e ast.Expr) string {
	switch e := bare(e).(type) {
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			if pkg, ok := p.Info.Uses[x].(*types.PkgName); ok && pkg.Imported().Path() == SDK {
				return e.Sel.Name
			}
		}
	case *ast.Ident:
		if obj := p.Info.Uses[e]; obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == SDK && obj.Parent() == obj.Pkg().Scope() {
			return obj.Name()
		}
	}
	return ""
}

// bare takes parentheses and type arguments off an expression.
func bare(e ast.Expr) ast.Expr {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		default:
			return e
		}
	}
}

// sdkType returns the name of the SDK's type that an expression is of or names, through aliases too.
func (p *Package) sdkType(e ast.Expr) string {
	if t := p.Info.TypeOf(e); t != nil {
		if name := sdkNamed(t); name != "" {
			return name
		}
	}
	return p.sdk(e)
}

// sdkNamed returns the name of a type of the SDK's, empty for any other type.
func sdkNamed(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != SDK {
		return ""
	}
	return named.Obj().Name()
}

// callOf returns the name of the SDK's function that an expression calls.
func (p *Package) callOf(e ast.Expr) (name string, call *ast.CallExpr) {
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		return p.sdk(call.Fun), call
	}
	return "", nil
}

// object is what a name refers to, nil where that is not known.
func (p *Package) object(id *ast.Ident) types.Object {
	if obj := p.Info.Uses[id]; obj != nil {
		return obj
	}
	return p.Info.Defs[id]
}

// isNil reports whether an expression is nil as it stands.
func isNil(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && id.Name == "nil"
}

// addressed takes the & off an expression.
func addressed(e ast.Expr) (ast.Expr, bool) {
	if u, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && u.Op == token.AND {
		return ast.Unparen(u.X), true
	}
	return ast.Unparen(e), false
}
