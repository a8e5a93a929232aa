// Package pythonsdk runs the Python SDK's own tests under every Python on this machine that is new enough.
package pythonsdk

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestSDK(t *testing.T) {
	pythons := interpreters(t)
	if len(pythons) == 0 {
		t.Fatal("no python3 found")
	}
	for version, python := range pythons {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(python, "-m", "unittest", "discover", "-s", "tests", "-t", ".")
			cmd.Dir = "../../python"
			cmd.Env = append(os.Environ(), "PYTHONPATH=src", "METAFLOW_USER=tester", "PYTHONDONTWRITEBYTECODE=1")
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s", python, err, out)
			}
			if !strings.Contains(string(out), "\nOK") || strings.Contains(string(out), "Ran 0 tests") {
				t.Fatalf("%s ran no test:\n%s", python, out)
			}
		})
	}
}

// interpreters finds one Python per minor version: those of SPINDLE_TEST_PYTHONS, else python3 on the path and pyenv's.
func interpreters(t *testing.T) map[string]string {
	t.Helper()
	candidates := filepath.SplitList(os.Getenv("SPINDLE_TEST_PYTHONS"))
	if len(candidates) == 0 {
		candidates = []string{"python3"}
		if home, err := os.UserHomeDir(); err == nil {
			more, _ := filepath.Glob(filepath.Join(home, ".pyenv/versions/*/bin/python3"))
			candidates = append(candidates, more...)
		}
	}
	found := map[string]string{}
	for _, c := range candidates {
		out, err := exec.Command(c, "-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.version_info >= (3, 9), sys.executable)").Output()
		fields := strings.Fields(string(out))
		if err != nil || len(fields) != 3 || fields[1] != "True" {
			continue
		}
		if found[fields[0]] == "" {
			found[fields[0]] = fields[2]
		}
	}
	return found
}
