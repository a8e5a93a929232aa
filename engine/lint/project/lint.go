package project

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
)

// Options say how to lint.
type Options struct {
	// Of are the options for a file. Their ReadFile must be safe to be called from several goroutines.
	Of      func(file string) files.Options
	Workers int // how many files are judged at once; at least one
}

// Source is a file to lint.
type Source struct {
	File string
	// Found is true for a file that nobody has named: one without a flow is passed over in silence.
	Found bool
}

// Judged is a file with what there is to tell about it.
type Judged struct {
	Source
	*files.Result
}

// Report is what linting has found.
type Report struct {
	Files    []Judged          // those that hold a flow or were named, in the order given
	Findings []lint.Diagnostic // of all files, each once, in the order of files and places
}

// Lint judges files. An error means that the context ended.
func Lint(ctx context.Context, sources []Source, opts Options) (*Report, error) {
	all, err := judge(ctx, sources, opts)
	if err != nil {
		return nil, err
	}
	return merge(all), nil
}

func judge(ctx context.Context, sources []Source, opts Options) ([]Judged, error) {
	out := make([]Judged, len(sources))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, opts.Workers))
	for i, s := range sources {
		g.Go(func() error {
			var err error
			out[i], err = one(ctx, s, opts.Of(s.File))
			return err
		})
	}
	return out, g.Wait()
}

// one judges a file. The result is nil for one that is passed over.
func one(ctx context.Context, s Source, opts files.Options) (Judged, error) {
	r, err := files.Lint(ctx, s.File, opts)
	switch {
	case ctx.Err() != nil:
		return Judged{}, ctx.Err()
	case err != nil && s.Found && errors.Is(err, fs.ErrNotExist): // it has gone since it was found
		return Judged{Source: s}, nil
	case err != nil:
		return Judged{s, unreadable(s.File, err)}, nil
	case s.Found && !r.Sure && !broken(s.File, r, opts):
		return Judged{Source: s}, nil
	}
	return Judged{s, r}, nil
}

// broken is true for a file that would hold a flow if it could be read.
func broken(file string, r *files.Result, opts files.Options) bool {
	if !slices.ContainsFunc(r.Findings, func(d lint.Diagnostic) bool { return d.Code == "SP100" }) {
		return false
	}
	data, err := opts.ReadFile(file)
	return err == nil && bytes.Contains(data, []byte("FlowSpec"))
}

func unreadable(file string, err error) *files.Result {
	reason := err.Error()
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		reason = pathErr.Err.Error()
	}
	start := graph.Pos{Line: 1, Column: 1}
	d := lint.Diagnostic{
		Code: "SP143", Severity: lint.Error, Range: graph.Range{File: file, Start: start, End: start},
		Message: fmt.Sprintf("the file can't be read: %s", reason),
	}
	return &files.Result{Findings: []lint.Diagnostic{d}, Files: []string{file}}
}

// merge brings the results of files together.
func merge(all []Judged) *Report {
	r := &Report{}
	var bases []graph.Class
	readers := map[string]int{} // how many files were judged with the help of a file
	for _, j := range all {
		if j.Result == nil {
			continue
		}
		r.Files = append(r.Files, j)
		bases = append(bases, j.Bases...)
		for _, f := range j.Result.Files {
			readers[f]++
		}
	}
	for _, j := range r.Files {
		for _, d := range j.shown(bases) {
			if d.Code == "SP002" && readers[d.Range.File] > 1 {
				continue // another file may need the comment
			}
			r.Findings = append(r.Findings, d)
		}
	}
	r.Findings = files.Distinct(r.Findings)
	return r
}

// shown are the findings of a file in the company of others.
func (j Judged) shown(bases []graph.Class) []lint.Diagnostic {
	if len(j.Flows) == 0 {
		return j.Result.Findings
	}
	return j.Without(bases)
}
