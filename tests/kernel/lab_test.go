//go:build e2e

package kernel

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// place is what the browser's driver is told.
type place struct {
	URL      string `json:"url"`
	Token    string `json:"token"`
	Shots    string `json:"shots"`
	Chromium string `json:"chromium"`
	Modules  string `json:"modules"` // a folder from which playwright-core is found
}

// TestJupyterLab clicks through the tutorial in a real JupyterLab in headless Chromium (lab/drive.mjs). What was seen is in build/shots/lab-*.png.
func TestJupyterLab(t *testing.T) {
	python := jupyter(t)
	node, p := browser(t)
	binary, prefix := install(t, python)
	work := t.TempDir()
	notebook, err := os.ReadFile(filepath.Join("..", "..", "examples", "notebook", "tutorial.ipynb"))
	if err == nil {
		err = os.WriteFile(filepath.Join(work, "tutorial.ipynb"), notebook, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.URL, p.Token = serveLab(t, python, work, surroundings(t, binary, prefix))
	driveLab(t, node, "lab/drive.mjs", p)
	run(t, work, nil, binary, "--python", python, "workbench", "stop", "waves.py")
}

const small = `from metaflow import FlowSpec, step

class Small(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass

if __name__ == "__main__":
    Small()
`

const empty = `{"cells": [], "metadata": {"kernelspec": {"display_name": "Spindle (Python)", "language": "python", "name": "spindle"}}, "nbformat": 4, "nbformat_minor": 5}`

// TestJupyterLabDebugger debugs cells by clicks (lab/debug.mjs). What was seen is in build/shots/lab-debugger*.png.
func TestJupyterLabDebugger(t *testing.T) {
	python := jupyter(t)
	node, p := browser(t)
	binary, prefix := install(t, python)
	work := t.TempDir()
	for name, text := range map[string]string{"small.py": small, "debugged.ipynb": empty} {
		if err := os.WriteFile(filepath.Join(work, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p.URL, p.Token = serveLab(t, python, work, surroundings(t, binary, prefix))
	driveLab(t, node, "lab/debug.mjs", p)
	run(t, work, nil, binary, "--python", python, "workbench", "stop", "small.py")
}

// TestJupyterLabGo edits and looks at a flow in Go (lab/go.mjs). What was seen is in build/shots/lab-notebook-go.png.
func TestJupyterLabGo(t *testing.T) {
	python := jupyter(t)
	node, p := browser(t)
	binary, prefix := install(t, python)
	work := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	flow, err := os.ReadFile(filepath.Join(root, "kernel", "flows", "testdata", "goflow", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	module := "module example.com/notebook\n\ngo 1.26.0\n\nrequire github.com/spindle-flow/spindle v0.0.0\n\nreplace github.com/spindle-flow/spindle => " + root + "\n"
	for name, text := range map[string]string{"go.mod": module, "tiny/main.go": string(flow), "go.ipynb": empty} {
		file := filepath.Join(work, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p.URL, p.Token = serveLab(t, python, work, surroundings(t, binary, prefix))
	driveLab(t, node, "lab/go.mjs", p)
}

// browser is what drives JupyterLab: node, and what the driver is told of the browser.
func browser(t *testing.T) (node string, p place) {
	t.Helper()
	p.Chromium, node = program(t, "chromium"), program(t, "node")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	p.Shots, p.Modules = filepath.Join(root, "build", "shots"), filepath.Join(root, "vscode-ext")
	if _, err := os.Stat(filepath.Join(p.Modules, "node_modules", "playwright-core")); err != nil {
		t.Skip("vscode-ext/node_modules is not there (make e2e installs it where there is npm)")
	}
	return node, p
}

func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no %s here: %v", name, err)
	}
	return path
}

// serveLab starts JupyterLab with settings of the test's own, and ends it with all it has started.
func serveLab(t *testing.T, python, work string, env []string) (url, token string) {
	t.Helper()
	home := t.TempDir()
	runtime := filepath.Join(home, "runtime")
	cmd := exec.Command(python, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0", "--ServerApp.root_dir="+work,
		"--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly")
	cmd.Env = append(append(os.Environ(), env...), "HOME="+home, "JUPYTER_RUNTIME_DIR="+runtime, "JUPYTER_CONFIG_DIR="+filepath.Join(home, "config"),
		"JUPYTER_DATA_DIR="+filepath.Join(home, "data"), "JUPYTERLAB_WORKSPACES_DIR="+filepath.Join(home, "workspaces"), "JUPYTERLAB_SETTINGS_DIR="+quiet(t, home))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-ended
		}
	})
	for {
		var server struct{ URL, Token string }
		files, _ := filepath.Glob(filepath.Join(runtime, "jpserver-*.json"))
		if len(files) == 1 {
			if text, err := os.ReadFile(files[0]); err == nil && json.Unmarshal(text, &server) == nil && server.URL != "" {
				return server.URL[:len(server.URL)-1], server.Token
			}
		}
		select {
		case err := <-ended:
			t.Fatalf("JupyterLab ended: %v\n%s", err, said.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// quiet are settings that ask for no news from elsewhere.
func quiet(t *testing.T, home string) string {
	t.Helper()
	dir := filepath.Join(home, "settings")
	file := filepath.Join(dir, "@jupyterlab", "apputils-extension", "notification.jupyterlab-settings")
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = os.WriteFile(file, []byte(`{"fetchNews": "false", "checkForUpdates": false}`), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// driveLab runs the driver and makes each of its lines a subtest.
func driveLab(t *testing.T, node, script string, p place) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	told, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, node, script, string(told))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for lines := bufio.NewScanner(stdout); lines.Scan(); cases++ {
		var r struct {
			Name    string  `json:"name"`
			OK      bool    `json:"ok"`
			Error   string  `json:"error"`
			Seconds float64 `json:"seconds"`
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("the driver said %q: %v", lines.Text(), err)
		}
		t.Run(r.Name, func(t *testing.T) {
			t.Logf("%.1f s", r.Seconds)
			if !r.OK {
				t.Errorf("%s\n(what was seen: build/shots/lab-failed-*)", r.Error)
			}
		})
	}
	if err := cmd.Wait(); err != nil || cases == 0 {
		t.Fatalf("the driver ran %d cases: %v\n%s", cases, err, stderr.String())
	}
}
