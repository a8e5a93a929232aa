package project

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/source"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// maxPasses bounds how often fixes are applied: one may make room for another, and two could undo one another.
const maxPasses = 10

// Fixed is a fix that was applied.
type Fixed struct {
	lint.Diagnostic // as it was found, at the place of that time
}

// Changes are the outcome of fixing.
type Changes struct {
	Files map[string][]byte // new contents of the files that change
	Fixed []Fixed           // in the order in which they were applied
	Left  *Report           // what is wrong with the files when all is applied
}

// Fix applies the fixes of findings until nothing changes. Only files for which may says so are changed; read gives the contents as they are.
func Fix(ctx context.Context, sources []Source, opts Options, read func(string) ([]byte, error), may func(file string) bool) (*Changes, error) {
	f := &fixer{read: read, may: may, now: map[string][]byte{}, frozen: map[string]bool{}}
	of := opts.Of
	opts.Of = func(file string) files.Options {
		o := of(file)
		o.ReadFile = f.current(o.ReadFile)
		o.Go.Overlay = f.overlay(o.Go.Overlay)
		return o
	}
	all, err := judge(ctx, sources, opts)
	if err != nil {
		return nil, err
	}
	for range maxPasses {
		applied, before := f.pass(merge(all).Findings)
		if len(applied) == 0 {
			break
		}
		next, err := again(ctx, all, before, opts)
		if err != nil {
			return nil, err
		}
		if bad := f.spoilt(all, next, before); len(bad) > 0 {
			f.undo(bad, before)
			if next, err = again(ctx, next, bad, opts); err != nil {
				return nil, err
			}
			applied = slices.DeleteFunc(applied, func(d Fixed) bool { return touches(d.Fix, bad) })
		}
		f.fixed = append(f.fixed, applied...)
		all = next
	}
	return f.changes(merge(all)), nil
}

type fixer struct {
	read   func(string) ([]byte, error)
	may    func(file string) bool
	now    map[string][]byte // contents that differ from what read gives
	frozen map[string]bool   // files that a fix has spoilt
	fixed  []Fixed
}

// current reads a file with the fixes that are applied to it.
func (f *fixer) current(read func(string) ([]byte, error)) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		if data, ok := f.now[path]; ok {
			return data, nil
		}
		return read(path)
	}
}

// overlay are the texts of Go files with the fixes that are applied to them.
func (f *fixer) overlay(given map[string][]byte) map[string][]byte {
	out := maps.Clone(given)
	for file, data := range f.now {
		if source.Of(file) == source.Go {
			if out == nil {
				out = map[string][]byte{}
			}
			out[file] = data
		}
	}
	return out
}

// pass applies the fixes that don't get in each other's way, and returns the former contents of what it changed.
func (f *fixer) pass(found []lint.Diagnostic) (applied []Fixed, before map[string][]byte) {
	edits := map[string][]lint.Edit{}
	before = map[string][]byte{}
	for _, d := range found {
		if d.Fix == nil || !f.allowed(d.Fix) || clash(d.Fix, edits) {
			continue
		}
		for _, e := range d.Fix.Edits {
			edits[e.Range.File] = append(edits[e.Range.File], e)
		}
		applied = append(applied, Fixed{d})
	}
	for _, file := range slices.Sorted(maps.Keys(edits)) {
		old, err := f.current(f.read)(file)
		if err == nil {
			var data []byte
			if data, err = apply(old, edits[file]); err == nil {
				before[file], f.now[file] = old, data
				continue
			}
		}
		f.frozen[file] = true
	}
	return f.whole(applied, before), before
}

// whole keeps the fixes of which all files were changed; the others' files go back, as half a fix is none.
func (f *fixer) whole(applied []Fixed, before map[string][]byte) []Fixed {
	for again := true; again; {
		again = false
		applied = slices.DeleteFunc(applied, func(d Fixed) bool {
			if !touches(d.Fix, f.frozen) {
				return false
			}
			for _, e := range d.Fix.Edits {
				if old, ok := before[e.Range.File]; ok {
					f.now[e.Range.File] = old
					f.frozen[e.Range.File] = true
					delete(before, e.Range.File)
					again = true
				}
			}
			return true
		})
	}
	return applied
}

func (f *fixer) allowed(fix *lint.Fix) bool {
	return len(fix.Edits) > 0 && !slices.ContainsFunc(fix.Edits, func(e lint.Edit) bool {
		return f.frozen[e.Range.File] || !f.may(e.Range.File)
	})
}

// spoilt are the changed files that are no valid source any more, which no fix may do.
func (f *fixer) spoilt(old, next []Judged, changed map[string][]byte) map[string]bool {
	was, is := syntaxErrors(old), syntaxErrors(next)
	bad := map[string]bool{}
	for file := range changed {
		if is[file] && !was[file] {
			bad[file] = true
		}
	}
	return bad
}

func (f *fixer) undo(bad map[string]bool, before map[string][]byte) {
	for file := range bad {
		f.now[file] = before[file]
		f.frozen[file] = true
	}
}

func (f *fixer) changes(left *Report) *Changes {
	c := &Changes{Files: map[string][]byte{}, Fixed: f.fixed, Left: left}
	for file, data := range f.now {
		if old, err := f.read(file); err == nil && !bytes.Equal(old, data) {
			c.Files[file] = data
		}
	}
	return c
}

func syntaxErrors(list []Judged) map[string]bool {
	out := map[string]bool{}
	for _, j := range list {
		if j.Result == nil {
			continue
		}
		for _, d := range j.Result.Findings {
			if d.Code == "SP100" || d.Code == "SP600" {
				out[d.Range.File] = true
			}
		}
	}
	return out
}

// again judges the files anew that depend on changed ones.
func again[T any](ctx context.Context, all []Judged, changed map[string]T, opts Options) ([]Judged, error) {
	out := slices.Clone(all)
	var todo []Source
	var at []int
	for i, j := range all {
		if j.Result == nil {
			continue
		}
		if slices.ContainsFunc(j.Result.Files, func(f string) bool { _, ok := changed[f]; return ok }) {
			todo, at = append(todo, j.Source), append(at, i)
		}
	}
	list, err := judge(ctx, todo, opts)
	for i, j := range list {
		out[at[i]] = j
	}
	return out, err
}

func touches(fix *lint.Fix, files map[string]bool) bool {
	return slices.ContainsFunc(fix.Edits, func(e lint.Edit) bool { return files[e.Range.File] })
}

// clash reports whether a fix changes a place that is to be changed already, or one beside it: then which comes first would matter.
func clash(fix *lint.Fix, edits map[string][]lint.Edit) bool {
	for _, e := range fix.Edits {
		for _, other := range edits[e.Range.File] {
			if !before(e.Range.End, other.Range.Start) && !before(other.Range.End, e.Range.Start) {
				return true
			}
		}
	}
	return false
}

func before(a, b graph.Pos) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
}

func apply(data []byte, edits []lint.Edit) ([]byte, error) {
	var list []python.Replacement
	for _, e := range edits {
		list = append(list, python.Replacement{Start: e.Range.Start, End: e.Range.End, Text: e.Text})
	}
	out, err := python.Edit(data, list)
	if err != nil {
		return nil, fmt.Errorf("apply fixes: %w", err)
	}
	return out, nil
}
