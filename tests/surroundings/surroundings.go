// Package surroundings is what tests of whole commands start from: the binary of this tree, and an environment in which it finds nothing of the user's.
package surroundings

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	if err := Build(*binary); err != nil {
		panic(err)
	}
	return m.Run()
}

// Built is the variable that names the binary of this tree where it has been built: make sets it, so that not each package links one of its own.
const Built = "SPINDLE_BUILT"

// Build puts the binary of this tree at target, for a package in a folder two below the module's.
func Build(target string) error {
	line := []string{"go", "build", "-buildvcs=false", "-o", target, "./cmd/spindle"}
	if built := os.Getenv(Built); built != "" {
		// A copy finds nothing beside itself but what its tests put there. Another process makes it: a file that this one had open for writing could not be
		// started while a process that was just forked has it, too.
		line = []string{"cp", built, target}
		if _, err := os.Stat(built); err != nil { // by which the go command knows, too, that a result of another binary's does not count
			return fmt.Errorf("%s: %w", Built, err)
		}
	}
	build := exec.Command(line[0], line[1:]...)
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(line, " "), err, out)
	}
	return nil
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

// GoEnv are variables with which the go command finds what it has built and fetched for the tests themselves: [Env] gives another home.
func GoEnv() []string {
	out, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE", "GOPATH").Output()
	if err != nil {
		panic(fmt.Sprintf("go env: %v", err))
	}
	places := strings.Split(strings.TrimSpace(string(out)), "\n")
	return []string{"GOCACHE=" + places[0], "GOMODCACHE=" + places[1], "GOPATH=" + places[2], "GOFLAGS=-buildvcs=false"}
}

// BarePath is a PATH on which there is a Python that has nothing installed, and a shell's tools: all that a container has.
func BarePath(t testing.TB) string {
	t.Helper()
	for _, dir := range []string{"/usr/bin", "/usr/local/bin"} {
		if _, err := os.Stat(filepath.Join(dir, "python3")); err == nil {
			return dir + ":/usr/bin:/bin"
		}
	}
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(path) + ":/usr/bin:/bin"
}
