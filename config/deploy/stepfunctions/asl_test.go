package stepfunctions

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Judge has asl-validator judge machines in files.
func Judge(t *testing.T, files ...string) {
	t.Helper()
	validator, err := filepath.Abs("../../../build/asl/node_modules/.bin/asl-validator")
	if err == nil {
		_, err = os.Stat(validator)
	}
	if err != nil {
		t.Skipf("asl-validator is not here, which judges state machines: %v: make build/asl/.done", err)
	}
	var args []string
	for _, f := range files {
		args = append(args, "--json-path", f)
	}
	if out, err := exec.CommandContext(t.Context(), validator, args...).CombinedOutput(); err != nil || strings.Count(string(out), "✓") != len(files) {
		t.Errorf("%v\n%s", err, out)
	}
}

// The golden machines are in the States Language: every target is there, every state is reached, every path is one.
func TestGoldenMachinesAreValid(t *testing.T) {
	cases, _ := filepath.Glob("testdata/machines/*.txtar")
	var files []string
	for _, file := range cases {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), filepath.Base(file)+".json")
		if err := os.WriteFile(out, a.Files[1].Data, 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, out)
	}
	Judge(t, files...)
}
