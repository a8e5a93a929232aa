package golang

import (
	"context"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source"
)

// ReadFlows reads all flows of a package, for whoever works on whole packages as a linter does. Options.Class is not looked at. A flow of
// another package that this one runs is not among them.
func (s *Session) ReadFlows(ctx context.Context, opts Options) (flows *source.Flows, err error) {
	err = s.reading(ctx, opts, func(_ *loader, p *Package) error {
		flows = p.Flows()
		return nil
	})
	return flows, err
}

// Flows reads all flows of the package.
func (p *Package) Flows() *source.Flows {
	out := &source.Flows{Faults: p.faults()}
	for _, f := range p.files {
		out.Files = append(out.Files, f.name)
	}
	list := p.flows()
	calls := map[string]*ast.CallExpr{}
	for _, call := range p.mains() {
		calls[p.givenFlow(call)] = call
	}
	for _, t := range list {
		found := source.Found{Flow: p.readFlow(t, start{p, calls[t.name]}), Started: calls[t.name] != nil, Sure: true}
		found.Flow.Files = out.Files
		for _, base := range t.bases {
			if slices.ContainsFunc(list, func(l *flowType) bool { return l.name == base.name }) {
				found.Bases = append(found.Bases, graph.Class{Name: base.name, Range: p.span(base.spec.Name)})
			}
		}
		out.List = append(out.List, found)
	}
	if len(list) == 0 && p.far("") == nil { // whose own package is where it is judged
		_, _, none := p.pick(nil, nil, "")
		out.Faults = append(out.Faults, *none)
	}
	return out
}

// Checked is a package that somebody else has parsed and checked, such as go vet.
type Checked struct {
	Fset  *token.FileSet
	Trees []*ast.File
	Info  *types.Info
	Types *types.Package
	// ReadFile reads one of the package's files as it was parsed.
	ReadFile func(path string) ([]byte, error)
}

// NewPackage makes a package of one that is checked already. Its tests are left out: no flow has a part in them.
func NewPackage(c Checked) (*Package, error) {
	p := &Package{Path: c.Types.Path(), Fset: c.Fset, Info: c.Info, Types: c.Types}
	for _, tree := range c.Trees {
		tok := c.Fset.File(tree.FileStart)
		if !isSource(tok.Name()) {
			continue
		}
		text, err := c.ReadFile(tok.Name())
		if err != nil {
			return nil, err
		}
		p.Dir = filepath.Dir(tok.Name())
		p.files = append(p.files, &file{name: tok.Name(), text: text, tree: tree, tok: tok})
	}
	return p, nil
}
