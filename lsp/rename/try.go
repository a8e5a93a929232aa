package rename

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/lsp/names"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// try makes the edits in a preview and reports whether the flows are the same ones after it.
func (c *Change) try(ctx context.Context, edits []lint.Edit, name string) error {
	preview, release := c.Snapshot.With(c.texts(edits))
	defer release()
	for _, before := range c.Flows {
		after, err := same(ctx, preview, before)
		if err != nil {
			return err
		}
		if after == nil {
			return refuse("with the name %q, the flow %s could not be read any more", name, before.Flow.Name)
		}
		if d := news(before, after); d != nil {
			return refuse("the name %q would not do: %s (%s)", name, d.Message, place(d.Range))
		}
		if at := c.differ(before, after, name); at != (graph.Range{}) {
			return refuse("with the name %q, %s would name something else", name, place(at))
		}
	}
	return nil
}

// texts are the files with the edits made.
func (c *Change) texts(edits []lint.Edit) map[string]string {
	byFile := map[string][]lint.Edit{}
	for _, e := range edits {
		byFile[e.Range.File] = append(byFile[e.Range.File], e)
	}
	out := map[string]string{}
	for path, list := range byFile {
		m := c.Snapshot.File(path).Map()
		slices.SortFunc(list, func(a, b lint.Edit) int { return comparePos(b.Range.Start, a.Range.Start) })
		text := m.Text()
		for _, e := range list { // the last first, so that those before it stay where they are
			text = text[:m.GraphOffset(e.Range.Start)] + e.Text + text[m.GraphOffset(e.Range.End):]
		}
		out[path] = text
	}
	return out
}

func comparePos(a, b graph.Pos) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// same finds a flow again, nil where it is gone.
func same(ctx context.Context, preview *snapshot.Snapshot, before *snapshot.Facts) (*snapshot.Facts, error) {
	a, err := preview.Analysis(ctx, before.Flow.File)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil || a.None {
		return nil, nil
	}
	for _, f := range slices.Concat(a.Facts(), a.Classes()) {
		if f.Flow.Name == before.Flow.Name && f.Flow.Range.Start == before.Flow.Range.Start {
			return f, nil
		}
	}
	return nil, nil
}

// news is the first finding that was not there before, nil if there is none.
func news(before, after *snapshot.Facts) *lint.Diagnostic {
	type kind struct {
		code string
		file string
		line int
	}
	of := func(d *lint.Diagnostic) kind { return kind{d.Code, d.Range.File, d.Range.Start.Line} }
	had := map[kind]int{}
	for i := range before.Findings {
		had[of(&before.Findings[i])]++
	}
	for i := range after.Findings {
		d := &after.Findings[i]
		if had[of(d)]--; had[of(d)] < 0 && d.Severity != lint.Info {
			return d
		}
	}
	return nil
}

// differ is the first place that does not name after the change what it named before, nothing if there is none.
func (c *Change) differ(before, after *snapshot.Facts, name string) graph.Range {
	for _, file := range before.Flow.Files {
		a, b := before.Names().In(file), after.Names().In(file)
		for i := range a {
			if i >= len(b) || b[i].Symbol != c.renamed(a[i].Symbol, name) || b[i].Range.Start.Line != a[i].Range.Start.Line {
				return a[i].Range
			}
		}
		if len(b) > len(a) {
			return b[len(a)].Range
		}
	}
	return graph.Range{}
}

// renamed is what a symbol is called after the change.
func (c *Change) renamed(s names.Symbol, name string) names.Symbol {
	if s == c.Symbol {
		s.Name = name
	}
	if root, rest, ok := strings.Cut(s.Name, names.Separator); ok && s.Kind == names.ConfigKey && c.Symbol.Kind == names.Artifact && root == c.Symbol.Name {
		s.Name = name + names.Separator + rest
	}
	return s
}
