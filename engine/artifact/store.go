package artifact

import (
	"context"
	"time"

	"github.com/spindle-flow/spindle/engine/disk"
)

// Store is the datastore below one root. It is safe for concurrent use, by other processes too.
type Store struct {
	root   string
	folder string
	kind   string
	now    func() time.Time
	files  files
	notes  files // of what is this machine's alone
	blobs  blobs
	flush  func(context.Context) error // nil where nothing is ever under way
	small  *recent[[]byte]
}

// Options of a [Store].
type Options struct {
	// Group makes the store's writes durable when its Commit is called. Nil makes one that never syncs.
	Group *disk.Group
	Now   func() time.Time // nil is time.Now
	// Kind is what readers are told the store is: local if empty, spin for what is spun.
	Kind string
	// Values is a folder below which values are written, in place of the root, and Also are others below which they are looked for. What tasks
	// say of themselves is below the root in any case.
	Values string
	Also   []string
	// Trust is for how long a value that was found in good order counts as stored without another look at it. The tasks of a foreach, hundreds
	// in a second, have most of their values in common, and what becomes of a file a moment after a look comes to the same.
	Trust time.Duration
}

// Open returns the store at root, a folder that ends in .metaflow and need not exist yet.
func Open(root string, opts Options) *Store {
	opts.setDefaults(root)
	if opts.Kind == "" {
		opts.Kind = "local"
	}
	return newStore(root, opts, newLocal(root, opts))
}

func (o *Options) setDefaults(root string) {
	if o.Group == nil {
		o.Group = disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

func newStore(root string, opts Options, b backend) *Store {
	return &Store{root: root, folder: root, kind: opts.Kind, now: opts.Now, files: b, notes: b, blobs: b, small: &recent[[]byte]{limit: smallValues}}
}

// Root is the folder given to [Open], or the address given to [OpenRemote].
func (s *Store) Root() string { return s.root }

// Folder is the place on this machine for what goes with the store without being part of it. Of a local store it is the root.
func (s *Store) Folder() string { return s.folder }

// Width is how many calls are worth making at once.
func (s *Store) Width() int { return s.blobs.width() }

// Present says what is wrong with a value as far as that shows without reading it: [ErrMissing], [ErrCorrupt], or nothing.
func (s *Store) Present(ctx context.Context, flow string, key Key) error {
	return s.blobs.present(ctx, flow, key)
}

// Remote says whether the store is on another machine: reading a value to check it costs what fetching it does.
func (s *Store) Remote() bool { return s.flush != nil }

// Kind is what readers are told the store is.
func (s *Store) Kind() string { return s.kind }

// Task names one task.
type Task struct{ Flow, Run, Step, Task string }

// String is the pathspec.
func (t Task) String() string { return t.Flow + "/" + t.Run + "/" + t.Step + "/" + t.Task }
