package python

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestKnown(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	program := filepath.Join(t.TempDir(), "spindle")
	if err := os.WriteFile(program, []byte("one"), 0o755); err != nil {
		t.Fatal(err)
	}
	if dir, ok := Known(cache, program); ok {
		t.Errorf("known before it was noted: %q", dir)
	}
	want, err := Unpack(cache)
	if err != nil {
		t.Fatal(err)
	}
	Note(cache, program, want)
	Note(cache, program, want)
	if dir, ok := Known(cache, program); !ok || dir != want {
		t.Errorf("Known = %q, %t; want %q", dir, ok, want)
	}
	if left, _ := filepath.Glob(filepath.Join(cache, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	Note(cache, program, filepath.Join(t.TempDir(), "python-x")) // where the cache can't be written
	if dir, ok := Known(cache, program); !ok || dir != want {
		t.Errorf("after a note of a folder elsewhere: %q, %t", dir, ok)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(program, later, later); err != nil {
		t.Fatal(err)
	}
	if dir, ok := Known(cache, program); ok {
		t.Errorf("known for another program: %q", dir)
	}
	Note(cache, program, want)
	if err := os.RemoveAll(want); err != nil {
		t.Fatal(err)
	}
	if dir, ok := Known(cache, program); ok {
		t.Errorf("known although it is gone: %q", dir)
	}
}
