package golang

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/flow/names"
)

// readOddities looks for what only types show.
func (r *reader) readOddities() {
	for _, f := range r.fields {
		r.checkTag(f)
		if f.fixed() {
			r.checkParameter(f)
		} else {
			r.checkStorable(f)
		}
	}
	for _, m := range r.methods {
		r.checkMethod(m)
	}
	r.checkNames()
	r.checkItems()
	r.checkUnexported()
}

// checkMethod looks for methods that are steps of another flow, steps of a copy, or steps but for something.
func (r *reader) checkMethod(m *method) {
	at := r.p.span(m.decl.Name)
	switch {
	case m.form == joinStep:
		params := flat(m.decl.Type.Params)
		if other := r.inputsOf(params[1]); other != r.t.name {
			r.odd(graph.Oddity{Kind: graph.OddJoin, Range: r.p.span(params[1]), Step: m.name(), Want: r.t.name, Got: other})
		}
	case m.isStep():
	default:
		if why := r.nearMiss(m); why != "" && !r.called(m) {
			r.odd(graph.Oddity{Kind: graph.OddSignature, Range: at, Step: m.name(), Got: why})
		}
	}
	if m.isStep() && !m.pointer && r.sets(m) {
		r.odd(graph.Oddity{Kind: graph.OddValue, Range: r.p.span(m.decl.Recv.List[0].Type), Step: m.name(), Want: r.t.name})
	}
}

// sets reports whether a step sets a field.
func (r *reader) sets(m *method) bool {
	b := r.flow.Data.Step(r.stepName(m.name()))
	return b != nil && len(b.Writes) > 0
}

// nearMiss says why a method that makes a transition is no step, empty for one that makes none.
func (r *reader) nearMiss(m *method) string {
	ft := m.decl.Type
	params, results := flat(ft.Params), flat(ft.Results)
	next := slices.IndexFunc(results, func(e ast.Expr) bool { return r.p.sdkType(e) == "Next" })
	takesContext := len(params) > 0 && r.p.sdkType(params[0]) == "Context"
	switch {
	case next < 0 && takesContext && m.decl.Name.IsExported() && len(params) <= 2 && len(results) == 1 && isError(results[0]):
		return "it returns no flow.Next"
	case next < 0:
		return ""
	case !r.returnsNext(ft):
		return "it returns something else than (flow.Next, error)"
	case !takesContext && len(params) > 0 && strings.HasSuffix(r.p.source(params[0]), "Context"):
		return "it takes a " + short(r.p.source(params[0])) + " where a step takes a flow.Context"
	case !takesContext:
		return "its first argument is no flow.Context"
	case len(params) > 2:
		return "it takes too many arguments"
	case !m.decl.Name.IsExported():
		return "its name starts with a small letter"
	}
	return "its last argument is variadic"
}

// called reports whether the package calls a method of the flow, so that it is most likely a helper.
func (r *reader) called(m *method) bool {
	found := false
	for _, f := range r.p.files {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && !found {
				if sel, ok := bare(call.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == m.name() {
					found = true
				}
			}
			return !found
		})
	}
	return found
}

// checkNames looks for names that are the same in the graph.
func (r *reader) checkNames() {
	type owner struct {
		name string
		at   graph.Range
	}
	taken, options := map[string]owner{}, map[string]owner{}
	note := func(in map[string]owner, name, goName string, at graph.Range) {
		if old, ok := in[name]; ok {
			r.odd(graph.Oddity{Kind: graph.OddDuplicate, Range: at, Name: goName, Want: old.name, Got: name, Related: old.at})
			return
		}
		in[name] = owner{goName, at}
	}
	for _, m := range r.methods {
		if m.isStep() {
			note(taken, r.stepName(m.name()), m.name(), r.p.span(m.decl.Name))
		}
	}
	for _, f := range r.fields {
		at := r.p.span(f.ident)
		note(taken, f.Name, f.goName, at)
		if f.fixed() {
			note(options, strings.ReplaceAll(f.Param+f.Config, "-", "_"), f.goName, at)
		}
	}
}

// checkItems holds flow.Item[T] against the items of the foreach around the step.
func (r *reader) checkItems() {
	var g *graph.Graph
	for _, m := range r.methods {
		if !m.isStep() || m.decl.Body == nil {
			continue
		}
		ast.Inspect(m.decl.Body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || r.p.sdk(call.Fun) != "Item" {
				return true
			}
			index, ok := ast.Unparen(call.Fun).(*ast.IndexExpr)
			if !ok {
				return true
			}
			if g == nil {
				g = graph.New(r.flow)
			}
			r.checkItem(g, m, index.Index)
			return true
		})
	}
}

