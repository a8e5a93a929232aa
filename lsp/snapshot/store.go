package snapshot

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/lsp/position"
)

// environment is what all snapshots of a store share.
type environment struct {
	encoding position.Encoding
	mended   mended
	settings derived[found] // by folder
	projects derived[found] // by folder
	judged   derived[found] // by the project's file
	readDir  func(dir string) ([]fs.DirEntry, error)
	golang   *packages

	mu     sync.Mutex
	files  map[string]origin // guarded by mu: by path
	newest uint64            // guarded by mu: the number of the newest snapshot
}

// origin is what the newest analysis of a file was made from, in the snapshot of a number.
type origin struct {
	number uint64
	files  map[string]struct{}
	good   bool // none of the files has changed since
}

// madeFrom reports whether what was last told of a file was made from another one, or from what there is in its folder.
func (e *environment) madeFrom(path, from string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.files[path].has(from)
}

// has reports whether something was made from a file, or from what there is in its folder.
func (o origin) has(path string) bool {
	_, ok := o.files[path]
	_, listed := o.files[filepath.Dir(path)]
	return ok || listed
}

func (e *environment) note(number uint64, a *Analysis) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if number >= e.files[a.Path].number {
		e.files[a.Path] = origin{number, a.files, number == e.newest}
	}
}

// advance notes that there is a newer snapshot in which some files have changed, or all for nil.
func (e *environment) advance(number uint64, changed []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.newest = number
	for path, from := range e.files {
		if changed == nil || slices.ContainsFunc(changed, func(c string) bool { return madeFrom(from.files, c) }) {
			from.good = false
			e.files[path] = from
		}
	}
}

// known reports whether a file was analysed as it is now.
func (e *environment) known(path string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.files[path].good
}

func (e *environment) forget(path string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.files, path)
}

// dependedOn reports whether the newest analysis of a file was made from another one.
func (e *environment) dependedOn(path, on string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return madeFrom(e.files[path].files, on)
}

// reach lists files with all that the newest analyses are made from which have to do with them.
func (e *environment) reach(paths []string) map[string]bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := map[string]bool{}
	for _, path := range paths {
		out[path] = true
	}
	for file, from := range e.files {
		if !slices.ContainsFunc(paths, from.has) {
			continue
		}
		for path := range from.files {
			out[path] = true
		}
		out[file] = true
	}
	return out
}

// Options say how a store reads.
type Options struct {
	Encoding position.Encoding
	Roots    []string // the folders of the workspace
	Rules    Rules
	Go       Go
	// ReadFile reads a file that is not open, from disk when nil.
	ReadFile func(path string) ([]byte, error)
	// ReadDir lists a folder, from disk when nil.
	ReadDir func(dir string) ([]fs.DirEntry, error)
}

// Store holds the newest snapshot. Its methods may be called at any time from anywhere; each that changes something returns the snapshot it made.
type Store struct {
	env     *environment
	mu      sync.Mutex // held while a snapshot is made
	current atomic.Pointer[Snapshot]
}

// NewStore returns a store in which nothing is open.
func NewStore(opts Options) *Store {
	if opts.ReadFile == nil {
		opts.ReadFile = os.ReadFile
	}
	if opts.ReadDir == nil {
		opts.ReadDir = os.ReadDir
	}
	env := &environment{encoding: opts.Encoding, readDir: opts.ReadDir, golang: newPackages(opts.Go), files: map[string]origin{}}
	st := &Store{env: env}
	st.current.Store(&Snapshot{
		env: env, open: map[string]*File{}, roots: opts.Roots, rules: opts.Rules, analyses: map[string]*pending{},
		disk: &disk{read: opts.ReadFile, encoding: opts.Encoding, files: map[string]answer{}},
	})
	return st
}

// Reach lists the files of which something else may have to be told when some change: those that are part of the same flows, files that
// were looked for in vain included.
func (st *Store) Reach(paths []string) map[string]bool { return st.env.reach(paths) }

// Current is the newest snapshot.
func (st *Store) Current() *Snapshot { return st.current.Load() }

// next makes a snapshot of the current one. Change may alter what it is given; the paths it returns have changed.
func (st *Store) next(change func(s *Snapshot) (changed []string)) *Snapshot {
	st.mu.Lock()
	defer st.mu.Unlock()
	old := st.current.Load()
	s := &Snapshot{env: st.env, number: old.number + 1, open: old.open, disk: old.disk, roots: old.roots, index: old.index, rules: old.rules}
	changed := change(s)
	st.env.advance(s.number, append([]string{}, changed...))
	s.analyses = old.carried(changed)
	st.current.Store(s)
	return s
}

