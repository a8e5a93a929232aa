package editor

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// oldestNode is the oldest Node that the extension's tools run on.
const oldestNode = 20

// node finds a Node that is new enough, or skips the test.
func node(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed (.ci/run installs it)")
	}
	out, err := exec.CommandContext(t.Context(), path, "--version").Output()
	if err != nil {
		t.Fatalf("node --version: %v", err)
	}
	version := strings.TrimSpace(string(out))
	major, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldestNode {
		t.Skipf("node is %s, the extension's tools and code-server need %d or later", version, oldestNode)
	}
	return path
}
