package golang

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// call is a call of anything.
func (c *collector) call(call *ast.CallExpr) {
	if tv, ok := c.info().Types[call.Fun]; ok && tv.IsType() { // a conversion
		c.args(call.Args)
		return
	}
	if name := c.e.x.r.p.sdk(call.Fun); name != "" {
		c.sdkCall(name, call)
		return
	}
	switch fn := bare(call.Fun).(type) {
	case *ast.SelectorExpr:
		c.methodCall(call, fn)
	case *ast.Ident:
		c.plainCall(call, fn)
	case *ast.FuncLit: // called at once
		c.args(call.Args)
		c.apply(&walked{body: c.e.run(fn.Type, fn.Body)}, call, false)
	default:
		c.expr(call.Fun)
		c.args(call.Args)
	}
}

func (c *collector) args(list []ast.Expr) {
	for _, a := range list {
		c.expr(a)
	}
}

// sdkCall is a call of one of the SDK's functions.
func (c *collector) sdkCall(name string, call *ast.CallExpr) {
	at := c.span(call)
	switch name {
	case "Merge":
		c.merge(call)
	case "Item":
		c.list = append(c.list, event{write: -1, merge: -1, place: &graph.Place{Kind: graph.PlaceFrame, Name: "input", Range: at, At: at}})
	case "To", "Join", "Split":
	case "Foreach", "Gang":
		if len(call.Args) > 1 {
			c.args(call.Args[1:])
		}
	case "Switch":
		if len(call.Args) > 0 {
			c.expr(call.Args[0])
		}
	case "Case":
	default:
		c.args(call.Args)
	}
}

// merge is flow.Merge(t, inputs, flow.Include("X")).
func (c *collector) merge(call *ast.CallExpr) {
	at := c.span(call)
	if len(call.Args) == 0 || c.e.role(call.Args[0]) != theFlow {
		c.args(call.Args)
		return
	}
	if len(c.b.Merges) >= maxMerges {
		c.opened(call, "there are too many merges to follow")
		return
	}
	m := graph.Merge{Range: at, At: at, Guarded: c.e.excused[call]}
	if len(call.Args) > 2 {
		m.Computed = call.Ellipsis.IsValid()
		for _, o := range call.Args[2:] {
			c.mergeOption(&m, o)
		}
	}
	c.b.Merges = append(c.b.Merges, m)
	c.list = append(c.list, event{write: -1, merge: len(c.b.Merges) - 1})
}

// maxMerges is how many merges of one step are told apart.
const maxMerges = 64

func (c *collector) mergeOption(m *graph.Merge, o ast.Expr) {
	name, call := c.e.x.r.p.callOf(o)
	kind, list := graph.Include, &m.Include
	switch name {
	case "Include":
		m.HasInclude = true
	case "Exclude":
		m.HasExclude, kind, list = true, graph.Exclude, &m.Exclude
	default:
		m.Computed = true
		return
	}
	for _, a := range call.Args {
		text, typ := c.e.x.r.p.caseOf(a)
		if typ != "str" || call.Ellipsis.IsValid() {
			m.Computed = true
			continue
		}
		artifact := text
		if f := c.e.x.r.byField[text]; f != nil {
			artifact = f.Name
		} else {
			c.e.x.r.odd(graph.Oddity{Kind: graph.OddMerge, Range: c.span(a), Step: c.e.decl.Name.Name, Name: text})
			continue
		}
		mention := &graph.Mention{Name: artifact, ID: c.e.x.id(artifact), Kind: kind, Via: graph.ViaInput, Body: c.e.body, Range: c.span(a), Text: true, Odd: true}
		if old := c.e.x.places[a.Pos()]; old != nil {
			mention = old
		} else {
			c.e.x.places[a.Pos()] = mention
			c.e.x.data.Mentions = append(c.e.x.data.Mentions, mention)
		}
		*list = append(*list, mention)
	}
}

// methodCall is x.name(…): a method of the flow, of a field, a function of another package, or anything else.
func (c *collector) methodCall(call *ast.CallExpr, fn *ast.SelectorExpr) {
	r := c.e.x.r
	if role := c.e.role(fn.X); role == theFlow || role == anInput {
		if m := r.byMethod[fn.Sel.Name]; m != nil {
			c.given(m.decl, append([]ast.Expr{fn.X}, call.Args...), call)
			return
		}
	}
	if f, sel, via := c.e.field(fn.X); f != nil {
		c.args(call.Args)
		c.fieldMethod(f, sel, via, fn)
		return
	}
	if f, ok := c.info().Uses[fn.Sel].(*types.Func); ok && harmless(f) {
		c.shown(call.Args)
		return
	}
	if fn.Sel.Name == "Index" && len(call.Args) == 0 && sdkNamedOrNil(c.info().TypeOf(fn.X)) == "Context" {
		at := c.span(call)
		c.list = append(c.list, event{write: -1, merge: -1, place: &graph.Place{Kind: graph.PlaceFrame, Name: "index", Range: at, At: at}})
		return
	}
	c.expr(call.Fun)
	c.args(call.Args)
}

// harmless reports whether a function only looks at what it is given.
func harmless(f *types.Func) bool {
	if f.Pkg() == nil {
		return false
	}
	switch f.Pkg().Path() {
	case "log", "log/slog":
		return true
	case "fmt":
		return !strings.Contains(f.Name(), "can") // Sscan, Fscanf
	case "encoding/json":
		return strings.HasPrefix(f.Name(), "Marshal")
	}
	return false
}

// shown goes over arguments that are only looked at.
func (c *collector) shown(args []ast.Expr) {
	for _, a := range args {
		if c.e.role(a) == theFlow {
			c.b.ReadsAny = true
			continue
		}
		c.expr(a)
	}
}