func (r *reader) checkItem(g *graph.Graph, m *method, asked ast.Expr) {
	split := enclosing(g, r.stepName(m.name()))
	got := r.p.Info.TypeOf(asked)
	if split == nil || got == nil || got == types.Typ[types.Invalid] {
		return
	}
	for _, f := range r.fields {
		if f.Name != split.Step.Next.Foreach || f.typ == nil {
			continue
		}
		list, ok := f.typ.Underlying().(*types.Slice)
		if ok && !types.Identical(list.Elem(), got) {
			r.odd(graph.Oddity{
				Kind: graph.OddItem, Range: r.p.span(asked), Step: r.stepName(m.name()), Name: f.goName, Want: r.p.typeText(list.Elem()),
				Got: r.p.typeText(got), Related: split.Step.Next.ForeachRange,
			})
		}
	}
}

// enclosing is the one foreach that a step's item is of, nil where that is not sure.
func enclosing(g *graph.Graph, step string) *graph.Node {
	var found *graph.Node
	n := g.Node(step)
	for _, frame := range g.Stacks(step) {
		if n.Step.Positional() > 1 && frame != nil {
			frame = frame.Outer
		}
		for frame != nil && g.Node(frame.Split).Type != graph.TypeForeach {
			frame = frame.Outer
		}
		if frame == nil || found != nil && found.Name != frame.Split {
			return nil
		}
		found = g.Node(frame.Split)
	}
	return found
}

// checkUnexported looks for fields with small letters that one step sets and another one uses: each step has its own.
func (r *reader) checkUnexported() {
	small := map[string]bool{}
	for _, t := range append(slices.Clone(r.t.bases), r.t) {
		for _, list := range t.body.Fields.List {
			for _, id := range list.Names {
				if !id.IsExported() && id.Name != "_" {
					small[id.Name] = true
				}
			}
		}
	}
	if len(small) == 0 {
		return
	}
	type place struct {
		m   *method
		sel *ast.SelectorExpr
	}
	var set []place
	users := map[string][]*method{}
	for _, m := range r.methods {
		if m.decl.Body == nil || !m.isStep() {
			continue
		}
		written := map[*ast.SelectorExpr]bool{}
		in := scope{recv: m.recv, decl: m.decl}
		ast.Inspect(m.decl.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, left := range n.Lhs {
					if sel, ok := left.(*ast.SelectorExpr); ok && small[sel.Sel.Name] && in.isFlow(r.p, sel.X) {
						set, written[sel] = append(set, place{m, sel}), true
					}
				}
			case *ast.SelectorExpr:
				if small[n.Sel.Name] && in.isFlow(r.p, n.X) && !written[n] {
					users[n.Sel.Name] = append(users[n.Sel.Name], m)
				}
			}
			return true
		})
	}
	told := map[string]bool{}
	for _, p := range set {
		name := p.sel.Sel.Name
		other := slices.IndexFunc(users[name], func(m *method) bool { return m != p.m })
		if other < 0 || told[name] || slices.ContainsFunc(set, func(o place) bool { return o.sel.Sel.Name == name && o.m == users[name][other] }) {
			continue
		}
		told[name] = true
		r.odd(graph.Oddity{Kind: graph.OddUnexported, Range: r.p.span(p.sel.Sel), Step: r.stepName(p.m.name()), Name: name, Want: r.stepName(users[name][other].name())})
	}
}

// checkTag looks at how a field's tag is written.
func (r *reader) checkTag(f *field) {
	if f.tag.lit == nil {
		return
	}
	if f.tag.bad {
		r.odd(graph.Oddity{Kind: graph.OddMalformed, Range: r.p.span(f.tag.lit), Name: f.goName})
	}
	known := []string{names.Artifact}
	switch {
	case f.Config != "":
		known = append(known, names.ConfigKeys()...)
	case f.Param != "":
		known = append(known, names.ParamKeys()...)
	}
	for _, p := range f.tag.pairs {
		if !slices.Contains(known, p.key) {
			r.odd(graph.Oddity{Kind: graph.OddTag, Range: r.p.Range(p.from, p.to), Name: f.goName, Got: p.key, Want: strings.Join(known, " ")})
		}
	}
}
