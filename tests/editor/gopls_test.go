//go:build e2e

package editor

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGo: a flow in Go in Neovim, by Spindle alone and with gopls beside it: each says what the other does not, of both files of the package.
func TestGo(t *testing.T) {
	t.Parallel()
	alone := []string{
		`DIAGNOSTIC spindle 20 17 SP120 no way leads from the start to step "lost"`, "HOVER spindle **artifact** `grid`",
		"STEP spindle nothing", "ARTIFACT spindle fit.go:13", "COMPLETION spindle nothing",
		"ACTION Ignore SP120 on this line", "SILENCED func (t *Train) Lost(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil } //spindle:ignore SP120",
	}
	beside := []string{"DIAGNOSTIC gopls 24 18 UndeclaredName undefined: undefinedName", "STEP gopls fit.go:6", "ARTIFACT gopls main.go:10", "COMPLETION gopls something"}
	t.Run("alone", func(t *testing.T) { goInNeovim(t, "", alone) })
	t.Run("beside gopls", func(t *testing.T) { goInNeovim(t, gopls(t), append(alone, beside...)) })
}

// gopls finds the server of Go's own, or skips the test.
func gopls(t *testing.T) string {
	t.Helper()
	if path := absolute(t, "../../build/gopls/gopls"); isFile(path) {
		return path
	}
	path, err := exec.LookPath("gopls")
	if err != nil {
		t.Skip("gopls is not there (make e2e installs it where it can be had)")
	}
	return path
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// goInNeovim drives Neovim on a flow in Go.
func goInNeovim(t *testing.T, gopls string, want []string) {
	t.Helper()
	dir := t.TempDir()
	goModule(t, dir)
	caches := goCaches(t)
	if gopls != "" {
		caches = append(caches, "GOPLS="+gopls)
	}
	said := driveHeadlessWith(t, dir, caches, "nvim", "--headless", "-u", "NONE", "-i", "NONE", "-c", "luafile drive.lua", "-c", "cquit 1")
	for _, line := range want {
		if !strings.Contains(said, line) {
			t.Errorf("Neovim did not show %q:\n%s", line, said)
		}
	}
	if n := strings.Count(said, "DIAGNOSTIC"); (gopls == "" && n != 1) || (gopls != "" && n != 2) {
		t.Errorf("%d diagnostics were shown, each fault is to be told once:\n%s", n, said)
	}
}

// goModule makes a module with a flow in Go, which has this repository's SDK.
func goModule(t *testing.T, dir string) {
	t.Helper()
	if err := os.CopyFS(dir, os.DirFS("testdata/gopls")); err != nil {
		t.Fatal(err)
	}
	module := fmt.Sprintf("module example.com/demand\n\ngo 1.26.0\n\nrequire github.com/spindle-flow/spindle v0.0.0\n\nreplace github.com/spindle-flow/spindle => %s\n", absolute(t, "../.."))
	write(t, filepath.Join(dir, "go.mod"), module)
}

// goCaches keep the go tool's caches for an editor whose home is empty.
func goCaches(t *testing.T) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), tool(t, "go"), "env", "GOCACHE", "GOMODCACHE").Output()
	lines := strings.Fields(string(out))
	if err != nil || len(lines) != 2 {
		t.Fatalf("go env: %v\n%s", err, out)
	}
	return []string{"GOCACHE=" + lines[0], "GOMODCACHE=" + lines[1]}
}
