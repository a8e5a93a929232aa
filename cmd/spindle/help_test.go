package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/exitcode"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/golden"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
)

// testApp is an app in memory, in surroundings with nothing in them.
func testApp(t *testing.T) (a *app, out, err func() string) {
	t.Helper()
	io, stdout, stderr := streams.Test()
	top := options.NewTop()
	dir := t.TempDir()
	ws := workspace.System(top)
	ws.Dir, ws.Home, ws.Environ = dir, dir, nil
	ws.LookupEnv = func(string) (string, bool) { return "", false }
	return &app{io: io, top: top, ws: ws, exit: func(int) { t.Error("the process was to end") }}, stdout.String, stderr.String
}

func TestHelp(t *testing.T) {
	t.Parallel()
	a, _, _ := testApp(t)
	var lines [][]string
	var walk func(cmd *cobra.Command, path []string)
	walk = func(cmd *cobra.Command, path []string) {
		lines = append(lines, path)
		for _, sub := range cmd.Commands() {
			walk(sub, append(append([]string{}, path...), sub.Name()))
		}
	}
	walk(newRoot(a), nil)
	if len(lines) < 15 {
		t.Fatalf("only %d commands", len(lines))
	}
	for _, path := range lines {
		name := strings.Join(append([]string{"spindle"}, path...), "-")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, out, errs := testApp(t)
			if code := execute(a, append(append([]string{}, path...), "--help")); code != exitcode.OK || errs() != "" {
				t.Fatalf("code %d, stderr %s", code, errs())
			}
			golden.Compare(t, filepath.Join("testdata", "help", name+".txt"), []byte(out()))
		})
	}
}

func TestExitCodesHelp(t *testing.T) {
	t.Parallel()
	a, out, _ := testApp(t)
	if code := execute(a, []string{"help", "exit-codes"}); code != exitcode.OK {
		t.Fatal(code)
	}
	golden.Compare(t, filepath.Join("testdata", "help", "exit-codes.txt"), []byte(out()))
}

// Every visible command has an example, a short line and its place in the overview.
func TestCommandsAreDocumented(t *testing.T) {
	t.Parallel()
	a, _, _ := testApp(t)
	for _, cmd := range newRoot(a).Commands() {
		if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "version" {
			continue
		}
		if cmd.Short == "" || cmd.GroupID == "" || !strings.Contains(cmd.Example, "spindle "+cmd.Name()) {
			t.Errorf("%s lacks a short line, a group or an example", cmd.Name())
		}
	}
}
