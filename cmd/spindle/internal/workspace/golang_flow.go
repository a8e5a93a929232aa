package workspace

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

func (goLanguage) read(ctx context.Context, f *Flow) ([]graph.Fault, error) {
	result, err := golang.Read(ctx, golang.Options{Dir: f.Place.Dir(), Class: f.Class})
	if err != nil {
		return nil, err
	}
	if f.Static = result.Flow; f.Static != nil {
		f.File = f.Static.File
	}
	return result.Faults, nil
}

// isGoFile is true for a file that can only be in Go.
func isGoFile(file string) bool { return strings.HasSuffix(file, ".go") }

// hasGo is true for a folder with files of Go in it, tests not counted.
func hasGo(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if name := e.Name(); isGoFile(name) && !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_") {
			return true
		}
	}
	return false
}

// hasGoFlow is true for a folder whose program may be a flow. It is cheap: whether it is one the reading says.
func hasGoFlow(dir string) bool {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return false // a folder whose own name is a pattern: its flow has to be named
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil && !strings.HasSuffix(file, "_test.go") && strings.Contains(string(text), "flow.Main(") && strings.Contains(string(text), `spindle/flow"`) {
			return true
		}
	}
	return false
}
