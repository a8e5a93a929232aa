// Package peer asks the real metaflow what it says of flow files, for tests that hold this project to it.
package peer

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

//go:embed peer.py
var script string

// Verdict is how one command on one file ended.
type Verdict struct {
	File   string `json:"file"`
	Code   int    `json:"code"` // the exit code: check ends with 0 for a right flow
	Stdout string `json:"stdout"`
	Stderr string `json:"stderr"`
}

// Python returns the interpreter that has the real metaflow. Where there is none the test fails, unless SPINDLE_NO_PEER=1 says that this is meant.
func Python(t testing.TB) string {
	t.Helper()
	path := os.Getenv("SPINDLE_PEER")
	if path == "" {
		path = filepath.Join(root(t), "build/peer/bin/python")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if os.Getenv("SPINDLE_NO_PEER") != "1" {
		t.Fatalf("%s, the Python with the real metaflow, is not there; make peer makes it, SPINDLE_NO_PEER=1 skips the tests that need it", path)
	}
	t.Skipf("SPINDLE_NO_PEER=1 and %s, the Python with the real metaflow, is not there", path)
	return ""
}

// root is the folder of the module.
func root(t testing.TB) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("the tests don't run inside the module")
		}
		dir = filepath.Dir(dir)
	}
}

// Ask runs a command of metaflow's, such as check, on each of the files, as `python FILE --no-pylint COMMAND` would, and returns how they ended in
// the order of the files. Each file needs an absolute path.
func Ask(t testing.TB, files []string, command ...string) []Verdict {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), Python(t), append([]string{"-c", script}, command...)...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester", "METAFLOW_HOME="+t.TempDir(),
		"METAFLOW_DATASTORE_SYSROOT_LOCAL="+t.TempDir(), "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n") + "\n")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run the peer: %v\n%s", err, stderr.String())
	}
	var list []Verdict
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var v Verdict
		if err := dec.Decode(&v); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	if len(list) != len(files) {
		t.Fatalf("the peer answered for %d of %d files", len(list), len(files))
	}
	return list
}
