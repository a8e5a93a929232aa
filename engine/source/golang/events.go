package golang

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/spindle-flow/spindle/engine/graph"
)

// event is one thing that a function does with the flow, in the course of its body.
type event struct {
	use   *graph.Use // a read; completed when the state is known
	write int        // the index of an assignment, -1 for none
	merge int        // the index of a merge, -1 for none
	place *graph.Place
	// called is what a called function does. It is loose where it may be called later, or not at all.
	called *graph.Body
	loose  bool
	at     graph.Range
	writes int // where the called function's writes and merges start in this body's
	merges int
	open   *graph.Dynamic
}

// collector finds the events of one block.
type collector struct {
	e    *env
	b    *graph.Body
	list []event
	// own is the field that the statement sets, which it may well read where nothing has set it: t.List = append(t.List, x).
	own   *field
	guard int // how many questions whether there is a value are around
	// asked are the fields that the function asks for before it uses them.
	asked map[int]bool
}

func (c *collector) info() *types.Info { return c.e.x.r.p.Info }

func (c *collector) span(n ast.Node) graph.Range { return c.e.x.r.p.span(n) }

func (c *collector) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		c.assignment(n)
	case *ast.IncDecStmt:
		c.change(n.X, graph.Update, graph.Content{})
	case *ast.ValueSpec:
		for _, v := range n.Values {
			c.expr(v)
		}
	case *ast.DeferStmt:
		c.loosely(n.Call)
	case *ast.GoStmt:
		c.loosely(n.Call)
	case *ast.ReturnStmt:
		for _, v := range n.Results {
			c.expr(v)
		}
	case *ast.SendStmt:
		c.expr(n.Chan)
		c.expr(n.Value)
	case *ast.ExprStmt:
		c.expr(n.X)
	case *ast.Ident: // the variables of a range stand alone too
	case ast.Expr:
		c.expr(n)
	}
}

// loosely is a call that runs at some other time.
func (c *collector) loosely(call *ast.CallExpr) {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		for _, a := range call.Args {
			c.expr(a)
		}
		c.literal(lit)
		return
	}
	c.expr(call)
}

func (c *collector) assignment(n *ast.AssignStmt) {
	if n.Tok != token.ASSIGN && n.Tok != token.DEFINE { // +=
		for _, v := range n.Rhs {
			c.expr(v)
		}
		c.change(n.Lhs[0], graph.Update, graph.Content{})
		return
	}
	if len(n.Lhs) == 1 {
		c.own, _, _ = c.e.field(n.Lhs[0])
	}
	for i, v := range n.Rhs {
		if r := c.e.role(v); len(n.Lhs) == len(n.Rhs) && r != none && isName(n.Lhs[i]) {
			continue // another name for it
		}
		c.expr(v)
	}
	c.own = nil
	for i, target := range n.Lhs {
		content := graph.Content{}
		var taken *graph.Taken
		if len(n.Lhs) == len(n.Rhs) {
			content = c.content(n.Rhs[i])
			if f, _, via := c.e.field(n.Rhs[i]); f != nil && via == graph.ViaInput {
				taken = &graph.Taken{ID: c.e.x.id(f.Name)}
			}
		}
		at := len(c.b.Writes)
		c.change(target, graph.Assign, content)
		if len(c.b.Writes) > at {
			c.b.Writes[at].Taken = taken
		}
	}
}

func isName(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.Ident)
	return ok
}

// change is an expression that is given a value.
func (c *collector) change(target ast.Expr, kind graph.MentionKind, content graph.Content) {
	target = ast.Unparen(target)
	if f, sel, via := c.e.field(target); f != nil {
		c.set(f, sel, via, kind, content)
		return
	}
	switch t := target.(type) {
	case *ast.Ident:
	case *ast.SelectorExpr: // a part of a struct
		c.part(t.X, c.isPointer(t.X))
	case *ast.IndexExpr:
		c.expr(t.Index)
		c.part(t.X, !c.isArray(t.X))
	case *ast.StarExpr:
		if c.e.role(t.X) == theFlow {
			c.opened(t, "the whole flow is assigned here")
			return
		}
		c.part(t.X, true)
	default:
		c.expr(target)
	}
}

// part is the rest of an expression of which a part is set. Where that is in a value that it only refers to, there must be one.
func (c *collector) part(rest ast.Expr, refers bool) {
	if f, sel, via := c.e.field(rest); f != nil {
		if refers {
			c.read(f, sel, via)
			c.set(f, sel, via, graph.Mutate, graph.Content{})
		} else {
			c.set(f, sel, via, graph.Update, graph.Content{})
		}
		return
	}
	switch t := ast.Unparen(rest).(type) {
	case *ast.SelectorExpr:
		c.part(t.X, refers || c.isPointer(t.X))
	case *ast.IndexExpr:
		c.expr(t.Index)
		c.part(t.X, refers || !c.isArray(t.X))
	case *ast.StarExpr:
		c.part(t.X, true)
	default:
		c.expr(rest)
	}
}

func (c *collector) isPointer(e ast.Expr) bool {
	t := c.info().TypeOf(e)
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

func (c *collector) isArray(e ast.Expr) bool {
	t := c.info().TypeOf(e)
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Array)
	return ok
}

