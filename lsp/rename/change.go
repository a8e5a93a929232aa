package rename

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/lsp/names"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// Change is about the name of one thing.
type Change struct {
	Snapshot *snapshot.Snapshot
	Symbol   names.Symbol
	// Spots are all places that name it, Flows all flows that have some of them.
	Spots []*names.Spot
	Flows []*snapshot.Facts
}

// Refusal is why something can't be renamed, in words for the user.
type Refusal struct{ reason string }

// Error implements error.
func (r *Refusal) Error() string { return r.reason }

func refuse(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

// place is where a range starts, as it is shown to the user.
func place(at graph.Range) string {
	return fmt.Sprintf("%s:%d", filepath.Base(at.File), at.Start.Line)
}

// Possible reports with a [Refusal] that the thing can't be renamed, whatever the new name.
func (c *Change) Possible(ctx context.Context) error {
	if c.Symbol.Kind == names.ConfigKey {
		return refuse("the key %q is named in the config's file and where the file is made: rename it by hand", c.Symbol.Last())
	}
	for _, f := range c.Flows {
		if f.Flow.Broken {
			return refuse("a file of the flow %s is no valid Python just now: what it names can't be told", f.Flow.Name)
		}
		if d := f.Flow.Dynamic; len(d) > 0 {
			return refuse("the flow %s depends on running code (%s, %s): what else names %q can't be told", f.Flow.Name, place(d[0].Range), d[0].Reason, c.Symbol.Name)
		}
	}
	if err := c.reachable(); err != nil {
		return err
	}
	if c.Symbol.Kind == names.Step {
		return c.step(ctx)
	}
	return nil
}

// reachable reports places that can't be edited.
func (c *Change) reachable() error {
	defined := false
	for _, s := range c.Spots {
		defined = defined || s.Role == names.Defines
		switch f := c.Snapshot.File(s.Range.File); {
		case f == nil || !c.inside(f):
			return refuse("%q is also named in %s, which is not part of the workspace", c.Symbol.Name, s.Range.File)
		case s.Odd || !s.ByName && text(f, s.Range) != c.Symbol.Name:
			return refuse("%s names %q in another spelling: rename it by hand", place(s.Range), c.Symbol.Name)
		}
	}
	if c.Symbol.Kind == names.Step && !defined {
		return refuse("no step is called %q", c.Symbol.Name)
	}
	return nil
}

// inside reports whether a file is the user's: in the workspace, and not in a folder that packages are installed in. Without a workspace it has to be
// open or to lie beside the flow.
func (c *Change) inside(f *snapshot.File) bool {
	for dir := filepath.Dir(f.Path); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if base := filepath.Base(dir); base == "site-packages" || base == "dist-packages" {
			return false
		}
	}
	if f.Open {
		return true
	}
	roots := c.Snapshot.Roots()
	if len(roots) == 0 {
		roots = []string{filepath.Dir(c.Flows[0].Flow.File)}
	}
	return slices.ContainsFunc(roots, func(root string) bool {
		rel, err := filepath.Rel(root, f.Path)
		return err == nil && filepath.IsLocal(rel)
	})
}

func text(f *snapshot.File, at graph.Range) string {
	m := f.Map()
	return m.Text()[m.GraphOffset(at.Start):m.GraphOffset(at.End)]
}

// step reports what keeps a step from being renamed.
func (c *Change) step(ctx context.Context) error {
	for _, f := range c.Flows {
		n := f.Graph.Node(c.Symbol.Name)
		switch {
		case n == nil:
		case n.Name == "start" && !n.Step.Start:
			return refuse(`%s starts at the step called "start": to give it another name, mark it with @step(start=True) first`, f.Flow.Name)
		case n.Name == "end" && !n.Step.End:
			return refuse(`%s ends at the step called "end": to give it another name, mark it with @step(end=True) first`, f.Flow.Name)
		}
	}
	return c.strays(ctx)
}

// To returns the edits that give the thing another name.
func (c *Change) To(ctx context.Context, name string) ([]lint.Edit, error) {
	if err := c.Possible(ctx); err != nil {
		return nil, err
	}
	if name == c.Symbol.Name {
		return nil, nil
	}
	if err := c.allowed(name); err != nil {
		return nil, err
	}
	var edits []lint.Edit
	for _, s := range c.Spots {
		if !s.ByName {
			edits = append(edits, lint.Edit{Range: s.Range, Text: name})
		}
	}
	return edits, c.try(ctx, edits, name)
}
