package rewrite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/rewrite"
)

func TestFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, link := filepath.Join(dir, "flow.py"), filepath.Join(dir, "link.py")
	if err := os.WriteFile(path, []byte("old"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("flow.py", link); err != nil {
		t.Fatal(err)
	}
	if err := rewrite.File(link, []byte("old"), []byte("new")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "new" {
		t.Errorf("%q, %v", data, err)
	}
	if to, err := os.Readlink(link); err != nil || to != "flow.py" {
		t.Errorf("the link is %q, %v", to, err)
	}
	if err := rewrite.File(path, []byte("old"), []byte("newer")); err == nil || !strings.Contains(err.Error(), "changed meanwhile") {
		t.Errorf("got %v", err)
	}
	if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	}
	if err := rewrite.File(path, []byte("new"), []byte("newer")); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("got %v", err)
	}
	if err := rewrite.File(filepath.Join(dir, "none"), nil, nil); err == nil || strings.Count(err.Error(), "none") != 1 {
		t.Errorf("got %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
}
