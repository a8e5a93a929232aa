package golang

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/flow/names"
)

// reader reads one flow of a package.
type reader struct {
	p        *Package
	home     string // the import path of the flow's package
	t        *flowType
	flow     *graph.Flow
	fields   []*field
	byField  map[string]*field // by Go name
	methods  []*method
	byMethod map[string]*method // by Go name
}

func (p *Package) readFlow(t *flowType, main start) *graph.Flow {
	r := &reader{p: p, home: p.Types.Path(), t: t, byField: map[string]*field{}, byMethod: map[string]*method{}}
	r.flow = &graph.Flow{
		Name: t.name, Language: graph.Go, NameRange: p.span(t.spec.Name), Range: p.span(t.spec), Doc: docText(t.doc), Broken: p.broken(),
	}
	r.flow.File = r.flow.NameRange.File
	r.findFields(t)
	r.findMethods()
	r.spell()
	for _, m := range r.methods {
		if m.isStep() {
			r.flow.Steps = append(r.flow.Steps, r.step(m))
		}
	}
	r.markGangs()
	r.readData()
	if main.call != nil {
		options := *r
		options.p = main.p
		options.readOptions(main.call)
	}
	r.readOddities()
	return r.flow
}

// start is a call of flow.Main and the package in which it stands.
type start struct {
	p    *Package
	call *ast.CallExpr // nil for none
}

// spell notes the names as Go has them.
func (r *reader) spell() {
	r.flow.Spelled = make(map[string]string, len(r.fields)+len(r.methods))
	for _, m := range r.methods {
		r.flow.Spelled[r.stepName(m.name())] = m.name()
	}
	for _, f := range r.fields {
		r.flow.Spelled[f.Name] = f.goName
	}
}

// docText is a comment without its slashes.
func docText(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	return strings.TrimSpace(doc.Text())
}

// odd notes a fault that a rule reports.
func (r *reader) odd(o graph.Oddity) { r.flow.Oddities = append(r.flow.Oddities, o) }

// method is one method of the flow's struct or of one that it embeds.
type method struct {
	decl  *ast.FuncDecl
	owner *flowType
	recv  types.Object // the receiver's variable, nil where it has no name
	form  form
	item  ast.Expr // the type of a foreach's item
	// pointer is false for a method of the value.
	pointer bool
}

// form is what kind of step a method is.
type form int

const (
	noStep form = iota
	plainStep
	bodyStep
	joinStep
)

func (m *method) name() string { return m.decl.Name.Name }

func (m *method) isStep() bool { return m.form != noStep }

func (r *reader) findMethods() {
	owners := append(slices.Clone(r.t.bases), r.t)
	for i, owner := range owners {
		for _, f := range r.inOrder(owner) {
			for _, decl := range f.tree.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok || receiverName(fn) != owner.name || fn.Name == nil {
					continue
				}
				r.addMethod(fn, owner, i < len(owners)-1)
			}
		}
	}
}

// inOrder lists the files, that of a struct first.
func (r *reader) inOrder(t *flowType) []*file {
	own := r.p.of(t.spec.Pos())
	out := []*file{own}
	for _, f := range r.p.files {
		if f != own {
			out = append(out, f)
		}
	}
	return out
}

