package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// Sync says how much a group does for durability.
type Sync int

const (
	// SyncFull is the default: the cheapest way the system offers that reports failures.
	SyncFull Sync = iota
	// SyncFiles syncs recorded files and directories one by one, as SyncFull does where there is no usable syncfs.
	SyncFiles
	// SyncNone makes Commit return at once. For tests and measurements.
	SyncNone
)

// Options of a [Group].
type Options struct {
	Sync Sync
}

// Group is the durability of one process below one root. It is safe for concurrent use.
type Group struct {
	root string
	sync Sync
	// recording is true while commits need to know what was written.
	recording atomic.Bool
	dirs      sync.Map            // folders known to exist: path -> struct{}
	dirCount  atomic.Int64        // about how many
	flush     func(written) error // does a batch's sync

	mu      sync.Mutex
	awaited []func(context.Context) error // guarded by mu
	rootDir *os.File                      // opened by the first commit, where syncfs is used
	files   map[string]struct{}
	changed map[string]struct{} // directories with new entries
	running bool
	next    *batch
	failed  error // the first failed sync; final
	closed  bool
}

// batch is one sync to come and those who wait for it.
type batch struct {
	done chan struct{}
	err  error
}

// NewGroup returns a group for everything below root, which need not exist yet.
func NewGroup(root string, opts Options) *Group {
	g := &Group{root: root, sync: opts.Sync, files: map[string]struct{}{}, changed: map[string]struct{}{}}
	g.flush = g.syncBatch
	g.recording.Store(opts.Sync == SyncFiles || opts.Sync == SyncFull && !syncfsReports())
	if opts.Sync == SyncFull && !g.recording.Load() {
		_, _ = g.openRoot() // early, to hear of every failure from now on; tried again by the first commit
	}
	return g
}

// Commit returns when everything this process wrote below root before the call is on stable storage. If ctx ends first
// it returns the context's error, and the sync goes on for the others.
func (g *Group) Commit(ctx context.Context) error {
	if err := Fail(pointCommit); err != nil {
		return fmt.Errorf("sync %q: %w", g.root, err)
	}
	if err := g.commit(ctx); err != nil {
		return err
	}
	return Fail(pointCommitted)
}

func (g *Group) commit(ctx context.Context) error {
	if g.sync == SyncNone {
		return g.awaitAll(ctx)
	}
	b, err := g.join()
	if err != nil {
		return err
	}
	if err := g.awaitAll(ctx); err != nil {
		return err
	}
	select {
	case <-b.done:
		return b.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Await makes every commit also wait for what is not below root: wait returns when all that was written there before the call is on stable storage.
func (g *Group) Await(wait func(context.Context) error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.awaited = append(g.awaited, wait)
}

func (g *Group) awaitAll(ctx context.Context) error {
	g.mu.Lock()
	awaited := g.awaited
	g.mu.Unlock()
	for _, wait := range awaited {
		if err := wait(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

var (
	pointCommit    = Register("disk.commit.before")
	pointCommitted = Register("disk.commit.after")
)

// join puts the caller into the batch that starts next: the running sync may have passed by what it wrote.
func (g *Group) join() (*batch, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, fmt.Errorf("sync %q: %w", g.root, fs.ErrClosed)
	}
	if g.failed != nil {
		return nil, g.failed
	}
	if g.next == nil {
		g.next = &batch{done: make(chan struct{})}
	}
	b := g.next
	if !g.running {
		g.running = true
		go g.loop()
	}
	return b, nil
}

// loop runs batches until none is waiting.
func (g *Group) loop() {
	for {
		b, w := g.take()
		if b == nil {
			return
		}
		b.err = g.flush(w)
		g.mu.Lock()
		if b.err != nil && g.failed == nil {
			g.failed = b.err
		}
		g.mu.Unlock()
		close(b.done)
	}
}

// written is what a batch has to sync where syncfs does not do it.
type written struct {
	files, changed map[string]struct{}
}

func (g *Group) take() (*batch, written) {
	g.mu.Lock()
	defer g.mu.Unlock()
	b := g.next
	g.next = nil
	if b == nil {
		g.running = false
		g.closeRootIfDone()
		return nil, written{}
	}
	if g.failed != nil { // joined before the failure was known
		b.err = g.failed
		close(b.done)
		g.running = false
		g.closeRootIfDone()
		return nil, written{}
	}
	w := written{g.files, g.changed}
	g.files, g.changed = map[string]struct{}{}, map[string]struct{}{}
	return b, w
}

func (g *Group) syncBatch(w written) error {
	if g.sync == SyncFull && !g.recording.Load() {
		err := g.syncRoot()
		if !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
		g.recording.Store(true)
		// What was written so far was not recorded.
		return syncAll()
	}
	return w.sync()
}

// sync makes files durable before the directories that name them.
func (w written) sync() error {
	for path := range w.files {
		if err := syncPath(path); err != nil {
			return err
		}
	}
	for path := range w.changed {
		if err := syncPath(path); err != nil {
			return err
		}
	}
	return nil
}

// syncPath syncs one file or directory; one that is gone needs nothing, and its folder's sync is recorded apart.
func syncPath(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync %q: %w", path, err)
	}
	return nil
}

// Record tells the group of a file that came to path by other means than the group's own (a link, a rename).
func (g *Group) Record(path string) {
	if !g.recording.Load() {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.files[path] = struct{}{}
	g.changed[filepath.Dir(path)] = struct{}{}
}

// Close lets go of the group's resources. Commits that are waiting still finish; later ones fail.
func (g *Group) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	if g.running {
		return nil // the loop closes when it ends
	}
	return g.closeRootIfDone()
}

// closeRootIfDone closes the root's descriptor; g.mu is held.
func (g *Group) closeRootIfDone() error {
	if !g.closed || g.rootDir == nil {
		return nil
	}
	err := g.rootDir.Close()
	g.rootDir = nil
	return err
}
