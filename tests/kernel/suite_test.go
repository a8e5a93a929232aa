//go:build !e2e

package kernel

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	python := jupyter(t)
	binary, prefix := install(t, python)
	modules, err := filepath.Glob("suite/test_*.py")
	if err != nil || len(modules) < 4 {
		t.Fatalf("only %d modules in suite: %v", len(modules), err)
	}
	env := surroundings(t, binary, prefix)
	for _, module := range modules {
		name := strings.TrimSuffix(filepath.Base(module), ".py")
		t.Run(name, func(t *testing.T) {
			run(t, "suite", env, python, "-m", "unittest", "-v", name)
		})
	}
}
