package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/spindle-flow/spindle/engine/disk"
)

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// onlyFiles fails if dir holds anything but the named files: no temporary file may stay behind.
func onlyFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("files in folder: %v, want %v", got, want)
	}
}

func TestWriteFileModes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	steps := []struct {
		data string
		mode disk.WriteMode
		want string
	}{
		{"one", disk.Replace, "one"},
		{"two", disk.KeepExisting, "one"},
		{"three", disk.Replace, "three"},
	}
	for _, s := range steps {
		if err := disk.WriteFile(path, []byte(s.data), s.mode); err != nil {
			t.Fatal(err)
		}
		if got := read(t, path); got != s.want {
			t.Errorf("after writing %q: %q, want %q", s.data, got, s.want)
		}
	}
	onlyFiles(t, dir, "f")
}

func TestWriteNewTellsWhoMadeIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	var created atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			ok, err := disk.WriteNew(path, []byte("x"))
			if err != nil {
				t.Error(err)
			}
			if ok {
				created.Add(1)
			}
		})
	}
	wg.Wait()
	if n := created.Load(); n != 1 {
		t.Errorf("%d writers made the file", n)
	}
	onlyFiles(t, dir, "f")
}

func TestWriteFilePermissionsFollowUmask(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := disk.WriteFile(filepath.Join(dir, "a"), nil, disk.Replace); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "b"))
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	a, _ := os.Stat(filepath.Join(dir, "a"))
	b, _ := os.Stat(filepath.Join(dir, "b"))
	if a.Mode() != b.Mode() {
		t.Errorf("mode %v, other new files have %v", a.Mode(), b.Mode())
	}
}

func TestErrorsNamePathAndCause(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "missing", "f")
	err := disk.WriteFile(path, nil, disk.Replace)
	if !errors.Is(err, syscall.ENOENT) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), filepath.Dir(path)) {
		t.Errorf("error %v", err)
	}
}

func TestGroupMakesFolders(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	g := disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
	dir := filepath.Join(root, "a", "b", "c")
	writes := []func(path string) error{
		func(p string) error { return g.WriteFile(p, []byte("1"), disk.Replace) },
		func(p string) error { _, err := g.WriteNew(p, []byte("1")); return err },
		func(p string) error { return g.Mark(p, []byte("1")) },
		func(p string) error { // over an existing one
			if err := g.Mark(p, []byte("0")); err != nil {
				return err
			}
			return g.Mark(p, []byte("1"))
		},
	}
	for i, write := range writes {
		// A folder that the group has seen may be removed by others.
		if err := os.RemoveAll(filepath.Join(root, "a")); err != nil {
			t.Fatal(err)
		}
		if err := write(filepath.Join(dir, "f")); err != nil {
			t.Fatalf("write %d: %v", i, err)
		}
		if got := read(t, filepath.Join(dir, "f")); got != "1" {
			t.Errorf("write %d: %q", i, got)
		}
		onlyFiles(t, dir, "f")
	}
}

func TestGroupFolderIsAFile(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	g := disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
	if err := g.WriteFile(filepath.Join(root, "f"), nil, disk.Replace); err != nil {
		t.Fatal(err)
	}
	if err := g.WriteFile(filepath.Join(root, "f", "g"), nil, disk.Replace); err == nil {
		t.Error("wrote below a file")
	}
}

func TestReadOnlyRoot(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	root := t.TempDir()
	if err := os.Chmod(root, 0o555); err != nil {
		t.Fatal(err)
	}
	g := disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
	err := g.WriteFile(filepath.Join(root, "d", "f"), nil, disk.Replace)
	if !errors.Is(err, syscall.EACCES) {
		t.Errorf("error %v", err)
	}
}

func BenchmarkWriteFile(b *testing.B) {
	root := b.TempDir()
	g := disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
	for b.Loop() {
		if err := g.WriteFile(filepath.Join(root, "f"), []byte("hello"), disk.Replace); err != nil {
			b.Fatal(err)
		}
	}
}
