package lint_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/tests/lint/peer"
)

const (
	rightFlows = "flows/right/*.py"
	wrongFlows = "flows/wrong/*.py"
)

// glob lists files, and fails where a pattern matches none.
func glob(t testing.TB, patterns ...string) []string {
	t.Helper()
	var out []string
	for _, p := range patterns {
		found, err := filepath.Glob(p)
		if err != nil || len(found) == 0 {
			t.Fatalf("no file matches %s: %v", p, err)
		}
		out = append(out, found...)
	}
	return out
}

// flowsThatSucceed are the files of tests/compat whose header says that they run to their end.
func flowsThatSucceed(t testing.TB) []string {
	t.Helper()
	return slices.DeleteFunc(glob(t, "../compat/flows/*.py"), func(path string) bool {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return !bytes.Contains(data, []byte("\n# exit: 0\n"))
	})
}

// tutorials are the flows that come with the real metaflow.
func tutorials(t testing.TB) []string {
	t.Helper()
	return glob(t, filepath.Join(filepath.Dir(peer.Python(t)), "../lib/python3*/site-packages/metaflow/tutorials/*/*.py"))
}

// lintFile lints a file as `spindle lint FILE` does, with the settings that nothing chooses.
func lintFile(t testing.TB, path string) []lint.Diagnostic {
	t.Helper()
	r, err := files.Lint(context.Background(), path, files.Options{ReadFile: os.ReadFile})
	if err != nil {
		t.Fatal(err)
	}
	return r.Findings
}

// shortPath is a path as golden files hold it.
func shortPath(path string) string {
	path = filepath.ToSlash(path)
	if _, rest, ok := strings.Cut(path, "site-packages/"); ok {
		return rest
	}
	return strings.TrimPrefix(path, "../")
}
