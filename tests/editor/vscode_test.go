//go:build e2e

package editor

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// place is what the browser's driver is told, in the words of vscode-ext/test/e2e/cases.ts.
type place struct {
	URL        string `json:"url"`
	Wary       string `json:"wary"` // the editor that asks whether a workspace is trusted
	Workspace  string `json:"workspace"`
	Second     string `json:"second"`
	Roots      string `json:"roots"`      // a .code-workspace of two folders
	Golang     string `json:"golang"`     // a module with a flow in Go
	Extensions string `json:"extensions"` // where the extension is installed
	Shots      string `json:"shots"`
	Chromium   string `json:"chromium"`
	Only       string `json:"only"`
}

// result is a line the driver writes.
type result struct {
	Name    string  `json:"name"`
	OK      bool    `json:"ok"`
	Error   string  `json:"error"`
	Seconds float64 `json:"seconds"`
}

func TestVSCode(t *testing.T) {
	program := node(t)
	tool(t, "npm")
	chromium := tool(t, "chromium")
	entry := codeServer(t)
	root := absolute(t, "../..")
	extension := filepath.Join(root, "vscode-ext")
	finish(t, extension, 3*time.Minute, program, "esbuild.mjs", "--e2e")

	dir := t.TempDir()
	p := workspaces(t, dir)
	p.Chromium, p.Only = chromium, os.Getenv("SPINDLE_E2E_ONLY")
	p.Shots = filepath.Join(root, "build", "shots")
	e := editor{node: program, entry: entry, dir: dir, env: goCaches(t)}
	e.install(t, vsix(t, root))
	p.Extensions = e.extensions()
	p.URL = e.start(t, "--disable-workspace-trust")
	p.Wary = e.start(t)
	drive(t, program, extension, p)
}

// drive runs the driver and makes each of its lines a subtest.
func drive(t *testing.T, program, extension string, p place) {
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	told, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, program, "out/e2e/e2e.js", string(told))
	cmd.Dir = extension
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	cases := 0
	for lines := bufio.NewScanner(stdout); lines.Scan(); cases++ {
		var r result
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("the driver said %q: %v", lines.Text(), err)
		}
		t.Run(r.Name, func(t *testing.T) {
			t.Logf("%.1f s", r.Seconds)
			if !r.OK {
				t.Errorf("%s\n(what was seen: build/shots/failed-*)", r.Error)
			}
		})
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the driver: %v\n%s", err, stderr.String())
	}
	if cases == 0 {
		t.Fatal("the driver ran no case")
	}
}

// workspaces are copies of testdata in a folder of the test's own, a run made in them.
func workspaces(t *testing.T, dir string) place {
	t.Helper()
	p := place{Workspace: filepath.Join(dir, "workspace"), Second: filepath.Join(dir, "second"), Roots: filepath.Join(dir, "both.code-workspace")}
	p.Golang = filepath.Join(dir, "golang")
	goModule(t, p.Golang)
	for _, name := range []string{"workspace", "second"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join("testdata", name))); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(p.Workspace, "large.py"), largeFlow(1000))
	write(t, p.Roots, `{"folders": [{"path": "workspace"}, {"path": "second"}]}`)
	finish(t, p.Workspace, time.Minute, binary(t), "run", "good.py")
	fails(t, p.Workspace, binary(t), "run", "mixed.py")
	misspell(t, filepath.Join(p.Workspace, "mixed.py"), "self.report}", "self.reprot}")
	return p
}

// largeFlow is a right flow of n steps: blocks of a step, its split in six and their join, then a chain.
func largeFlow(n int) string {
	var b strings.Builder
	b.WriteString("from metaflow import FlowSpec, step\n\n\nclass LargeFlow(FlowSpec):\n")
	step := func(name, args, body string) {
		fmt.Fprintf(&b, "    @step\n    def %s(self%s):\n        %s\n\n", name, args, body)
	}
	made := 2 // start and end
	name := func() string { made++; return fmt.Sprintf("s%d", made-2) }
	last := "start"
	for made+8 <= n {
		branches := []string{name(), name(), name(), name(), name(), name()}
		join, after := name(), name()
		step(last, "", "self.next(self."+strings.Join(branches, ", self.")+")")
		for _, branch := range branches {
			step(branch, "", "self.next(self."+join+")")
		}
		step(join, ", inputs", "self.next(self."+after+")")
		last = after
	}
	for made < n {
		next := name()
		step(last, "", "self.next(self."+next+")")
		last = next
	}
	step(last, "", "self.next(self.end)")
	step("end", "", "pass")
	return b.String()
}

// misspell puts a fault into a flow that has been run.
func misspell(t *testing.T, path, right, wrong string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(right)) {
		t.Fatalf("%s has no %q", path, right)
	}
	write(t, path, strings.Replace(string(text), right, wrong, 1))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