// fieldMethod is a call of a method of a field's value.
func (c *collector) fieldMethod(f *field, sel *ast.SelectorExpr, via graph.Via, fn *ast.SelectorExpr) {
	if sdkNamedOrNil(f.typ) == "Lazy" {
		if fn.Sel.Name == "Set" {
			c.set(f, sel, via, graph.Assign, graph.Content{})
		} else {
			c.read(f, sel, via)
		}
		return
	}
	if s := c.info().Selections[fn]; s != nil && s.Kind() == types.MethodVal && !c.isPointer(fn.X) {
		if sig, ok := s.Obj().Type().(*types.Signature); ok && sig.Recv() != nil {
			if _, pointer := sig.Recv().Type().(*types.Pointer); pointer { // t.Buf.WriteString(…) may change it
				c.set(f, sel, via, graph.Update, graph.Content{})
				return
			}
		}
	}
	c.read(f, sel, via)
}

// plainCall is name(…): a function of the package, or one that is built in.
func (c *collector) plainCall(call *ast.CallExpr, fn *ast.Ident) {
	obj := c.e.x.r.p.object(fn)
	if decl := c.e.x.r.p.declared(obj); decl != nil {
		c.given(decl, call.Args, call)
		return
	}
	if _, builtin := obj.(*types.Builtin); builtin {
		c.builtin(fn.Name, call)
		return
	}
	c.args(call.Args)
}

func (c *collector) builtin(name string, call *ast.CallExpr) {
	switch name {
	case "len", "cap":
		c.guard++
		defer func() { c.guard-- }()
	case "clear", "delete", "copy":
		if len(call.Args) > 0 {
			c.part(call.Args[0], true)
			c.args(call.Args[1:])
			return
		}
	case "new", "make":
		if len(call.Args) > 0 {
			c.args(call.Args[1:])
		}
		return
	}
	c.args(call.Args)
}

// given is a call of a function of the package whose arguments may be the flow or its inputs.
func (c *collector) given(decl *ast.FuncDecl, args []ast.Expr, call *ast.CallExpr) {
	roles := make([]role, len(args))
	any := false
	for i, a := range args {
		roles[i] = c.e.role(a)
		if roles[i] == mixed {
			roles[i] = none
		}
		any = any || roles[i] != none
		if roles[i] == none {
			c.expr(a)
		}
	}
	if any {
		c.apply(c.e.x.walk(decl, roles), call, false)
	}
}

// apply does what a called function does.
func (c *collector) apply(done *walked, at ast.Node, loose bool) {
	if done.busy {
		return
	}
	from, here := done.body, c.span(at)
	c.b.ReadsAny = c.b.ReadsAny || from.ReadsAny
	if len(c.b.Merges)+len(from.Merges) > maxMerges {
		c.opened(at, "there are too many merges to follow")
		return
	}
	ev := event{write: -1, merge: -1, called: from, loose: loose, at: here, writes: len(c.b.Writes), merges: len(c.b.Merges)}
	for _, w := range from.Writes {
		w.At = here
		w.Conditional, w.Looped = w.Conditional || loose, w.Looped || loose
		c.b.Writes = append(c.b.Writes, w)
	}
	for _, m := range from.Merges {
		m.At = here
		m.Assigned, m.MaybeAssigned = m.Assigned.Clone(), m.MaybeAssigned.Clone()
		m.Conditional = m.Conditional || loose
		c.b.Merges = append(c.b.Merges, m)
	}
	c.list = append(c.list, ev)
}

// literal is a function in the function. It counts as called here, though who knows when it is.
func (c *collector) literal(lit *ast.FuncLit) {
	own := c.own
	c.own = nil
	from := c.e.run(lit.Type, lit.Body)
	c.own = own
	inner := *from
	for i := range inner.Uses { // what a literal reads stands here, not at a call
		inner.Uses[i].Deferred = true
	}
	c.inlined(&walked{body: &inner}, lit)
}

// inlined is apply for code that stands where it is applied.
func (c *collector) inlined(done *walked, lit *ast.FuncLit) {
	n, w, m := len(c.list), len(c.b.Writes), len(c.b.Merges)
	c.apply(done, lit, true)
	if len(c.list) == n {
		return
	}
	for i := w; i < len(c.b.Writes); i++ {
		c.b.Writes[i].At = done.body.Writes[i-w].At
	}
	for i := m; i < len(c.b.Merges); i++ {
		c.b.Merges[i].At = done.body.Merges[i-m].At
	}
	if ev := &c.list[len(c.list)-1]; ev.called == done.body {
		ev.at = graph.Range{}
	}
}

// excuse finds the calls whose error is dropped, or looked at without ending the function.
func (e *env) excuse(body *ast.BlockStmt) {
	e.excused = map[*ast.CallExpr]bool{}
	note := func(x ast.Expr) {
		if call, ok := ast.Unparen(x).(*ast.CallExpr); ok {
			e.excused[call] = true
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ExprStmt:
			note(n.X)
		case *ast.AssignStmt:
			if len(n.Lhs) == 1 && len(n.Rhs) == 1 && isBlank(n.Lhs[0]) {
				note(n.Rhs[0])
			}
		case *ast.IfStmt:
			if init, ok := n.Init.(*ast.AssignStmt); ok && len(init.Rhs) == 1 && !e.leaves(n.Body) {
				note(init.Rhs[0])
			}
		}
		return true
	})
}

func isBlank(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "_"
}

// leaves reports whether a block ends the function somewhere.
func (e *env) leaves(body *ast.BlockStmt) bool {
	found := false
	inspectOwn(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ReturnStmt:
			found = true
		case *ast.CallExpr:
			found = found || !e.mayReturn(n)
		}
		return !found
	})
	return found
}
