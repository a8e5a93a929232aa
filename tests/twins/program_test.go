package twins

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// limit is for one command; what runs longer hangs.
const limit = 5 * time.Minute

// python is the interpreter that has the real metaflow.
func python(t testing.TB) string {
	t.Helper()
	path := os.Getenv("SPINDLE_PEER")
	if path == "" {
		path = filepath.Join(root(t), "build/peer/bin/python")
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s, the Python with the real metaflow, is not there (make peer)", path)
	}
	return path
}

// spindle builds the engine once per test process.
var spindle = sync.OnceValues(func() (string, error) {
	if bin := os.Getenv("SPINDLE_BIN"); bin != "" {
		return filepath.Abs(bin)
	}
	bin := filepath.Join(buildDir, "spindle")
	out, err := exec.Command("go", "build", "-buildvcs=false", "-o", bin, "../../cmd/spindle").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return bin, nil
})

var buildDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "twins")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	buildDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func root(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// result is how a command ended.
type result struct {
	Exit           int
	Stdout, Stderr string
}

// run starts one half of a twin from the beginning.
func (w twin) run(t *testing.T, half, store string) result {
	t.Helper()
	line := append([]string{"run", half}, w.Top...)
	return w.exec(t, store, nil, append(line, w.Args...)...)
}

// resume goes on with the latest run in the store, whichever half made it.
func (w twin) resume(t *testing.T, half, store string) result {
	t.Helper()
	return w.exec(t, store, w.Resume, append([]string{"resume", half}, w.Top...)...)
}

// exec runs a verb of spindle in the twin's folder with nothing of the developer's environment in it but where Go keeps its caches.
func (w twin) exec(t *testing.T, store string, env []string, line ...string) result {
	t.Helper()
	bin, err := spindle()
	if err != nil {
		t.Fatalf("building spindle: %v", err)
	}
	ctx, stop := context.WithTimeout(t.Context(), limit)
	defer stop()
	cmd := command(ctx, t, w.Dir, store, env, bin, line...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v\n%s", strings.Join(line, " "), err, stderr.String())
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// command is a program in an environment of the test's own.
func command(ctx context.Context, t testing.TB, dir, store string, env []string, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.WaitDelay = dir, 10*time.Second
	home := filepath.Join(buildDir, "home")
	cmd.Env = append([]string{
		"PATH=" + filepath.Dir(python(t)) + ":" + os.Getenv("PATH"),
		"HOME=" + home,
		"GOFLAGS=-buildvcs=false",
		"GOCACHE=" + goEnv(t, "GOCACHE"),
		"GOMODCACHE=" + goEnv(t, "GOMODCACHE"),
		"TMPDIR=" + os.TempDir(),
		"LANG=C.UTF-8",
		"METAFLOW_USER=tester",
		"METAFLOW_DATASTORE_SYSROOT_LOCAL=" + store,
		"METAFLOW_CLIENT_CACHE_PATH=" + filepath.Join(home, "cache"),
		"SPINDLE_PYTHON=" + python(t),
		"PYTHONDONTWRITEBYTECODE=1",
	}, env...)
	return cmd
}

var goEnvs sync.Map

func goEnv(t testing.TB, name string) string {
	t.Helper()
	if value, ok := goEnvs.Load(name); ok {
		return value.(string)
	}
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	value := strings.TrimSpace(string(out))
	goEnvs.Store(name, value)
	return value
}

func wantExit(t *testing.T, what string, got result, want int) {
	t.Helper()
	if got.Exit != want {
		t.Fatalf("%s: exit %d, want %d\nstdout:\n%s\nstderr:\n%s", what, got.Exit, want, got.Stdout, got.Stderr)
	}
}
