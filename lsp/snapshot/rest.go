package snapshot

import (
	"path/filepath"
	"slices"
	"strings"
)

// Analysed reports whether a file was analysed as it is now. The analysis may have been forgotten since, what it was made from is not.
func (s *Snapshot) Analysed(path string) bool { return s.env.known(path) }

// Rest gives back the trees of the files that no open document was made from.
func (s *Snapshot) Rest() {
	kept := s.shown()
	s.disk.rest(func(path string) bool { return concerned(kept, path) })
}

// RestFile is [Snapshot.Rest] for one file.
func (s *Snapshot) RestFile(path string) {
	if s.open[path] == nil && !concerned(s.shown(), path) {
		s.disk.restFile(path)
	}
}

// Forget drops the analyses, and the files they are of, that no open document has to do with. They are made again when somebody asks.
func (s *Snapshot) Forget() {
	s.mu.Lock()
	paths := make([]string, 0, len(s.analyses))
	for path := range s.analyses {
		paths = append(paths, path)
	}
	s.mu.Unlock()
	for _, path := range paths {
		s.ForgetFile(path)
	}
}

// ForgetFile is [Snapshot.Forget] for one file.
func (s *Snapshot) ForgetFile(path string) {
	a := s.analysis(path)
	if a == nil || s.open[path] != nil || concerned(s.shown(), path) {
		return
	}
	for _, f := range s.Open() {
		if a.DependsOn(f.Path) {
			return
		}
	}
	s.mu.Lock()
	delete(s.analyses, path)
	s.mu.Unlock()
	s.disk.forget(path)
	if strings.HasSuffix(path, ".go") {
		s.env.golang.forget(filepath.Dir(path))
	}
}

// shown are the analyses of open documents that are at hand.
func (s *Snapshot) shown() []*Analysis {
	var out []*Analysis
	for _, f := range s.Open() {
		if a := s.analysis(f.Path); a != nil {
			out = append(out, a)
		}
	}
	return out
}

// analysis is the analysis of a file if it is at hand, else nil.
func (s *Snapshot) analysis(path string) *Analysis {
	s.mu.Lock()
	p := s.analyses[path]
	s.mu.Unlock()
	if p == nil {
		return nil
	}
	return p.made()
}

// concerned reports whether one of some analyses was made from a file.
func concerned(list []*Analysis, path string) bool {
	return slices.ContainsFunc(list, func(a *Analysis) bool { return a.DependsOn(path) })
}
