package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/linting"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/rewrite"
	"github.com/spindle-flow/spindle/engine/lint/project"
)

// lintFix applies the fixes, or shows what they would change, and tells what is left.
func (a *app) lintFix(ctx context.Context, in *linting.Inputs, o lintOptions, stdin bool) error {
	c, err := project.Fix(ctx, in.Sources, in.Options(), in.ReadFile, in.May)
	if err != nil {
		return err
	}
	if err := in.Complete(ctx, c.Left); err != nil {
		return err
	}
	p := a.lintPrinter(in, o, c.Left)
	p.fixed = c.Fixed
	switch {
	case o.diff:
		if err := a.printDiff(in, c); err != nil {
			return err
		}
		p.changed("would fix")
		p.summary()
		return a.lintOutcome(c.Left.Findings, o, len(c.Files) > 0)
	case stdin:
		if err := a.printFixed(in, c); err != nil {
			return err
		}
		return a.fixedOutcome(p, o, true)
	}
	for _, file := range slices.Sorted(maps.Keys(c.Files)) {
		old, err := in.ReadFile(file)
		if err != nil {
			return fmt.Errorf("change %q: %s", file, err.Error())
		}
		if err := rewrite.File(file, old, c.Files[file]); err != nil {
			return err
		}
	}
	return a.fixedOutcome(p, o, false)
}

// fixedOutcome tells what was fixed and what is left; on standard error where standard output is the fixed text.
func (a *app) fixedOutcome(p *lintPrinter, o lintOptions, stdin bool) error {
	out := a.io.Out
	if stdin {
		out = a.io.Err
	}
	p.changed("fixed")
	if err := p.findings(out); err != nil {
		return err
	}
	p.summary()
	return a.lintOutcome(p.report.Findings, o, false)
}

func (a *app) printFixed(in *linting.Inputs, c *project.Changes) error {
	data, ok := c.Files[in.StdinFile]
	if !ok {
		data = in.Stdin
	}
	_, err := a.io.Out.Write(data)
	in.Stdin = data // what is left is found in the new text
	return err
}

func (a *app) printDiff(in *linting.Inputs, c *project.Changes) error {
	path := (&report.Printer{Dir: a.ws.Dir}).Path
	for _, file := range slices.Sorted(maps.Keys(c.Files)) {
		old, err := in.ReadFile(file)
		if err != nil {
			return fmt.Errorf("compare %q: %s", file, err.Error())
		}
		name := path(file)
		if _, err := a.io.Out.Write(diff.Diff("a/"+name, old, "b/"+name, c.Files[file])); err != nil {
			return err
		}
	}
	return nil
}
