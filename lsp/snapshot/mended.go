package snapshot

import (
	"context"
	"slices"
	"sync"

	ts "github.com/tree-sitter/go-tree-sitter"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// mended keeps the flows of the text of a file in which what is being typed was replaced: it stays the same from one letter to the next.
type mended struct {
	mu   sync.Mutex
	last map[string]*mending // guarded by mu; by path
}

// mending are the flows of one text, and the files they were read from.
type mending struct {
	text  string
	facts []*Facts
	from  map[string]*File
}

// good reports whether the files are still the same.
func (m *mending) good(s *Snapshot, text string) bool {
	if m == nil || m.text != text {
		return false
	}
	for path, f := range m.from {
		if s.File(path) != f {
			return false
		}
	}
	return true
}

// Mended returns the flows of an open file as if it had another text: the first of some that is whole Python, else the one whose flows
// have the most steps. The first may be the file's own.
func (s *Snapshot) Mended(ctx context.Context, path string, texts func() []string) ([]*Facts, error) {
	f := s.File(path)
	if f == nil {
		return nil, nil
	}
	whole, err := sound(ctx, f.Parsed)
	if err != nil {
		return nil, err
	}
	if whole {
		if a := s.pending(path).made(); a != nil {
			return a.Facts(), nil
		}
		return s.reading(ctx, f, f.text)
	}
	var best []*Facts
	for _, text := range append(texts(), f.text) {
		facts, err := s.reading(ctx, f, text)
		if err != nil {
			return nil, err
		}
		if facts != nil && !broken(facts) {
			return facts, nil
		}
		if best == nil || steps(facts) > steps(best) {
			best = facts
		}
	}
	return best, nil
}

// sound reports whether a file is whole Python.
func sound(ctx context.Context, parse func(context.Context) (*python.Parsed, error)) (bool, error) {
	p, err := parse(ctx)
	if err != nil {
		return false, err
	}
	whole := false
	err = p.Visit(ctx, func(root *ts.Node, _ []byte) { whole = !root.HasError() })
	return whole, err
}

func broken(facts []*Facts) bool {
	return slices.ContainsFunc(facts, func(f *Facts) bool { return f.Flow.Broken })
}

func steps(facts []*Facts) int {
	n := 0
	for _, f := range facts {
		n += len(f.Flow.Steps)
	}
	return n
}

// reading reads the flows of a file as if it had some text.
func (s *Snapshot) reading(ctx context.Context, f *File, text string) ([]*Facts, error) {
	keep := &s.env.mended
	keep.mu.Lock()
	last := keep.last[f.Path]
	keep.mu.Unlock()
	if last.good(s, text) {
		return last.facts, nil
	}
	r := &mendedReader{s: s, f: f, text: text, from: map[string]*File{}}
	defer r.release()
	flows, err := python.ReadFlows(ctx, python.Options{File: f.Path, Roots: s.roots, ReadFile: r.read, Parsed: r.parsed})
	if err != nil || ctx.Err() != nil {
		return nil, err
	}
	m := &mending{text: text, from: r.from}
	for _, found := range flows.List {
		m.facts = append(m.facts, &Facts{Judged: &files.Judged{Flow: found.Flow, Graph: graph.New(found.Flow), Started: found.Started}})
	}
	keep.mu.Lock()
	defer keep.mu.Unlock()
	if keep.last == nil || len(keep.last) > 20 {
		keep.last = map[string]*mending{}
	}
	keep.last[f.Path] = m
	return m.facts, nil
}

// mendedReader reads one file as if it had another text, and all others as they are.
type mendedReader struct {
	s    *Snapshot
	f    *File
	text string
	from map[string]*File
	made *python.Parsed // for this reading alone
}

func (r *mendedReader) release() { r.made.Release() }

func (r *mendedReader) read(path string) ([]byte, error) {
	if path == r.f.Path {
		return []byte(r.text), nil
	}
	r.from[path] = r.s.File(path)
	return r.s.ReadFile(path)
}

func (r *mendedReader) parsed(ctx context.Context, path string, data []byte) (*python.Parsed, error) {
	if path == r.f.Path {
		if r.text == r.f.text {
			return r.f.Parsed(ctx)
		}
		now, err := r.f.Parsed(ctx)
		if err != nil {
			return nil, err
		}
		r.made, err = python.ParseText(ctx, path, r.text, now)
		return r.made, err
	}
	if f := r.s.File(path); f != nil {
		return f.Parsed(ctx)
	}
	return python.Parse(ctx, path, data)
}
