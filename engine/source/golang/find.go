package golang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// flowType is a struct that embeds flow.Flow, itself or through another struct of the package.
type flowType struct {
	name   string
	doc    *ast.CommentGroup
	spec   *ast.TypeSpec
	body   *ast.StructType
	bases  []*flowType // structs of the package that it embeds, the farthest first
	direct bool        // it embeds flow.Flow itself
}

// structs lists the package's struct types in the order of the files.
func (p *Package) structs() []*flowType {
	var out []*flowType
	for _, f := range p.files {
		for _, decl := range f.tree.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.TYPE {
				continue
			}
			for _, spec := range gen.Specs {
				s := spec.(*ast.TypeSpec)
				if body, ok := s.Type.(*ast.StructType); ok && s.Name != nil {
					doc := s.Doc
					if doc == nil && len(gen.Specs) == 1 {
						doc = gen.Doc
					}
					out = append(out, &flowType{name: s.Name.Name, doc: doc, spec: s, body: body})
				}
			}
		}
	}
	return out
}

// flows lists the structs that are flows.
func (p *Package) flows() []*flowType {
	all := p.structs()
	byName := map[string]*flowType{}
	for _, s := range all {
		byName[s.name] = s
	}
	var out []*flowType
	for _, s := range all {
		if p.embeds(s, s, byName, map[*flowType]bool{}) {
			out = append(out, s)
		}
	}
	return out
}

// embeds reports whether a struct is a flow. It notes the structs that are embedded in the first one on the way.
func (p *Package) embeds(s, top *flowType, byName map[string]*flowType, seen map[*flowType]bool) bool {
	if seen[s] {
		return false
	}
	seen[s] = true
	found := false
	for _, field := range s.body.Fields.List {
		if len(field.Names) > 0 {
			continue
		}
		if p.sdkType(field.Type) == "Flow" {
			s.direct, found = true, true
		} else if id, ok := field.Type.(*ast.Ident); ok && byName[id.Name] != nil {
			base := byName[id.Name]
			found = p.embeds(base, top, byName, seen) || found
			top.bases = append(top.bases, base)
		}
	}
	return found
}

// mains lists the calls of flow.Main.
func (p *Package) mains() []*ast.CallExpr {
	var out []*ast.CallExpr
	for _, f := range p.files {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && p.sdk(call.Fun) == "Main" {
				out = append(out, call)
			}
			return true
		})
	}
	return out
}

// givenFlow returns the name of the struct that a call of flow.Main is given: &Train{}, new(Train) or a variable of its type.
func (p *Package) givenFlow(call *ast.CallExpr) string {
	if len(call.Args) == 0 {
		return ""
	}
	arg, _ := addressed(call.Args[0])
	switch x := arg.(type) {
	case *ast.CompositeLit:
		if id, ok := bare(x.Type).(*ast.Ident); ok {
			return id.Name
		}
	case *ast.CallExpr:
		if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "new" && len(x.Args) == 1 {
			if id, ok := bare(x.Args[0]).(*ast.Ident); ok {
				return id.Name
			}
		}
	}
	if t := p.Info.TypeOf(call.Args[0]); t != nil {
		if named := pointee(t); named != nil && named.Obj().Pkg() == p.Types {
			return named.Obj().Name()
		}
	}
	return ""
}

// pointee returns the named type that a pointer points to.
func pointee(t types.Type) *types.Named {
	ptr, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return nil
	}
	named, _ := types.Unalias(ptr.Elem()).(*types.Named)
	return named
}

// read picks the flow and reads it.
func (p *Package) read(opts Options) *Result {
	r := &Result{Faults: p.faults(), Package: p}
	for _, f := range p.files {
		r.Files = append(r.Files, f.name)
	}
	list := p.flows()
	for _, t := range list {
		r.Classes = append(r.Classes, graph.Class{Name: t.name, Range: p.span(t.spec.Name)})
	}
	picked, main, fault := p.pick(list, r.Classes, opts.Class)
	if fault != nil {
		r.far = p.far(opts.Class)
		r.Faults = append(r.Faults, *fault)
		return r
	}
	r.Flow = p.readFlow(picked, start{p, main})
	slices.SortStableFunc(r.Files, func(a, b string) int { return first(b == r.Flow.File) - first(a == r.Flow.File) })
	r.Flow.Files = r.Files
	return r
}

func first(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// pick chooses among the package's flows: the one that is asked for, else the one that flow.Main runs, else the only one.
func (p *Package) pick(list []*flowType, classes []graph.Class, want string) (*flowType, *ast.CallExpr, *graph.Fault) {
	mains := p.mains()
	main := func(t *flowType) *ast.CallExpr {
		for _, m := range mains {
			if p.givenFlow(m) == t.name {
				return m
			}
		}
		return nil
	}
	at := p.top()
	if want != "" {
		for _, t := range list {
			if t.name == want {
				return t, main(t), nil
			}
		}
		return nil, nil, &graph.Fault{Kind: graph.FaultNoClass, Range: at, Classes: classes, Message: fmt.Sprintf("there is no flow %q in package %s", want, p.label())}
	}
	var run []*flowType
	for _, t := range list {
		if main(t) != nil {
			run = append(run, t)
		}
	}
	if len(run) == 0 {
		run = apex(list)
	}
	switch len(run) {
	case 0:
		return nil, nil, &graph.Fault{Kind: graph.FaultNoFlow, Range: at, Message: fmt.Sprintf("package %s has no flow: a flow is a struct that embeds flow.Flow", p.label())}
	case 1:
		return run[0], main(run[0]), nil
	}
	return nil, nil, &graph.Fault{
		Kind: graph.FaultManyFlows, Range: classes[1].Range, Classes: classes,
		Message: fmt.Sprintf("package %s has several flows, and no call of flow.Main says which one to run; name one as in %s:%s", p.label(), p.Dir, run[0].name),
	}
}

// apex are the flows that no other one embeds.
func apex(list []*flowType) []*flowType {
	return slices.DeleteFunc(slices.Clone(list), func(t *flowType) bool {
		return slices.ContainsFunc(list, func(o *flowType) bool { return o != t && slices.Contains(o.bases, t) })
	})
}

// label is what messages call the package.
func (p *Package) label() string {
	if p.Path != "" && !strings.HasPrefix(p.Path, "command-line-arguments") {
		return p.Path
	}
	return p.Dir
}

// top is the first place of the package.
func (p *Package) top() graph.Range {
	if len(p.files) == 0 {
		return p.Range(token.NoPos, token.NoPos)
	}
	return p.span(p.files[0].tree.Name)
}
