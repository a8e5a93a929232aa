package python

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestUnpack(t *testing.T) {
	t.Parallel()
	cache := filepath.Join(t.TempDir(), "a", "cache")
	dir, err := Unpack(cache)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"spindle/__init__.py", "spindle/worker/__main__.py", "spindle/client/__init__.py", "metaflow/__init__.py", "spindle/py.typed"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	left, err := os.ReadDir(cache)
	if err != nil || len(left) != 1 {
		t.Errorf("the cache has %v, %v; want one folder", left, err)
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if d.Name() == "__pycache__" || strings.HasSuffix(path, ".pyc") {
			t.Errorf("bytecode of the build was unpacked: %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Unpack(cache); err != nil || again != dir {
		t.Errorf("Unpack again = %q, %v; want %q", again, err, dir)
	}
}

func TestUnpackRepairs(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	dir, err := Unpack(cache)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "spindle", "flowspec.py")
	for name, damage := range map[string]func() error{
		"gone":      func() error { return os.Remove(file) },
		"truncated": func() error { return os.Truncate(file, 10) },
		"emptied":   func() error { return errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o755)) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if _, err := Unpack(cache); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !complete(dir) {
			t.Errorf("%s: not repaired", name)
		}
	}
}

func TestUnpackAtOnce(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			dir, err := Unpack(cache)
			if err != nil || !complete(dir) {
				t.Errorf("Unpack = %q, %v, complete %v", dir, err, complete(dir))
			}
		})
	}
	wg.Wait()
	if left, _ := os.ReadDir(cache); len(left) != 1 {
		t.Errorf("the cache has %v; want one folder", left)
	}
}

func TestUnpackUnwritable(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Unpack(filepath.Join(file, "cache")); err == nil {
		t.Error("no error for a cache folder below a file")
	}
}

// Python keeps the bytecode beside the sources, so that only the first process compiles them.
func TestBytecodeIsCached(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 on the path")
	}
	dir, err := Unpack(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", "import metaflow; metaflow.FlowSpec")
	cmd.Env = append(os.Environ(), "PYTHONPATH="+dir, "PYTHONDONTWRITEBYTECODE=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "spindle", "__pycache__", "flowspec.*.pyc")); len(found) == 0 {
		t.Error("no bytecode was written")
	}
	if !complete(dir) {
		t.Error("the bytecode counts as damage")
	}
}