func receiverName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) != 1 {
		return ""
	}
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := bare(t).(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// addMethod adds a method; one of the flow itself takes the place of an embedded one.
func (r *reader) addMethod(fn *ast.FuncDecl, owner *flowType, embedded bool) {
	m := &method{decl: fn, owner: owner}
	recv := fn.Recv.List[0]
	_, m.pointer = recv.Type.(*ast.StarExpr)
	if len(recv.Names) == 1 {
		m.recv = r.p.Info.Defs[recv.Names[0]]
	}
	if old := r.byMethod[m.name()]; old != nil {
		if old.owner == owner {
			return // the compiler refuses a second one
		}
		r.methods = slices.DeleteFunc(r.methods, func(o *method) bool { return o == old })
	}
	r.classify(m)
	r.methods = append(r.methods, m)
	r.byMethod[m.name()] = m
}

// classify says what kind of step a method is by its signature.
func (r *reader) classify(m *method) {
	if !m.decl.Name.IsExported() {
		return
	}
	ft := m.decl.Type
	params := flat(ft.Params)
	if !r.returnsNext(ft) || len(params) == 0 || len(params) > 2 || r.p.sdkType(params[0]) != "Context" {
		return
	}
	switch {
	case len(params) == 1:
		m.form = plainStep
	case r.inputsOf(params[1]) != "":
		m.form = joinStep
	default:
		if _, variadic := params[1].(*ast.Ellipsis); !variadic {
			m.form, m.item = bodyStep, params[1]
		}
	}
}

// returnsNext reports whether a function returns what a step does.
func (r *reader) returnsNext(ft *ast.FuncType) bool {
	results := flat(ft.Results)
	return len(results) == 2 && r.p.sdkType(results[0]) == "Next" && isError(results[1])
}

func isError(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "error"
}

// inputsOf returns the name of the flow that a join's inputs are of, empty for what are no inputs of a join: []*Train.
func (r *reader) inputsOf(e ast.Expr) string {
	list, ok := ast.Unparen(e).(*ast.ArrayType)
	if !ok || list.Len != nil {
		return r.inputsType(r.p.Info.TypeOf(e))
	}
	star, ok := ast.Unparen(list.Elt).(*ast.StarExpr)
	if !ok {
		return r.inputsType(r.p.Info.TypeOf(e))
	}
	id, ok := bare(star.X).(*ast.Ident)
	if !ok {
		return r.inputsType(r.p.Info.TypeOf(e))
	}
	if id.Name == r.t.name || slices.ContainsFunc(r.p.flows(), func(t *flowType) bool { return t.name == id.Name }) {
		return id.Name
	}
	return r.inputsType(r.p.Info.TypeOf(e))
}

// inputsType is inputsOf for a type, where the expression does not show it.
func (r *reader) inputsType(t types.Type) string {
	if t == nil {
		return ""
	}
	list, ok := types.Unalias(t).Underlying().(*types.Slice)
	if !ok {
		return ""
	}
	named := pointee(list.Elem())
	if named == nil || !isFlow(named) {
		return ""
	}
	return named.Obj().Name()
}

// isFlow reports whether a type is a struct that embeds flow.Flow.
func isFlow(t types.Type) bool {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range s.NumFields() {
		f := s.Field(i)
		if f.Embedded() && (sdkNamed(f.Type()) == "Flow" || isFlow(f.Type())) {
			return true
		}
	}
	return false
}

// flat lists the types of parameters or results, one for each.
func flat(list *ast.FieldList) []ast.Expr {
	if list == nil {
		return nil
	}
	var out []ast.Expr
	for _, f := range list.List {
		for range max(1, len(f.Names)) {
			out = append(out, f.Type)
		}
	}
	return out
}

// step reads a step but for its options.
func (r *reader) step(m *method) *graph.Step {
	p := r.p
	s := &graph.Step{
		Name: names.Snake(m.name()), Owner: m.owner.name, NameRange: p.span(m.decl.Name), Body: p.span(m.decl), Doc: docText(m.decl.Doc),
		Args: r.args(m),
	}
	r.readTransitions(s, m)
	return s
}

// args are a step's arguments in the words of the graph: the flow, and for a join its inputs.
func (r *reader) args(m *method) []graph.Arg {
	self := m.decl.Recv.List[0]
	out := []graph.Arg{{Name: argName(self, 0), Kind: graph.Positional, Range: r.p.span(self)}}
	if m.form == plainStep {
		return out
	}
	last := m.decl.Type.Params.List[len(m.decl.Type.Params.List)-1]
	arg := graph.Arg{Name: argName(last, max(0, len(last.Names)-1)), Kind: graph.ItemArg, Range: r.p.span(last)}
	if m.form == joinStep {
		arg.Kind = graph.Positional
	}
	return append(out, arg)
}

func argName(f *ast.Field, i int) string {
	if i < len(f.Names) {
		return f.Names[i].Name
	}
	return "_"
}

// markGangs says of the steps that a gang leads to that they run as one.
func (r *reader) markGangs() {
	for _, s := range r.flow.Steps {
		if s.Next == nil || s.Next.Kind != graph.Parallel {
			continue
		}
		for _, t := range s.Next.Targets {
			for _, target := range r.flow.Steps {
				if target.Name == t.Step {
					target.Parallel = graph.Yes
				}
			}
		}
	}
}
