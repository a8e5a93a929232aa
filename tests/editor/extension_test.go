//go:build !e2e

package editor

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestExtension runs the extension's unit tests (vscode-ext/test), each as a subtest.
func TestExtension(t *testing.T) {
	program := node(t)
	dir := filepath.Join("..", "..", "vscode-ext")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "esbuild")); err != nil {
		t.Skip("vscode-ext/node_modules is not there (make test installs it where there is npm)")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	out, err := inDir(ctx, dir, program, "esbuild.mjs", "--tests").CombinedOutput()
	if err != nil {
		t.Fatalf("building the unit tests: %v\n%s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "out", "test", "*.test.js"))
	if err != nil || len(files) == 0 {
		t.Fatalf("unit tests that were built: %v, %v", files, err)
	}
	argv := []string{"--test", "--test-reporter=tap"}
	for _, file := range files {
		argv = append(argv, filepath.Join("out", "test", filepath.Base(file)))
	}
	out, err = inDir(ctx, dir, program, argv...).CombinedOutput()
	results := readTAP(string(out))
	failed := false
	for _, r := range results {
		failed = failed || !r.ok
		t.Run(r.name, func(t *testing.T) {
			if !r.ok {
				t.Error(r.detail)
			}
		})
	}
	if len(results) == 0 || (err != nil) != failed {
		t.Fatalf("node --test: %v\n%s", err, out)
	}
}

func inDir(ctx context.Context, dir, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	return cmd
}

// tapResult is one test of `node --test`.
type tapResult struct {
	name   string
	ok     bool
	detail string
}

var tapLine = regexp.MustCompile(`^(not )?ok \d+ - (.*?)( # .*)?$`)

// readTAP reads the tests that are in no other test; what is told of one that failed follows its line, indented.
func readTAP(text string) []tapResult {
	var results []tapResult
	for line := range strings.Lines(text) {
		if m := tapLine.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			results = append(results, tapResult{name: m[2], ok: m[1] == ""})
			continue
		}
		if last := len(results) - 1; last >= 0 && !results[last].ok && strings.HasPrefix(line, " ") {
			results[last].detail += line
		}
	}
	return results
}
