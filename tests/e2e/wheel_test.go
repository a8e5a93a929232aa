//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestWheel builds the wheel, installs it into a fresh environment and runs a flow both ways a user would.
func TestWheel(t *testing.T) {
	tools := existing(t, os.Getenv("SPINDLE_TOOLS"), "../../build/pytools/bin", "make tools")
	dist := t.TempDir()
	build := exec.Command(filepath.Join(tools, "python"), "-m", "build", "--wheel", "--outdir", dist, ".")
	build.Dir = "../../python"
	wantCode(t, finish(t, build, 5*time.Minute), 0)
	wheels, err := filepath.Glob(filepath.Join(dist, "*.whl"))
	if err != nil || len(wheels) != 1 {
		t.Fatalf("wheels %v, %v", wheels, err)
	}
	venv := filepath.Join(t.TempDir(), "venv")
	wantCode(t, finish(t, exec.Command("python3", "-m", "venv", venv), 2*time.Minute), 0)
	wantCode(t, finish(t, exec.Command(filepath.Join(venv, "bin/pip"), "install", "-q", "--no-index", "--disable-pip-version-check", wheels[0]), 2*time.Minute), 0)

	for name, argv := range map[string][]string{
		"spindle run":     {filepath.Join(venv, "bin/spindle"), "run", "flow.py"},
		"python flow.py":  {filepath.Join(venv, "bin/python"), "flow.py", "run"},
		"spindle check":   {filepath.Join(venv, "bin/spindle"), "check", "flow.py"},
		"python check":    {filepath.Join(venv, "bin/python"), "flow.py", "check"},
		"spindle version": {filepath.Join(venv, "bin/spindle"), "version"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, "misbehave.py")
			p.env = cleanPython(p.env)
			cmd := exec.Command(argv[0], argv[1:]...)
			cmd.Dir, cmd.Env = p.dir, p.env
			o := finish(t, cmd, time.Minute)
			wantCode(t, o, 0)
			if strings.Contains(name, "run") || name == "python flow.py" {
				wantText(t, o, "Done!", "kept also kept")
				client := exec.Command(filepath.Join(venv, "bin/python"), "-c", "import metaflow; r = metaflow.Flow('Misbehave').latest_run; print(r.successful, r.data.after)")
				client.Dir, client.Env = p.dir, p.env
				wantText(t, finish(t, client, time.Minute), "True also kept")
			}
		})
	}
}

// cleanPython drops what would let another interpreter or SDK in.
func cleanPython(env []string) []string {
	var clean []string
	for _, e := range env {
		if !strings.HasPrefix(e, "PYTHONPATH=") && !strings.HasPrefix(e, "VIRTUAL_ENV=") && !strings.HasPrefix(e, "SPINDLE_") {
			clean = append(clean, e)
		}
	}
	return clean
}
