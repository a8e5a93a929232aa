package editor

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// WriteModule makes a folder a module of Go that has the SDK of this repository, so that flows in it can be read without a network.
func WriteModule(t testing.TB, dir string) {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("where this file is can't be told")
	}
	root := filepath.Join(filepath.Dir(file), "..", "..", "..")
	text := fmt.Sprintf("module example.com/demand\n\ngo 1.26.0\n\nrequire github.com/spindle-flow/spindle v0.0.0\n\nreplace github.com/spindle-flow/spindle => %s\n", root)
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
