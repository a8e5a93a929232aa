package snapshot

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
)

// Snapshot is one state of all files.
type Snapshot struct {
	env    *environment
	number uint64
	open   map[string]*File // by path; not changed once the snapshot is made
	disk   *disk
	roots  []string
	index  []string // files of the workspace that are known to have to do with flows, sorted
	rules  Rules
	// preview is true for a state that is only thought of: nothing of it is kept.
	preview bool

	sorted lazy[[]*File]
	known  lazy[[]string]

	mu       sync.Mutex
	analyses map[string]*pending // guarded by mu
}

// Number counts the snapshots of a store.
func (s *Snapshot) Number() uint64 { return s.number }

// Roots are the folders of the workspace.
func (s *Snapshot) Roots() []string { return s.roots }

// Rules are the editor's choice of rules.
func (s *Snapshot) Rules() Rules { return s.rules }

// File returns a file, open or on disk, nil where there is none that can be read.
func (s *Snapshot) File(path string) *File {
	if f, ok := s.open[path]; ok {
		return f
	}
	f, err := s.disk.file(path)
	if err != nil {
		return nil
	}
	return f
}

// Document returns the file of a URI, nil where there is none.
func (s *Snapshot) Document(u uri.URI) *File { return s.File(PathOf(u)) }

// Open lists the open documents by path. The list is not to be changed.
func (s *Snapshot) Open() []*File {
	return s.sorted.get(func() []*File {
		out := make([]*File, 0, len(s.open))
		for _, path := range slices.Sorted(maps.Keys(s.open)) {
			out = append(out, s.open[path])
		}
		return out
	})
}

// ReadFile reads a file as the editor has it, else from disk.
func (s *Snapshot) ReadFile(path string) ([]byte, error) {
	if f, ok := s.open[path]; ok {
		return f.data, nil
	}
	f, err := s.disk.file(path)
	if err != nil {
		return nil, err
	}
	return f.data, nil
}

func (s *Snapshot) analysable(path string) bool {
	f := s.File(path)
	return f != nil && f.IsSource()
}

// pending is an analysis that may not be made yet.
type pending struct {
	turn chan struct{} // held by who makes it
	done *Analysis     // guarded by turn
	err  error         // guarded by turn
}

func (s *Snapshot) pending(path string) *pending {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.analyses[path]
	if p == nil {
		p = &pending{turn: make(chan struct{}, 1)}
		s.analyses[path] = p
	}
	return p
}

// Analysis returns the flows of a source file and what is wrong with them. It is made once, by the first who asks. A file that is
// not there or of no language of flows is [fs.ErrNotExist].
func (s *Snapshot) Analysis(ctx context.Context, path string) (*Analysis, error) {
	if !s.analysable(path) {
		return nil, fs.ErrNotExist
	}
	p := s.pending(path)
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if p.done != nil || p.err != nil {
		return p.done, p.err
	}
	a, err := analyse(ctx, s, path)
	if err == nil || ctx.Err() == nil {
		p.done, p.err = a, err
	}
	if err == nil && !s.preview {
		s.env.note(s.number, a)
	}
	return a, err
}

// made returns an analysis that is there already, without waiting.
func (p *pending) made() *Analysis {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
		return p.done
	default:
		return nil
	}
}

// Known lists the paths of the source files that are open, and then those the workspace is known to have with flows in them. The list is not
// to be changed.
func (s *Snapshot) Known() []string {
	return s.known.get(func() []string {
		var out []string
		for _, f := range s.Open() {
			if f.IsSource() {
				out = append(out, f.Path)
			}
		}
		for _, path := range s.index {
			if s.open[path] == nil {
				out = append(out, path)
			}
		}
		return out
	})
}

// Users returns the analyses of the known files whose flows a file is part of: its own first, then those of flows that derive from its classes or
// read it as a config. Of files that are not open only those count that were analysed before: it does not read the whole workspace.
func (s *Snapshot) Users(ctx context.Context, path string) ([]*Analysis, error) {
	var own, others []*Analysis
	for _, known := range s.Known() {
		if known != path && s.open[known] == nil && !s.env.dependedOn(known, path) {
			continue
		}
		a, err := s.Analysis(ctx, known)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		switch {
		case err != nil && known == path && !errors.Is(err, fs.ErrNotExist):
			return nil, err
		case err != nil || a.None:
		case known == path:
			own = append(own, a)
		case a.DependsOn(path):
			others = append(others, a)
		}
	}
	return append(own, others...), nil
}

// Related reports whether what is told about one file depends on another one.
func (s *Snapshot) Related(ctx context.Context, path, other string) bool {
	for _, pair := range [][2]string{{path, other}, {other, path}} {
		if a, err := s.Analysis(ctx, pair[0]); err == nil && a.DependsOn(pair[1]) {
			return true
		}
		if !s.analysable(pair[0]) && s.env.madeFrom(pair[0], pair[1]) { // a project's file
			return true
		}
	}
	return false
}

// Findings returns all there is to tell about a file: by its own flows, and by those of other known files that it is part of.
func (s *Snapshot) Findings(ctx context.Context, path string) ([]lint.Diagnostic, error) {
	users, err := s.Users(ctx, path)
	if err != nil {
		return nil, err
	}
	var bases []graph.Class
	for _, a := range users {
		if a.Path != path {
			bases = append(bases, a.Bases...)
		}
	}
	var found []lint.Diagnostic
	for _, a := range users {
		for _, d := range a.Told(bases) {
			// An ignore comment that does nothing for one flow may do something for another.
			if d.Range.File == path && (d.Code != "SP002" || len(users) == 1) {
				found = append(found, d)
			}
		}
	}
	if !s.analysable(path) {
		for _, d := range s.projectFindings(ctx, path) {
			if d.Range.File == path {
				found = append(found, d)
			}
		}
	}
	return files.Distinct(found), nil
}

// carried are the analyses that stay good when some files change.
func (s *Snapshot) carried(changed []string) map[string]*pending {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]*pending{}
	for path, p := range s.analyses {
		if a := p.made(); a != nil && !slices.ContainsFunc(changed, a.DependsOn) {
			out[path] = p
		}
	}
	return out
}

// prune forgets the files on disk that no analysis was made from.
func (s *Snapshot) prune() *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	var kept []*Analysis
	for _, p := range s.analyses {
		if a := p.made(); a != nil {
			kept = append(kept, a)
		}
	}
	s.disk.keep(func(path string) bool {
		return slices.ContainsFunc(kept, func(a *Analysis) bool { return a.DependsOn(path) })
	})
	return s
}

// isDocumentOnly reports whether a path names a document that has no file.
func isDocumentOnly(path string) bool {
	return strings.Contains(path, "://") || strings.HasPrefix(path, "untitled:")
}