// set notes that a field gets a value or is changed.
func (c *collector) set(f *field, sel *ast.SelectorExpr, via graph.Via, kind graph.MentionKind, content graph.Content) {
	m := c.e.x.mention(sel.Sel, f.Name, graph.Mention{Kind: kind, Via: via, Body: c.e.body})
	at := c.span(sel)
	switch {
	case via == graph.ViaInput: // it ends with the task
		return
	case f.fixed():
		c.list = append(c.list, event{write: -1, merge: -1, place: &graph.Place{Kind: graph.PlaceMember, Name: f.Name, Range: at, At: at}})
		return
	}
	if kind == graph.Update {
		c.list = append(c.list, event{write: -1, merge: -1, use: &graph.Use{Mention: m, ID: m.ID, At: m.Range, Via: via, Guarded: true}})
	}
	c.b.Writes = append(c.b.Writes, graph.Assignment{Mention: m, ID: m.ID, Kind: kind, At: m.Range, Content: content})
	c.list = append(c.list, event{write: len(c.b.Writes) - 1, merge: -1})
}

// read notes that a field's value is used.
func (c *collector) read(f *field, sel *ast.SelectorExpr, via graph.Via) {
	m := c.e.x.mention(sel.Sel, f.Name, graph.Mention{Kind: graph.Read, Via: via, Body: c.e.body})
	if f.fixed() {
		return
	}
	u := &graph.Use{Mention: m, ID: m.ID, At: m.Range, Via: via, Guarded: c.guard > 0 || c.own == f && via == graph.ViaSelf}
	if c.guard > 0 && via == graph.ViaSelf {
		c.asked[m.ID] = true
	}
	c.list = append(c.list, event{write: -1, merge: -1, use: u})
}

// opened notes that code out of sight gets hold of the flow.
func (c *collector) opened(at ast.Node, reason string) {
	c.b.ReadsAny = true
	c.list = append(c.list, event{write: -1, merge: -1, open: &graph.Dynamic{Range: c.span(at), Reason: reason}})
}

// expr goes over an expression in the order in which it is evaluated, as far as that matters.
func (c *collector) expr(x ast.Expr) {
	if x == nil {
		return
	}
	if f, sel, via := c.e.field(x); f != nil {
		c.read(f, sel, via)
		return
	}
	switch r := c.e.role(x); r {
	case theFlow:
		c.opened(x, "the flow is handed on here")
		return
	case theInputs, anInput, mixed:
		if r != theInputs {
			c.b.ReadsAny = true
		}
		c.indexes(x)
		return
	}
	switch x := x.(type) {
	case *ast.ParenExpr:
		c.expr(x.X)
	case *ast.SelectorExpr:
		c.selector(x)
	case *ast.CallExpr:
		c.call(x)
	case *ast.FuncLit:
		c.literal(x)
	case *ast.UnaryExpr:
		c.unary(x)
	case *ast.BinaryExpr:
		c.binary(x)
	case *ast.StarExpr:
		c.expr(x.X)
	case *ast.IndexExpr:
		c.expr(x.X)
		c.expr(x.Index)
	case *ast.IndexListExpr:
		c.expr(x.X)
	case *ast.SliceExpr:
		c.expr(x.X)
		c.expr(x.Low)
		c.expr(x.High)
		c.expr(x.Max)
	case *ast.TypeAssertExpr:
		c.expr(x.X)
	case *ast.KeyValueExpr:
		c.expr(x.Key)
		c.expr(x.Value)
	case *ast.CompositeLit:
		for _, e := range x.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if !isName(kv.Key) { // the names of fields say nothing
					c.expr(kv.Key)
				}
				c.expr(kv.Value)
				continue
			}
			c.expr(e)
		}
	}
}

// indexes goes over what is computed in an expression like inputs[i].
func (c *collector) indexes(x ast.Expr) {
	if i, ok := ast.Unparen(x).(*ast.IndexExpr); ok {
		c.expr(i.Index)
	}
}

// selector is x.name that is no field of the flow: a method that is handed on, or a part of something else.
func (c *collector) selector(x *ast.SelectorExpr) {
	if c.e.role(x.X) == theFlow {
		if m := c.e.x.r.byMethod[x.Sel.Name]; m != nil && !m.isStep() {
			c.apply(c.e.x.walk(m.decl, []role{theFlow}), x, true)
		}
		return
	}
	if c.e.role(x.X) == none {
		c.expr(x.X)
	}
}

func (c *collector) unary(x *ast.UnaryExpr) {
	if x.Op != token.AND {
		c.expr(x.X)
		return
	}
	if f, sel, via := c.e.field(x.X); f != nil { // whoever gets the address may set it
		c.set(f, sel, via, graph.Update, graph.Content{})
		return
	}
	switch ast.Unparen(x.X).(type) {
	case *ast.SelectorExpr, *ast.IndexExpr:
		c.part(x.X, false)
	default:
		c.expr(x.X)
	}
}

// binary takes a comparison with nothing as the question whether there is a value.
func (c *collector) binary(x *ast.BinaryExpr) {
	asks := (x.Op == token.EQL || x.Op == token.NEQ) && (c.isZero(x.X) || c.isZero(x.Y))
	if asks {
		c.guard++
		defer func() { c.guard-- }()
	}
	for _, side := range []ast.Expr{x.X, x.Y} {
		if c.e.role(side) == none { // the flow itself may well be compared
			c.expr(side)
		}
	}
}
