// Package surroundings is what tests of whole commands start from: the binary of this tree, and an environment in which it finds nothing of the user's.
package surroundings

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Main builds spindle, tells where it is, runs the tests of a package in a folder two below the module's, and returns what to exit with.
func Main(m *testing.M, binary *string) int {
	dir, err := os.MkdirTemp("", "spindle-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	*binary = filepath.Join(dir, "spindle")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", *binary, "./cmd/spindle")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build: %v\n%s", err, out))
	}
	return m.Run()
}

// Env are variables for commands in dir, whose stores and caches of values are there, with python as the interpreter of flows. The unpacked SDK lies beside the
// binary, for all places of a package: to compile it takes longer than a small run, and a worker of a killed engine may still be at it when its place is removed.
func Env(binary, dir, python string) []string {
	return []string{
		"PATH=" + filepath.Dir(python) + ":" + os.Getenv("PATH"), "HOME=" + filepath.Join(dir, "home"),
		"XDG_CACHE_HOME=" + filepath.Join(filepath.Dir(binary), "cache"), "TMPDIR=" + os.TempDir(), "LANG=C.UTF-8",
		"METAFLOW_USER=tester", "METAFLOW_DATASTORE_SYSROOT_LOCAL=" + dir, "METAFLOW_CLIENT_CACHE_PATH=" + filepath.Join(dir, "cache"),
		"SPINDLE_PYTHON=" + python, "PYTHONDONTWRITEBYTECODE=1", "SPINDLE_WARM_MINUTES=0", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
	}
}
