package artifact

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/disk"
)

// Store is the datastore below one root. It is safe for concurrent use, by other processes too.
type Store struct {
	root     string
	values   string   // below it values are written
	also     []string // below these they are looked for, too
	kind     string
	group    *disk.Group
	now      func() time.Time
	verified verifiedBlobs
	moved    movedFiles
	packing  chan struct{} // held while a large value is compressed
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
}

// Open returns the store at root, a folder that ends in .metaflow and need not exist yet.
func Open(root string, opts Options) *Store {
	s := &Store{root: root, values: opts.Values, also: opts.Also, kind: opts.Kind, group: opts.Group, now: opts.Now, packing: make(chan struct{}, 1)}
	if s.values == "" {
		s.values = root
	}
	if s.group == nil {
		s.group = disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
	}
	if s.kind == "" {
		s.kind = "local"
	}
	if s.now == nil {
		s.now = time.Now
	}
	return s
}

// Root is the folder given to [Open].
func (s *Store) Root() string { return s.root }

// Kind is what readers are told the store is.
func (s *Store) Kind() string { return s.kind }

// Task names one task.
type Task struct{ Flow, Run, Step, Task string }

// String is the pathspec.
func (t Task) String() string { return t.Flow + "/" + t.Run + "/" + t.Step + "/" + t.Task }

// taskDir is the folder of a task. Its parts come from users and other processes: none may lead elsewhere.
func (s *Store) taskDir(t Task) (string, error) {
	return s.dir(t.Flow, t.Run, t.Step, t.Task)
}

func (s *Store) dir(parts ...string) (string, error) { return below(s.root, parts...) }

func below(root string, parts ...string) (string, error) {
	for _, part := range parts {
		if part == "" || part == "." || part == ".." || strings.ContainsAny(part, "/\\\x00") {
			return "", fmt.Errorf("%q is not a name in a pathspec", part)
		}
	}
	return filepath.Join(root, filepath.Join(parts...)), nil
}

// taskFile is the path of <attempt>.<name>.
func (s *Store) taskFile(t Task, attempt int, name string) (string, error) {
	dir, err := s.taskDir(t)
	if err != nil {
		return "", err
	}
	return attemptFile(dir, attempt, name), nil
}

func attemptFile(dir string, attempt int, name string) string {
	return fmt.Sprintf("%s%c%d.%s", dir, filepath.Separator, attempt, name)
}
