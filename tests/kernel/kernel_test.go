package kernel

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	built "github.com/spindle-flow/spindle/tests/surroundings"
)

// jupyter is the interpreter that has Jupyter's packages.
func jupyter(t *testing.T) string {
	t.Helper()
	named := os.Getenv("SPINDLE_JUPYTER")
	if named == "" {
		t.Skip("no Jupyter: SPINDLE_JUPYTER names its interpreter, and make test sets it")
	}
	return named
}

// install builds the binary and installs it as two kernels: one for the environment with IPython, one for a bare Python.
func install(t *testing.T, withIPython string) (binary, prefix string) {
	t.Helper()
	dir := t.TempDir()
	binary, prefix = filepath.Join(dir, "spindle"), filepath.Join(dir, "prefix")
	if err := built.Build(binary); err != nil {
		t.Fatal(err)
	}
	bare := filepath.Join(dir, "bare")
	run(t, dir, nil, "python3", "-m", "venv", "--without-pip", bare)
	for name, python := range map[string]string{"spindle": withIPython, "spindle-plain": filepath.Join(bare, "bin", "python")} {
		run(t, dir, nil, binary, "kernel", "install", "--prefix", prefix, "--name", name, "--python", python)
	}
	return binary, prefix
}

func run(t *testing.T, dir string, env []string, argv ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(argv, " "), err, out.String())
	}
	if testing.Verbose() {
		t.Log(out.String())
	}
}

// surroundings are the variables of a program of suite: kernels and folders of the test's own.
func surroundings(t *testing.T, binary, prefix string) []string {
	home := t.TempDir()
	return []string{
		"JUPYTER_PATH=" + filepath.Join(prefix, "share", "jupyter"), "SPINDLE_TESTED=" + binary,
		"JUPYTER_RUNTIME_DIR=" + filepath.Join(home, "runtime"), "IPYTHONDIR=" + filepath.Join(home, "ipython"), "MPLCONFIGDIR=" + filepath.Join(home, "mpl"),
		"METAFLOW_USER=tester", "PYTHONDONTWRITEBYTECODE=1",
	}
}
