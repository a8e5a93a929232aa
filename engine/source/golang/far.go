package golang

import (
	"context"
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/tools/go/packages"

	"github.com/spindle-flow/spindle/engine/graph"
)

// farFlow is a flow of another package than that of the flow.Main which runs it: a program of a few lines beside a package that its tests,
// and perhaps other programs, import.
type farFlow struct {
	path, name string // the import path, and the struct's name
	call       *ast.CallExpr
}

// far is the flow of another package that flow.Main is given, nil for none, or for another one than is wanted.
func (p *Package) far(want string) *farFlow {
	for _, call := range p.mains() {
		if len(call.Args) == 0 {
			continue
		}
		path, name := p.farType(call.Args[0])
		if path != "" && (want == "" || want == name) {
			return &farFlow{path, name, call}
		}
	}
	return nil
}

// farType is the type of another package that a pointer is to. Where that package can't be compiled its name is enough.
func (p *Package) farType(arg ast.Expr) (path, name string) {
	if t := p.Info.TypeOf(arg); t != nil {
		if named := pointee(t); named != nil {
			if pkg := named.Obj().Pkg(); pkg != nil && pkg != p.Types && isFlow(named) {
				return pkg.Path(), named.Obj().Name()
			}
			return "", ""
		}
	}
	arg, _ = addressed(arg)
	lit, ok := arg.(*ast.CompositeLit)
	if !ok {
		return "", ""
	}
	sel, ok := bare(lit.Type).(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	if id, ok := sel.X.(*ast.Ident); ok {
		if of, ok := p.object(id).(*types.PkgName); ok {
			return of.Imported().Path(), sel.Sel.Name
		}
	}
	return "", ""
}

// follow reads the flow of another package that r has found, in the place of r.
func (s *Session) follow(ctx context.Context, opts Options, l *loader, r *Result) (*Result, error) {
	far, main := r.far, r.Package
	dir, err := l.folderOf(ctx, opts, far.path)
	if err != nil {
		return nil, err
	}
	if dir == "" {
		return r, nil
	}
	there := opts
	there.Dir, there.File, there.Class = dir, "", far.name
	err = s.reading(ctx, there, func(_ *loader, p *Package) error {
		r = p.readFor(main, far, r)
		return nil
	})
	return r, err
}

// readFor reads the flow that another package's flow.Main is given.
func (p *Package) readFor(main *Package, far *farFlow, r *Result) *Result {
	list := p.flows()
	i := slices.IndexFunc(list, func(t *flowType) bool { return t.name == far.name })
	if i < 0 {
		return r
	}
	out := &Result{Faults: append(main.faults(), p.faults()...), Package: p}
	out.Classes = []graph.Class{{Name: far.name, Range: p.span(list[i].spec.Name)}}
	out.Flow = p.readFlow(list[i], start{main, far.call})
	for _, f := range p.files {
		out.Files = append(out.Files, f.name)
	}
	slices.SortStableFunc(out.Files, func(a, b string) int { return first(b == out.Flow.File) - first(a == out.Flow.File) })
	out.Files = append(out.Files, r.Files...)
	out.Flow.Files = out.Files
	return out
}

// folderOf asks the go tool where a package that this one imports lies; empty if it can't be told.
func (l *loader) folderOf(ctx context.Context, opts Options, path string) (string, error) {
	found, err := packages.Load(&packages.Config{
		Context: ctx, Dir: l.dir, Env: opts.Env, Overlay: opts.Overlay, Mode: packages.NeedName | packages.NeedFiles,
	}, path)
	if err != nil {
		return "", fmt.Errorf("ask the go tool for the package %s: %w", strconv.Quote(path), err)
	}
	if ctx.Err() != nil || len(found) == 0 || len(found[0].GoFiles) == 0 {
		return "", ctx.Err()
	}
	return filepath.Dir(found[0].GoFiles[0]), nil
}
