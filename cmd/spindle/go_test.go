package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/spindle-flow/spindle/engine/compute/remote/helper"
)

// TestGoScripts runs the scripts about flows in Go. $TRAIN is a flow of this module, which is built once for all of them; scripts with a module of
// their own get Spindle from here, in the place of ../spindle.
func TestGoScripts(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE").Output()
	if err != nil {
		t.Fatalf("flows in Go need the go command: %v", err)
	}
	caches := strings.Split(string(kept), "\n")
	cache := t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/goscript",
		Setup: func(env *testscript.Env) error {
			env.Setenv("METAFLOW_USER", "tester")
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv("GOCACHE", caches[0])
			env.Setenv("GOMODCACHE", caches[1])
			env.Setenv("GOPROXY", "off")
			env.Setenv("GOFLAGS", "")
			env.Setenv("TRAIN", filepath.Join(root, "cmd", "spindle", "testdata", "goflows", "train"))
			env.Setenv("TERM", "dumb")
			return replaceSpindle(filepath.Join(env.WorkDir, "go.mod"), root)
		},
		Condition: func(name string) (bool, error) {
			if name != "helpers" {
				return false, fmt.Errorf("there is no condition %q", name)
			}
			_, err := helper.All()
			return err == nil, nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"exits": exits, "setrun": setrun},
	})
}

// replaceSpindle lets a script's module have this one's code.
func replaceSpindle(file, root string) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(strings.Replace(string(text), "=> ../spindle", "=> "+root, 1)), 0o666)
}
