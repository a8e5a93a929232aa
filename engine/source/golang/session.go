package golang

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

// Session reads packages again and again, and keeps what has not changed. It is safe for concurrent use; readings of one
// package wait for each other.
type Session struct {
	mu       sync.Mutex
	packages map[string]*kept // by absolute folder
}

// kept is what a session knows of one package.
type kept struct {
	mu   sync.Mutex
	load *loader // nil before the first reading
	// stale is true after changes that the loader can't outlive. It is set beside readings, which may take long.
	stale atomic.Bool
}

// NewSession returns a session that knows nothing yet.
func NewSession() *Session { return &Session{packages: map[string]*kept{}} }

// Read is like the function of that name.
func (s *Session) Read(ctx context.Context, opts Options) (*Result, error) {
	var r *Result
	err := s.reading(ctx, opts, func(l *loader, p *Package) (err error) {
		if r = p.read(opts); r.far != nil {
			r, err = s.follow(ctx, opts, l, r)
		}
		return err
	})
	return r, err
}

// reading reads a package and hands it to use, while no other reading of it goes on.
func (s *Session) reading(ctx context.Context, opts Options, use func(*loader, *Package) error) error {
	dir := opts.Dir
	if dir == "" {
		dir = filepath.Dir(opts.File)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	k := s.of(abs)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stale.Swap(false) || k.load == nil || k.load.outdated() {
		k.load = newLoader(abs)
	}
	p, err := k.load.check(ctx, dir, opts)
	if err != nil {
		return err
	}
	return use(k.load, p)
}

func (s *Session) of(dir string) *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.packages[dir]
	if k == nil {
		k = &kept{}
		s.packages[dir] = k
	}
	return k
}

// Changed tells that a file has changed on disk. What a flow's own package has is looked at anyway; a change of any other Go
// file, of go.mod and the like makes the session ask the go tool again. It never waits for a reading.
func (s *Session) Changed(path string) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return
	}
	dir, goFile := filepath.Dir(abs), strings.HasSuffix(abs, ".go")
	s.mu.Lock()
	defer s.mu.Unlock()
	for own, k := range s.packages {
		if !goFile || own != dir {
			k.stale.Store(true)
		}
	}
}

// Forget drops what is known of a folder's package, for an editor that has closed it.
func (s *Session) Forget(dir string) {
	if abs, err := filepath.Abs(dir); err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.packages, abs)
	}
}
