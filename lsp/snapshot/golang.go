package snapshot

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/project"
	"github.com/spindle-flow/spindle/engine/source"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

// Go says how flows in Go are read.
type Go struct {
	// Off reads none: it means to run the go tool, which runs what the workspace says.
	Off bool
	Env []string // of the go tool; nil for that of the process
}

// packages keeps the flows of Go packages for as long as their files read the same.
type packages struct {
	opts    Go
	session *golang.Session

	mu   sync.Mutex
	list map[string]*goPackage // guarded by mu; by folder
}

// goPackage is what was last read of one package.
type goPackage struct {
	turn  chan struct{} // held by who reads it
	files map[string]*File
	flows *source.Flows
}

func newPackages(opts Go) *packages {
	return &packages{opts: opts, session: golang.NewSession(), list: map[string]*goPackage{}}
}

func (p *packages) of(dir string) *goPackage {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.list[dir]
	if g == nil {
		g = &goPackage{turn: make(chan struct{}, 1)}
		p.list[dir] = g
	}
	return g
}

// changed says that a file is not what it was on disk. What packages import may be made from it.
func (p *packages) changed(path string) {
	if !ofModules(path) {
		return
	}
	p.session.Changed(path)
	p.mu.Lock()
	defer p.mu.Unlock()
	for dir := range p.list {
		if dir != filepath.Dir(path) {
			delete(p.list, dir)
		}
	}
}

// forget lets go of a folder's package: it is read again if somebody asks.
func (p *packages) forget(dir string) {
	p.session.Forget(dir)
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.list, dir)
}

// ofModules reports whether what Go packages are may depend on a file of this name.
func ofModules(path string) bool {
	switch filepath.Base(path) {
	case "go.mod", "go.sum", "go.work", "go.work.sum":
		return true
	}
	return strings.HasSuffix(path, ".go")
}

// goFlows are the flows of a Go file's package as the editor has it; nil where it has none.
func (s *Snapshot) goFlows(ctx context.Context, path string, r *recorder) (*source.Flows, error) {
	dir := filepath.Dir(path)
	if s.env.golang.opts.Off || isDocumentOnly(path) || strings.HasSuffix(path, "_test.go") {
		return nil, nil
	}
	now := s.goFiles(dir, r)
	if !slices.ContainsFunc(slices.Collect(maps.Values(now)), func(f *File) bool { return project.HoldsGoFlow(f.data) }) {
		return nil, nil
	}
	g := s.env.golang.of(dir)
	select {
	case g.turn <- struct{}{}:
		defer func() { <-g.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if g.flows != nil && sameFiles(g.files, now) {
		return g.flows, nil
	}
	flows, err := s.env.golang.session.ReadFlows(ctx, golang.Options{Dir: dir, Overlay: overlay(now), Env: s.env.golang.opts.Env})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		flows = unread(path, err)
	}
	g.files, g.flows = now, flows
	return flows, nil
}

// unread says in the file why its package can't be read at all, for want of the go tool for example: an error would be shown for each of the
// many requests of an editor.
func unread(path string, err error) *source.Flows {
	top := graph.Range{File: path, Start: graph.Pos{Line: 1, Column: 1}, End: graph.Pos{Line: 1, Column: 1}}
	return &source.Flows{Files: []string{path}, Faults: []graph.Fault{{Kind: graph.FaultUnreadable, Range: top, Message: fmt.Sprintf("its package can't be read: %v", err)}}}
}

// goFiles are the files that may be part of a folder's package. That there are others some day is noticed.
func (s *Snapshot) goFiles(dir string, r *recorder) map[string]*File {
	r.files[dir] = struct{}{}
	out := map[string]*File{}
	add := func(path string) {
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			if _, err := r.read(path); err == nil {
				out[path] = s.File(path)
			}
		}
	}
	entries, err := s.env.readDir(dir)
	if err == nil {
		for _, e := range entries {
			if !e.IsDir() {
				add(filepath.Join(dir, e.Name()))
			}
		}
	}
	for _, f := range s.Open() {
		if filepath.Dir(f.Path) == dir {
			add(f.Path)
		}
	}
	return out
}

// holds reports whether a document of a folder is open.
func (s *Snapshot) holds(dir string) bool {
	for path := range s.open {
		if filepath.Dir(path) == dir {
			return true
		}
	}
	return false
}

// overlay are the texts that are not those on disk, or may not be.
func overlay(now map[string]*File) map[string][]byte {
	out := map[string][]byte{}
	for path, f := range now {
		if f.Open {
			out[path] = f.data
		}
	}
	return out
}

func sameFiles(a, b map[string]*File) bool {
	if len(a) != len(b) {
		return false
	}
	for path, f := range a {
		if b[path] != f {
			return false
		}
	}
	return true
}

// goOptions are how the linter is to judge flows in Go: gopls stands beside this server and tells what the compiler refuses.
func (s *Snapshot) goOptions() files.Go {
	o := files.Go{Session: s.env.golang.session, Env: s.env.golang.opts.Env, Compiled: true, Overlay: map[string][]byte{}}
	for _, f := range s.Open() {
		if f.IsGo() {
			o.Overlay[f.Path] = f.data
		}
	}
	return o
}

// Concerned lists files and with them those of Go whose packages may import what has changed.
func (st *Store) Concerned(paths []string) []string {
	if !slices.ContainsFunc(paths, ofModules) {
		return paths
	}
	out := slices.Clone(paths)
	st.env.mu.Lock()
	defer st.env.mu.Unlock()
	for path, from := range st.env.files {
		_, inDir := from.files[filepath.Dir(path)]
		if strings.HasSuffix(path, ".go") && inDir && !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	return out
}
