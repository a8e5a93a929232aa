package codepackage_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/spindle-flow/spindle/engine/codepackage"
)

// A package of a flow in Go has its programs, which can be executed where it was extracted; one in Python has none.
func TestBinaries(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tree(t, dir, "src/main.go", "package main\n", "built", "program")
	if err := os.Chmod(filepath.Join(dir, "built"), 0o755); err != nil {
		t.Fatal(err)
	}
	main := filepath.Join(dir, "src/main.go")
	for _, archs := range [][]string{{"amd64", "arm64"}, {"arm64"}, nil} {
		o := codepackage.Options{Flow: main, Binaries: map[string]string{}}
		for _, arch := range archs {
			o.Binaries[arch] = filepath.Join(dir, "built")
		}
		p, err := codepackage.Build(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		to := t.TempDir()
		if err := codepackage.Extract(bytes.NewReader(p.Bytes), to); err != nil {
			t.Fatal(err)
		}
		file, err := codepackage.Binary(to, "amd64")
		var wrong *codepackage.ArchError
		switch {
		case archs == nil:
			if file != "" || err != nil {
				t.Errorf("none: %q, %v", file, err)
			}
		case slices.Contains(archs, "amd64"):
			if info, statErr := os.Stat(file); err != nil || statErr != nil || info.Mode()&0o100 == 0 {
				t.Errorf("%v: %q, %v, %v", archs, file, err, statErr)
			}
		case !errors.As(err, &wrong) || !slices.Equal(wrong.Have, archs):
			t.Errorf("%v: %q, %v", archs, file, err)
		}
	}
}