// withOpen is the map of open documents with one replaced, or left out when nil.
func withOpen(open map[string]*File, path string, f *File) map[string]*File {
	out := make(map[string]*File, len(open)+1)
	for p, g := range open {
		if p != path {
			out[p] = g
		}
	}
	if f != nil {
		out[path] = f
	}
	return out
}

// Open takes a document over from disk.
func (st *Store) Open(u uri.URI, language string, version int32, text string) *Snapshot {
	f := newDocument(u, language, version, text, st.env.encoding)
	return st.next(func(s *Snapshot) []string {
		if old := s.open[f.Path]; old != nil {
			old.release()
		}
		s.open = withOpen(s.open, f.Path, f)
		return []string{f.Path}
	})
}

// Change applies edits to an open document, in their order. For a document that is not open there is no new snapshot, and ok is false.
func (st *Store) Change(u uri.URI, version int32, edits []protocol.TextDocumentContentChangeEvent) (s *Snapshot, ok bool) {
	path := PathOf(u)
	if st.Current().open[path] == nil {
		return st.Current(), false
	}
	return st.next(func(s *Snapshot) []string {
		old := s.open[path]
		text := old.text
		for i, e := range edits {
			switch e := e.(type) {
			case *protocol.TextDocumentContentChangeWholeDocument:
				text = e.Text
			case *protocol.TextDocumentContentChangePartial:
				m := old.Map()
				if i > 0 {
					m = position.NewMap(text, st.env.encoding)
				}
				text = m.Replace(e.Range, e.Text)
			}
		}
		s.open = withOpen(s.open, path, old.succeed(version, text, st.env.encoding))
		return []string{path}
	}), true
}

// Close gives a document back to the disk. What only it needed is forgotten.
func (st *Store) Close(u uri.URI) *Snapshot {
	path := PathOf(u)
	return st.next(func(s *Snapshot) []string {
		if old := s.open[path]; old != nil {
			old.release()
		}
		if !slices.Contains(s.index, path) {
			st.env.forget(path)
		}
		s.open = withOpen(s.open, path, nil)
		if dir := filepath.Dir(path); strings.HasSuffix(path, ".go") && !s.holds(dir) {
			st.env.golang.forget(dir)
		}
		s.disk = s.disk.without([]string{path})
		return []string{path}
	}).prune()
}

// Changed says that files are not what they were on disk. Open documents are not touched by it.
func (st *Store) Changed(paths []string) *Snapshot {
	for _, path := range paths {
		st.env.golang.changed(path)
	}
	paths = st.Concerned(paths)
	return st.next(func(s *Snapshot) []string {
		s.disk = s.disk.without(paths)
		return slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return s.open[p] != nil && !strings.HasSuffix(p, ".go") })
	})
}

// SetRoots makes other folders the workspace's.
func (st *Store) SetRoots(roots []string) *Snapshot {
	return st.reset(func(s *Snapshot) { s.roots = roots })
}

// SetIndex says which files of the workspace have to do with flows.
func (st *Store) SetIndex(paths []string) *Snapshot {
	return st.next(func(s *Snapshot) []string {
		s.index = slices.Sorted(slices.Values(paths))
		return nil
	})
}

// SetRules makes other findings wanted.
func (st *Store) SetRules(r Rules) *Snapshot { return st.reset(func(s *Snapshot) { s.rules = r }) }

// reset makes a snapshot that has everything to find out again but the texts.
func (st *Store) reset(change func(*Snapshot)) *Snapshot {
	st.mu.Lock()
	defer st.mu.Unlock()
	old := st.current.Load()
	s := &Snapshot{
		env: st.env, number: old.number + 1, open: old.open, disk: old.disk, roots: old.roots, index: old.index, rules: old.rules,
		analyses: map[string]*pending{},
	}
	change(s)
	st.env.advance(s.number, nil)
	st.current.Store(s)
	return s
}

// CloseAll closes all documents: nothing is left that would have to be given back.
func (st *Store) CloseAll() {
	for _, f := range st.Current().Open() {
		st.Close(f.URI)
	}
}
