package golang

import (
	"go/ast"
	"go/types"

	"github.com/spindle-flow/spindle/engine/graph"
)

// scope is the function that is looked at.
type scope struct {
	recv types.Object // the variable that holds the flow
	decl *ast.FuncDecl
}

func (s scope) name() string { return s.decl.Name.Name }

// isFlow reports whether an expression is the flow itself.
func (s scope) isFlow(p *Package, e ast.Expr) bool {
	if star, ok := ast.Unparen(e).(*ast.StarExpr); ok {
		e = star.X
	}
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && s.recv != nil && p.object(id) == s.recv
}

func (s scope) receiver() string {
	if s.recv != nil {
		return s.recv.Name()
	}
	return ""
}

// exits collects the ways out of a step, those of functions that it asks for the transition included.
type exits struct {
	r    *reader
	step *graph.Step
	list []exit
	busy map[*ast.FuncDecl]bool
}

// function goes over the return statements of a function.
func (x *exits) function(ft *ast.FuncType, body *ast.BlockStmt, in scope) {
	inspectOwn(body, func(n ast.Node) bool {
		ret, ok := n.(*ast.ReturnStmt)
		if !ok {
			return true
		}
		failing := false
		switch len(ret.Results) {
		case 0:
			if id := resultName(ft); id != nil {
				x.variable(id, body, in, ret, false)
			}
			return true
		case 2:
			if x.r.p.noNext(ret.Results[0]) && !isNil(ret.Results[1]) {
				return true
			}
			failing = x.r.fails(ret.Results[1])
		}
		x.expr(ret.Results[0], body, in, failing)
		return true
	})
}

// inspectOwn goes over what is in a function but for the functions in it.
func inspectOwn(body *ast.BlockStmt, visit func(ast.Node) bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if _, nested := n.(*ast.FuncLit); nested {
			return false
		}
		return n == nil || visit(n)
	})
}

func resultName(ft *ast.FuncType) *ast.Ident {
	if ft.Results == nil || len(ft.Results.List) == 0 || len(ft.Results.List[0].Names) == 0 {
		return nil
	}
	return ft.Results.List[0].Names[0]
}

// expr reads an expression that is a transition, or a call that returns one and an error.
func (x *exits) expr(e ast.Expr, body *ast.BlockStmt, in scope, failing bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		x.call(e, in, failing)
		return
	case *ast.CompositeLit:
		if x.r.p.noNext(e) {
			if !failing {
				x.bad(e, "flow.Next{} names no step")
			}
			return
		}
	case *ast.Ident:
		x.variable(e, body, in, e, failing)
		return
	}
	x.computed(e)
}

// noNext reports whether an expression is flow.Next{}.
func (p *Package) noNext(e ast.Expr) bool {
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	return ok && len(lit.Elts) == 0 && p.sdkType(lit) == "Next"
}

// bad adds a way out that is known to be wrong.
func (x *exits) bad(at ast.Node, problem string) *graph.Transition {
	t := &graph.Transition{Range: x.r.p.span(at)}
	x.r.invalid(t, nil, graph.FlawForm, "%s", problem)
	x.list = append(x.list, exit{t: t})
	return t
}

// computed adds a way out that the source does not tell.
func (x *exits) computed(at ast.Node) { x.bad(at, "it is computed").Unread = true }

func (x *exits) call(call *ast.CallExpr, in scope, failing bool) {
	if name := x.r.p.sdk(call.Fun); name != "" {
		if e, ok := x.r.transition(name, call, in); ok {
			e.failing = failing
			x.list = append(x.list, e)
			return
		}
	}
	decl, recv := x.r.function(call, in)
	if decl == nil || decl.Body == nil {
		x.computed(call)
		return
	}
	if x.busy[decl] {
		return
	}
	x.busy[decl] = true
	from := len(x.list)
	x.function(decl.Type, decl.Body, scope{recv: recv, decl: decl})
	delete(x.busy, decl)
	for i := range x.list[from:] {
		x.list[from+i].failing = x.list[from+i].failing || failing
	}
}

// variable follows a local variable to what it is assigned in the function.
func (x *exits) variable(id *ast.Ident, body *ast.BlockStmt, in scope, at ast.Node, failing bool) {
	obj := x.r.p.object(id)
	if _, local := obj.(*types.Var); !local || obj.Parent() == x.r.p.Types.Scope() {
		x.computed(at)
		return
	}
	found := false
	inspectOwn(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if name, ok := left.(*ast.Ident); !ok || x.r.p.object(name) != obj {
					continue
				}
				found = true
				if len(n.Rhs) == len(n.Lhs) {
					x.assigned(n.Rhs[i], id, body, in, failing)
				} else if i == 0 {
					x.assigned(n.Rhs[0], id, body, in, failing)
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if x.r.p.object(name) == obj && i < len(n.Values) {
					found = true
					x.assigned(n.Values[i], id, body, in, failing)
				}
			}
		}
		return true
	})
	if !found && !failing && resultName(in.decl.Type) == nil {
		x.computed(at)
	}
}

// assigned reads what a variable is assigned, which may be another variable but not itself.
func (x *exits) assigned(e ast.Expr, to *ast.Ident, body *ast.BlockStmt, in scope, failing bool) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok && x.r.p.object(id) == x.r.p.object(to) {
		return
	}
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		x.computed(id)
		return
	}
	if lit, ok := ast.Unparen(e).(*ast.CompositeLit); ok && len(lit.Elts) == 0 {
		return // the variable's first value
	}
	x.expr(e, body, in, failing)
}

// function returns the function of the package that a call is of, with the variable that is the flow in it.
func (r *reader) function(call *ast.CallExpr, in scope) (*ast.FuncDecl, types.Object) {
	switch fn := bare(call.Fun).(type) {
	case *ast.SelectorExpr:
		if m := r.byMethod[fn.Sel.Name]; m != nil && in.isFlow(r.p, fn.X) {
			return m.decl, m.recv
		}
	case *ast.Ident:
		decl := r.p.declared(r.p.object(fn))
		if decl == nil {
			return nil, nil
		}
		at := 0
		for _, list := range decl.Type.Params.List {
			for i := range max(1, len(list.Names)) {
				if at < len(call.Args) && in.isFlow(r.p, call.Args[at]) && i < len(list.Names) {
					return decl, r.p.Info.Defs[list.Names[i]]
				}
				at++
			}
		}
		return decl, nil
	}
	return nil, nil
}

// declared is the function of the package that an object is.
func (p *Package) declared(obj types.Object) *ast.FuncDecl {
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil
	}
	if f := p.of(fn.Pos()); f != nil {
		for _, d := range f.tree.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Name != nil && decl.Name.Pos() == fn.Pos() {
				return decl
			}
		}
	}
	return nil
}
