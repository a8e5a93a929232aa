package disk_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/spindle-flow/spindle/engine/disk"
)

func TestCommitModes(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]disk.Sync{"full": disk.SyncFull, "files": disk.SyncFiles, "none": disk.SyncNone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			g := disk.NewGroup(root, disk.Options{Sync: mode})
			var wg sync.WaitGroup
			for i := range 16 {
				wg.Go(func() {
					path := filepath.Join(root, "d"+strconv.Itoa(i%4), "f"+strconv.Itoa(i))
					if err := g.WriteFile(path, []byte("x"), disk.Replace); err != nil {
						t.Error(err)
					}
					if err := g.Commit(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if err := g.Close(); err != nil {
				t.Error(err)
			}
			if err := g.Commit(t.Context()); mode != disk.SyncNone && !errors.Is(err, fs.ErrClosed) {
				t.Errorf("commit after close: %v", err)
			}
		})
	}
}

func TestCommitOfRemovedFiles(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	g := disk.NewGroup(root, disk.Options{Sync: disk.SyncFiles})
	path := filepath.Join(root, "d", "f")
	if err := g.WriteFile(path, nil, disk.Replace); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(root, "d")); err != nil {
		t.Fatal(err)
	}
	if err := g.Commit(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestCommitOfMissingRoot(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "later")
	g := disk.NewGroup(root, disk.Options{})
	if err := g.WriteFile(filepath.Join(root, "f"), nil, disk.Replace); err != nil {
		t.Fatal(err)
	}
	if err := g.Commit(t.Context()); err != nil {
		t.Errorf("root made after the group: %v", err)
	}
}

func TestCommitCancelled(t *testing.T) {
	t.Parallel()
	g := disk.NewGroup(t.TempDir(), disk.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	// Either the sync was quicker or the context wins; nothing hangs and later commits work.
	if err := g.Commit(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := g.Commit(t.Context()); err != nil {
		t.Error(err)
	}
}

func BenchmarkCommit(b *testing.B) {
	root := b.TempDir()
	g := disk.NewGroup(root, disk.Options{})
	for b.Loop() {
		if err := g.WriteFile(filepath.Join(root, "f"), []byte("hello"), disk.Replace); err != nil {
			b.Fatal(err)
		}
		if err := g.Commit(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
