package lastrun

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// fresh is how long what was read of a run that is under way is good for.
const fresh = time.Second

// Options say how a reader reads.
type Options struct {
	Now func() time.Time
	// Env is the environment that may place the store; nil for an empty one.
	Env func(name string) string
}

// Reader reads the newest runs of flows. It is safe for concurrent use.
type Reader struct {
	opts Options

	mu     sync.Mutex
	stores map[string]*store // guarded by mu; by root
	values shortForms
}

// NewReader returns a reader that has read nothing.
func NewReader(opts Options) *Reader {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Env == nil {
		opts.Env = func(string) string { return "" }
	}
	return &Reader{opts: opts, stores: map[string]*store{}}
}

// store is one datastore.
type store struct {
	files   *artifact.Store
	history *history.Reader

	mu   sync.Mutex
	seen map[string]seen // guarded by mu; by flow
}

// seen is a run as it was at a time.
type seen struct {
	run *Run
	at  time.Time
}

// Newest is the newest run of a flow whose file lies in a folder. The store is the one that a run started there would use, else
// that of the first of some other folders that has one. It is nil where there is no run, or none that can be read.
func (r *Reader) Newest(ctx context.Context, flow, dir string, others ...string) *Run {
	for _, from := range append([]string{dir}, others...) {
		if !filepath.IsAbs(from) {
			continue
		}
		root, _, err := artifact.FindLocalRoot(r.opts.Env, from, false)
		if err != nil {
			continue
		}
		if run := r.in(root).newest(ctx, flow, r.opts.Now()); run != nil {
			return run
		}
	}
	return nil
}

// Changed says that runs have changed: what was read of those that were under way does not hold any more.
func (r *Reader) Changed() {
	r.mu.Lock()
	stores := slices.Collect(maps.Values(r.stores))
	r.mu.Unlock()
	for _, s := range stores {
		s.forgetRunning()
	}
}

func (s *store) forgetRunning() {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.seen, func(_ string, before seen) bool { return !before.run.over() })
}

func (r *Reader) in(root string) *store {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.stores[root]
	if s == nil {
		files := artifact.Open(root, artifact.Options{Now: r.opts.Now})
		meta := metadata.NewLocal(root, metadata.Options{Now: r.opts.Now})
		s = &store{files: files, history: history.New(files, meta, history.Options{Now: r.opts.Now}), seen: map[string]seen{}}
		r.stores[root] = s
	}
	return s
}

func (s *store) newest(ctx context.Context, flow string, now time.Time) *Run {
	id, err := s.files.LatestRun(flow)
	if err != nil || id == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before, known := s.seen[flow]
	if known && before.run != nil && before.run.ID == id && (before.run.over() || now.Sub(before.at) < fresh) {
		return before.run
	}
	run, err := s.read(ctx, flow, id)
	if err != nil {
		return nil // a run that can't be read is none to show; the verbs say what is wrong with it
	}
	s.seen[flow] = seen{run, now}
	return run
}
