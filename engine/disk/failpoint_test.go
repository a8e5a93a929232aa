package disk_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spindle-flow/spindle/engine/disk"
)

// The failpoints of a process are set once: each case is a process of its own, this test binary with a file to write.
const childFile = "SPINDLE_DISK_TEST_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(childFile); path != "" {
		os.Exit(writeTwice(path))
	}
	os.Exit(m.Run())
}

// writeTwice reports by exit code: 0 all well, 10 and 11 the first and second write failed as injected, 20 a full disk.
func writeTwice(path string) int {
	if err := disk.EnableFailpoints(os.Getenv); err != nil {
		os.Stderr.WriteString(err.Error())
		return 3
	}
	for i, text := range []string{"one", "two"} {
		err := disk.WriteFile(path, []byte(text), disk.Replace)
		switch {
		case errors.Is(err, disk.ErrInjected):
			return 10 + i
		case errors.Is(err, syscall.ENOSPC) && strings.Contains(err.Error(), filepath.Dir(path)):
			return 20
		case err != nil:
			return 4
		}
	}
	return 0
}

func TestFailpoints(t *testing.T) {
	t.Parallel()
	tests := []struct {
		set     string
		exit    int // -1: killed
		content string
	}{
		{"", 0, "two"},
		{"disk.write.created=kill", -1, ""},
		{"disk.write.written=kill@2", -1, "one"},
		{"disk.write.named=kill@2", -1, "two"},
		{"disk.write.written=error@2", 11, "one"},
		{"disk.write.created=error", 10, ""},
		{"disk.write.written=enospc", 20, ""},
		{"disk.mark.before=kill,disk.write.written=error@1", 10, ""},
		{"disk.nonsense=kill", 3, ""},
		{"disk.write.written", 3, ""},
		{"disk.write.written=explode", 3, ""},
		{"disk.write.written=kill@0", 3, ""},
	}
	for _, tt := range tests {
		t.Run(tt.set, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "f")
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), childFile+"="+path, disk.FailpointVariable+"="+tt.set)
			out, err := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != tt.exit {
				t.Errorf("exit %d, want %d (%v, %s)", code, tt.exit, err, out)
			}
			content, err := os.ReadFile(path)
			if string(content) != tt.content || (err == nil) != (tt.content != "") {
				t.Errorf("file holds %q (%v), want %q", content, err, tt.content)
			}
			// Only a kill may leave a temporary file.
			if entries, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".tmp-*")); tt.exit >= 0 && len(entries) > 0 {
				t.Errorf("left behind: %v", entries)
			}
		})
	}
}

func TestPointsAreRegistered(t *testing.T) {
	t.Parallel()
	names := disk.Points()
	if !slices.IsSorted(names) || !slices.Contains(names, "disk.write.created") {
		t.Errorf("points %v", names)
	}
}

func BenchmarkFailOff(b *testing.B) {
	for b.Loop() {
		if err := disk.Fail("disk.write.created"); err != nil {
			b.Fatal(err)
		}
	}
}
