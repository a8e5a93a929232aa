//go:build e2e

package editor

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestNeovim: a broken flow shows its fault, the preferred fix mends it, a step is renamed where it is meant.
func TestNeovim(t *testing.T) {
	t.Parallel()
	dir := headlessPlace(t)
	said := driveHeadless(t, dir, "nvim", "--headless", "-u", "NONE", "-i", "NONE", "-c", "luafile drive.lua")
	for _, want := range []string{
		"DIAGNOSTIC 8 24 SP118", "FIX Lead to fit", "FIXED self.next(self.fit)", "RENAMED self.next(self.train)", "RENAMED def train(self):",
	} {
		if !strings.Contains(said, want+"\n") {
			t.Errorf("Neovim did not show %q:\n%s", want, said)
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, "flow.py")); err != nil || strings.Contains(string(text), "fit") {
		t.Errorf("the renamed flow (%v):\n%s", err, text)
	}
}

// TestEmacs: eglot shows the fault.
func TestEmacs(t *testing.T) {
	t.Parallel()
	said := driveHeadless(t, headlessPlace(t), "emacs", "--batch", "-l", "drive.el")
	if strings.Contains(said, "NO EGLOT") {
		t.Skip("Emacs has no eglot (.ci/run installs elpa-eglot)")
	}
	if !strings.Contains(said, `DIAGNOSTIC 8 spindle [SP118]: step "start" leads to "fti", which is not a step`) {
		t.Errorf("Emacs did not show the fault:\n%s", said)
	}
}

// headlessPlace is a folder with a broken flow and what drives the editors.
func headlessPlace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/headless")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// driveHeadless runs an editor to its end and returns all it wrote, with line feeds.
func driveHeadless(t *testing.T, dir string, argv ...string) string {
	t.Helper()
	return driveHeadlessWith(t, dir, nil, argv...)
}

// driveHeadlessWith is [driveHeadless] with more in the environment.
func driveHeadlessWith(t *testing.T, dir string, env []string, argv ...string) string {
	t.Helper()
	if _, err := exec.LookPath(argv[0]); err != nil {
		t.Skipf("%s is not installed (.ci/run installs it)", argv[0])
	}
	binary, err := filepath.Abs("../../bin/spindle")
	if err != nil {
		t.Fatal(err)
	}
	if given := os.Getenv("SPINDLE_BIN"); given != "" {
		binary = given
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), env...), "SPINDLE_BIN="+binary, "HOME="+t.TempDir(), "TERM=dumb", "XDG_CACHE_HOME="+t.TempDir())
	out, err := cmd.CombinedOutput()
	said := strings.ReplaceAll(string(out), "\r\n", "\n")
	if err != nil {
		t.Fatalf("%s: %v\n%s", argv[0], err, said)
	}
	return said
}
