package golang

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/spindle-flow/spindle/engine/graph"
)

// role is what a variable is to the flow.
type role int

const (
	none role = iota
	theFlow
	theInputs // a list of a join's inputs
	anInput
	mixed // now this, now that
)

// env is a function that is walked, with what its variables are.
type env struct {
	x     *facts
	decl  *ast.FuncDecl
	body  int // its index, for mentions
	roles map[types.Object]role
	// excused are the calls whose error does not end the function.
	excused map[*ast.CallExpr]bool
}

// bind gives the receiver and the parameters what the caller passes.
func (e *env) bind(decl *ast.FuncDecl, given []role) {
	at := 0
	for _, list := range []*ast.FieldList{decl.Recv, decl.Type.Params} {
		if list == nil {
			continue
		}
		for _, f := range list.List {
			for i := range max(1, len(f.Names)) {
				if at < len(given) && i < len(f.Names) && given[at] != none {
					if obj := e.x.r.p.Info.Defs[f.Names[i]]; obj != nil {
						e.roles[obj] = given[at]
					}
				}
				at++
			}
		}
	}
}

// aliases finds the variables that hold the flow or an input by other names, wherever in the function.
func (e *env) aliases(body *ast.BlockStmt) {
	for changed := true; changed; {
		changed = false
		note := func(target ast.Expr, r role) {
			id, ok := ast.Unparen(target).(*ast.Ident)
			if !ok || r == none {
				return
			}
			obj := e.x.r.p.object(id)
			if obj == nil || e.roles[obj] == r || e.roles[obj] == mixed {
				return
			}
			if e.roles[obj] != none {
				r = mixed
			}
			e.roles[obj], changed = r, true
		}
		ast.Inspect(body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i := range n.Lhs {
					if len(n.Rhs) == len(n.Lhs) {
						note(n.Lhs[i], e.role(n.Rhs[i]))
					}
				}
			case *ast.ValueSpec:
				for i := range n.Values {
					if i < len(n.Names) {
						note(n.Names[i], e.role(n.Values[i]))
					}
				}
			case *ast.RangeStmt:
				if e.role(n.X) == theInputs && n.Value != nil {
					note(n.Value, anInput)
				}
			case *ast.CallExpr:
				e.callbacks(n, note)
			}
			return true
		})
	}
}

// callbacks gives the parameters of functions that are handed on beside a join's inputs their role: slices.SortFunc(in, func(a, b *Train) int …).
func (e *env) callbacks(call *ast.CallExpr, note func(ast.Expr, role)) {
	with := false
	for _, arg := range call.Args {
		with = with || e.role(arg) == theInputs
	}
	if !with {
		return
	}
	for _, arg := range call.Args {
		lit, ok := ast.Unparen(arg).(*ast.FuncLit)
		if !ok {
			continue
		}
		for _, f := range lit.Type.Params.List {
			if star, ok := f.Type.(*ast.StarExpr); ok {
				if id, ok := star.X.(*ast.Ident); ok && id.Name == e.x.r.t.name {
					for _, name := range f.Names {
						note(name, anInput)
					}
				}
			}
		}
	}
}

// role is what an expression is to the flow.
func (e *env) role(x ast.Expr) role {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		if obj := e.x.r.p.object(x); obj != nil {
			return e.roles[obj]
		}
	case *ast.StarExpr:
		return e.role(x.X)
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			if r := e.role(x.X); r == theFlow || r == anInput {
				return r
			}
		}
	case *ast.IndexExpr:
		if e.role(x.X) == theInputs {
			return anInput
		}
	case *ast.SliceExpr:
		if e.role(x.X) == theInputs {
			return theInputs
		}
	case *ast.SelectorExpr:
		if e.embedded(x) { // t.Base is a part of t
			return e.role(x.X)
		}
	}
	return none
}

// embedded reports whether x.Base is a struct that is embedded in x.
func (e *env) embedded(x *ast.SelectorExpr) bool {
	for _, b := range e.x.r.t.bases {
		if b.name == x.Sel.Name {
			return true
		}
	}
	v, ok := e.x.r.p.Info.Uses[x.Sel].(*types.Var)
	if !ok || !v.Embedded() {
		return false
	}
	_, isStruct := v.Type().Underlying().(*types.Struct)
	return isStruct
}

// field returns the field of the flow or of an input that an expression names.
func (e *env) field(x ast.Expr) (*field, *ast.SelectorExpr, graph.Via) {
	sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
	if !ok {
		return nil, nil, ""
	}
	f := e.x.r.byField[sel.Sel.Name]
	if f == nil {
		return nil, nil, ""
	}
	switch e.role(sel.X) {
	case theFlow:
		return f, sel, graph.ViaSelf
	case anInput:
		return f, sel, graph.ViaInput
	}
	return nil, nil, ""
}
