package gobinary_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/worker/gobinary"
)

// module makes a folder with a module of its own.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "train")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"go.mod": "module example.org/train\n\ngo 1.26\n"})
	write(t, dir, files)
	return dir
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func options(dir, cache string) gobinary.Options {
	return gobinary.Options{Dir: dir, Cache: cache, Env: os.Environ()}
}

func build(t *testing.T, dir, cache string) *gobinary.Binary {
	t.Helper()
	b, err := gobinary.Build(t.Context(), options(dir, cache))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func says(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.Command(path).CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

const says1 = "package main\n\nfunc main() { println(1) }\n"

// A binary stays what it is while somebody has it, whatever is built; without a change nothing is made anew.
func TestBuild(t *testing.T) {
	t.Parallel()
	dir, cache := module(t, map[string]string{"main.go": says1, "main_test.go": "package main_test"}), t.TempDir()
	first, again := build(t, dir, cache), build(t, dir, cache)
	if first.Path != again.Path {
		t.Errorf("nothing has changed, and %q is now %q", first.Path, again.Path)
	}
	if filepath.Base(first.Path) != "train" {
		t.Errorf("the binary is %q", first.Path)
	}
	write(t, dir, map[string]string{"main.go": strings.ReplaceAll(says1, "1", "2")})
	second := build(t, dir, cache)
	if a, b := says(t, first.Path), says(t, second.Path); a != "1" || b != "2" {
		t.Errorf("the first says %s, the second %s", a, b)
	}
	if err := errors.Join(first.Close(), again.Close()); err != nil {
		t.Fatal(err)
	}
	build(t, dir, cache)
	if _, err := os.Stat(first.Path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nobody has the first open, and it is there: %v", err)
	}
	if got := says(t, second.Path); got != "2" {
		t.Errorf("the second says %s", got)
	}
}

// Builds of one folder wait for each other, and none takes what another has.
func TestTogether(t *testing.T) {
	t.Parallel()
	dir, cache := module(t, map[string]string{"main.go": says1}), t.TempDir()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 2 {
				b, err := gobinary.Build(t.Context(), options(dir, cache))
				if err != nil {
					t.Error(err)
					return
				}
				if out, err := exec.Command(b.Path).CombinedOutput(); err != nil || string(out) != "1\n" {
					t.Errorf("%q, %v", out, err)
				}
				if err := b.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		want  []gobinary.Fault
	}{
		"compiler": {
			map[string]string{"main.go": "package main\n\nfunc main() {\n\tx := 1\n\ty()\n}\n"},
			[]gobinary.Fault{
				{File: "main.go", Line: 4, Column: 2, Message: "declared and not used: x"},
				{File: "main.go", Line: 5, Column: 2, Message: "undefined: y"},
			},
		},
		"syntax": {
			map[string]string{"main.go": "package main\n\nfunc main( {}\n"},
			[]gobinary.Fault{{File: "main.go", Line: 3, Column: 12, Message: "syntax error: unexpected {, expected )"}},
		},
		"module": {
			map[string]string{"main.go": "package main\n\nimport _ \"example.com/none\"\n\nfunc main() {}\n"},
			[]gobinary.Fault{{
				File: "main.go", Line: 3, Column: 8, Message: "no required module provides package example.com/none; to add it:", Detail: "go get example.com/none",
			}},
		},
		"no program": {
			map[string]string{"a.go": "// Package train is a library.\npackage train\n"},
			[]gobinary.Fault{{
				File: "a.go", Line: 2, Column: 9, Message: "package train is no program",
				Detail: "A flow's package is called main and has func main() { flow.Main(&Train{}) }.",
			}},
		},
		"no main": {
			map[string]string{"a.go": "package main\n"},
			[]gobinary.Fault{{Message: "function main is undeclared in the main package"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := module(t, c.files)
			_, err := gobinary.Build(t.Context(), options(dir, t.TempDir()))
			var got *gobinary.Error
			if !errors.As(err, &got) {
				t.Fatalf("error = %v", err)
			}
			for i := range c.want {
				if c.want[i].File != "" {
					c.want[i].File = filepath.Join(dir, c.want[i].File)
				}
			}
			if diff := cmp.Diff(c.want, got.Faults); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoGo(t *testing.T) {
	t.Parallel()
	o := options(module(t, map[string]string{"main.go": says1}), t.TempDir())
	o.Env = []string{"PATH=" + t.TempDir()}
	if _, err := gobinary.Build(t.Context(), o); !errors.Is(err, gobinary.ErrNoGo) {
		t.Errorf("error = %v", err)
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := gobinary.Build(ctx, options(module(t, map[string]string{"main.go": says1}), t.TempDir())); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "train")
	if _, err := gobinary.Open(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error = %v", err)
	}
	write(t, filepath.Dir(file), map[string]string{"train": "#!/bin/sh\n"})
	b, err := gobinary.Open(file)
	if err != nil || b.Path != file || b.Close() != nil {
		t.Errorf("%+v, %v", b, err)
	}
}
