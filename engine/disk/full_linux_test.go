package disk_test

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/spindle-flow/spindle/engine/disk"
)

// TestFullDisk fills a real, tiny filesystem: the write fails by name and cause, and neither a half file nor a temporary one stays.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := unix.Mount("spindle-test", root, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("cannot mount a small filesystem: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(root, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	g := disk.NewGroup(root, disk.Options{})
	if err := g.WriteFile(filepath.Join(root, "old"), []byte("old"), disk.Replace); err != nil {
		t.Fatal(err)
	}
	big := make([]byte, 1<<20)
	for _, name := range []string{"old", "new"} {
		if err := g.WriteFile(filepath.Join(root, name), big, disk.Replace); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("writing %q: %v", name, err)
		}
		if err := g.Mark(filepath.Join(root, "mark"), big); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("marking: %v", err)
		}
	}
	if got := read(t, filepath.Join(root, "old")); got != "old" {
		t.Errorf("old file holds %d bytes", len(got))
	}
	onlyFiles(t, root, "old")
	if err := g.Commit(t.Context()); err != nil {
		t.Errorf("commit: %v", err)
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
}
