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

// TestSDK runs the Python tests, which drive the real worker over real sockets: with the Python on the path, every other release of it on
// the path (python3.9 …) or in pyenv, and every one named in SPINDLE_TEST_PYTHONS (a path list).
func TestSDK(t *testing.T) {
	t.Parallel()
	pythons := interpreters(t)
	files, err := filepath.Glob("tests/test_*.py")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests found: %v", err)
	}
	cache := t.TempDir() // for the bytecode, so that the sources' folders stay clean and workers still start fast
	for _, python := range pythons {
		for _, file := range files {
			t.Run(releaseOf(t, python)+"/"+filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				runTests(t, python, cache, strings.TrimSuffix(filepath.Base(file), ".py"))
			})
		}
	}
}

// interpreters lists a Python of each release that can be found, the one on the path first.
func interpreters(t *testing.T) []string {
	t.Helper()
	var candidates []string
	for _, name := range []string{"python3", "python3.9", "python3.10", "python3.11", "python3.12", "python3.13"} {
		if python, err := exec.LookPath(name); err == nil {
			candidates = append(candidates, python)
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		installed, _ := filepath.Glob(filepath.Join(home, ".pyenv/versions/3.*/bin/python3"))
		candidates = append(candidates, installed...)
	}
	seen := map[string]bool{}
	var found []string
	for _, python := range candidates {
		if release := releaseOf(t, python); release != "" && !seen[release] {
			seen[release] = true
			found = append(found, python)
		}
	}
	if len(found) == 0 {
		t.Skip("no Python 3.9 or later was found")
	}
	return append(found, filepath.SplitList(os.Getenv("SPINDLE_TEST_PYTHONS"))...)
}

// releaseOf is the version of an interpreter, empty for one that is too old or does not work, as pyenv's shims of other releases.
func releaseOf(t *testing.T, python string) string {
	t.Helper()
	out, err := exec.Command(python, "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3] if sys.version_info >= (3, 9) else '')").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
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
