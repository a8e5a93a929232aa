package python

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSDK runs the Python tests, which drive the real worker over real sockets: with the Python on the path, and with every one named in
// SPINDLE_TEST_PYTHONS (a path list).
func TestSDK(t *testing.T) {
	t.Parallel()
	pythons := filepath.SplitList(os.Getenv("SPINDLE_TEST_PYTHONS"))
	if python, err := exec.LookPath("python3"); err == nil {
		pythons = append([]string{python}, pythons...)
	}
	if len(pythons) == 0 {
		t.Skip("no python3 on the path")
	}
	files, err := filepath.Glob("tests/test_*.py")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests found: %v", err)
	}
	cache := t.TempDir() // for the bytecode, so that the sources' folders stay clean and workers still start fast
	for _, python := range pythons {
		for _, file := range files {
			t.Run(filepath.Base(filepath.Dir(filepath.Dir(python)))+"/"+filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				runTests(t, python, cache, strings.TrimSuffix(filepath.Base(file), ".py"))
			})
		}
	}
}

func runTests(t *testing.T, python, cache, module string) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, "-m", "unittest", "-b", module)
	cmd.Dir = "tests"
	cmd.Env = append(os.Environ(), "PYTHONPYCACHEPREFIX="+cache)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s -m unittest %s: %v\n%s", python, module, err, bytes.TrimSpace(out))
	}
}
