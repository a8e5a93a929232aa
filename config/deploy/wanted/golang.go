package wanted

import (
	"context"
	"path/filepath"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/source/golang"
	"github.com/spindle-flow/spindle/engine/worker/gobinary"
)

// sourceGo reads a flow in Go. Its code is that of its package, and of those of its module that it imports.
func (f *flow) sourceGo(ctx context.Context, of config.Flow, environ []string) error {
	result, err := golang.Read(ctx, golang.Options{Dir: of.Dir(), Class: of.Class, Env: environ})
	if err != nil {
		return err
	}
	f.static, f.problems = result.Flow, structure.Source(result.Faults)
	if f.static == nil {
		return nil
	}
	sources, err := gobinary.Sources(ctx, gobinary.Options{Dir: of.Dir(), Env: environ})
	if err != nil {
		return err
	}
	for _, s := range sources {
		if rel, err := filepath.Rel(of.Dir(), s.Path); err == nil && filepath.IsLocal(rel) {
			f.files = append(f.files, s.Path)
			continue
		}
		f.elsewhere = append(f.elsewhere, codepackage.File{Name: codepackage.SourceName(s.Name), Path: s.Path})
	}
	return nil
}
