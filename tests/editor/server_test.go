//go:build e2e

package editor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tool finds a program, or skips the test where it cannot be had.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no %s here: %v", name, err)
	}
	return path
}

// codeServer is the editor's entry point, built where it is not there yet.
func codeServer(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "./code-server.sh", absolute(t, "../../build/code-server"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 3 {
		t.Skipf("no VS Code can be built here: %s", lines[len(lines)-1])
	}
	if err != nil {
		t.Fatalf("building code-server: %v\n%s", err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// vsix is the package of this platform, as `make vsix` makes it.
func vsix(t *testing.T, root string) string {
	t.Helper()
	finish(t, root, 5*time.Minute, "make", "vsix")
	text, err := os.ReadFile(filepath.Join(root, "vscode-ext", "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct{ Version string }
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(root, "dist", "spindle-linux-*-"+manifest.Version+".vsix"))
	if err != nil || len(found) != 1 {
		t.Fatalf("packages in dist: %v, %v", found, err)
	}
	return found[0]
}

// editor is a code-server with a profile of the test's own.
type editor struct {
	node, entry, dir string
	env              []string // what it needs beside the test's
	started          int
}

func (e *editor) extensions() string { return filepath.Join(e.dir, "extensions") }
func (e *editor) settings() string   { return filepath.Join(e.dir, "profile", "User", "settings.json") }

func (e *editor) args(more ...string) []string {
	return append([]string{
		e.entry, "--user-data-dir", filepath.Join(e.dir, "profile"), "--extensions-dir", e.extensions(), "--config", filepath.Join(e.dir, "config.yaml"),
	}, more...)
}

// environment is the test's, with a home of its own: nothing of the user's is read or written.
func (e *editor) environment() []string {
	home := []string{"HOME=" + e.dir, "XDG_CONFIG_HOME=" + e.dir, "XDG_DATA_HOME=" + e.dir, "XDG_CACHE_HOME=" + e.dir}
	return slices.Concat(os.Environ(), home, []string{"METAFLOW_USER=tester", "METAFLOW_HOME=" + e.dir}, e.env)
}

func (e *editor) install(t *testing.T, vsix string) {
	t.Helper()
	write(t, filepath.Join(e.dir, "config.yaml"), "auth: none\n")
	if err := os.MkdirAll(filepath.Dir(e.settings()), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, e.settings(), settings)
	// The editor takes the path from a login shell, and /etc/profile may set one without Go.
	write(t, filepath.Join(e.dir, ".profile"), fmt.Sprintf("export PATH=%q:\"$PATH\"\n", filepath.Dir(tool(t, "go"))))
	cmd := exec.Command(e.node, e.args("--install-extension", vsix)...)
	cmd.Env = e.environment()
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "successfully installed") {
		t.Fatalf("installing %s: %v\n%s", vsix, err, out)
	}
}

// settings keep the editor to what is looked at.
const settings = `{
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "telemetry.telemetryLevel": "off",
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "window.commandCenter": false,
  "chat.commandCenter.enabled": false,
  "editor.minimap.enabled": false,
  "security.workspace.trust.untrustedFiles": "open"
}
`

// start starts the editor on a free port of loopback and returns its address. It ends with the test.
func (e *editor) start(t *testing.T, more ...string) string {
	t.Helper()
	e.started++
	address := freeAddress(t)
	flags := append([]string{"--bind-addr", address, "--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-proxy"}, more...)
	cmd := exec.Command(e.node, e.args(flags...)...)
	// Two editors of one profile must not think they are one.
	cmd.Env = append(e.environment(), fmt.Sprintf("CODE_SERVER_SESSION_SOCKET=%s/session%d.sock", e.dir, e.started))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("code-server said:\n%s", out.String())
		}
	})
	await(t, "http://"+address+"/healthz")
	return "http://" + address
}

func await(t *testing.T, url string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if response, err := http.Get(url); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
	}
	t.Fatalf("nothing answers at %s", url)
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// finish runs a program to its good end.
func finish(t *testing.T, dir string, most time.Duration, argv ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), most)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(argv, " "), err, out)
	}
}

// fails runs a flow that does not reach its end.
func fails(t *testing.T, dir string, argv ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester")
	if out, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("%s ended with %v, want 1\n%s", strings.Join(argv, " "), err, out)
	}
}

// binary is the engine under test: SPINDLE_BIN or what `make build` left.
func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("SPINDLE_BIN")
	if path == "" {
		path = absolute(t, "../../bin/spindle")
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v (make build)", err)
	}
	return path
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
