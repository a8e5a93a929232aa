package service

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/tests/lint/peer"
	"github.com/spindle-flow/spindle/tests/metaservice"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

var binary string

func TestMain(m *testing.M) { os.Exit(surroundings.Main(m, &binary)) }

// place is a folder with flows in it, and surroundings in which metadata is in a service.
type place struct {
	dir string
	env []string
}

// newPlace has the flows of these tests and the compatibility tests'.
func newPlace(t testing.TB, server *metaservice.Server) *place {
	t.Helper()
	p := &place{dir: t.TempDir()}
	for _, from := range []string{"../compat/flows", "testdata"} {
		if err := os.CopyFS(p.dir, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	p.env = append(surroundings.Env(binary, p.dir, peer.Python(t)), "METAFLOW_DEFAULT_METADATA=service", "METAFLOW_SERVICE_URL="+server.URL,
		"EFFECTS="+filepath.Join(p.dir, "effects"), "GATE="+filepath.Join(p.dir, "gate"))
	return p
}

func (p *place) with(env ...string) *place {
	return &place{dir: p.dir, env: append(append([]string{}, p.env...), env...)}
}

// command is a command in the place.
func (p *place) command(t testing.TB, line ...string) (cmd *exec.Cmd, out *bytes.Buffer) {
	cmd = exec.CommandContext(t.Context(), line[0], line[1:]...)
	out = &bytes.Buffer{}
	cmd.Dir, cmd.Env, cmd.WaitDelay, cmd.Stdout, cmd.Stderr = p.dir, p.env, 10*time.Second, out, out
	return cmd, out
}

// run runs a command and returns its exit code and all it printed.
func (p *place) run(t testing.TB, line ...string) (code int, out string) {
	t.Helper()
	cmd, buf := p.command(t, line...)
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", strings.Join(line, " "), err)
	}
	return cmd.ProcessState.ExitCode(), buf.String()
}

func (p *place) ok(t testing.TB, line ...string) string {
	t.Helper()
	code, out := p.run(t, line...)
	if code != 0 {
		t.Fatalf("%s: exit code %d\n%s", strings.Join(line, " "), code, out)
	}
	return out
}

// spindle runs the engine, which must succeed.
func (p *place) spindle(t testing.TB, args ...string) string {
	t.Helper()
	return p.ok(t, append([]string{binary}, args...)...)
}

// python runs a program with the real metaflow, or with Spindle's.
func (p *place) python(t testing.TB, ours bool, args ...string) string {
	t.Helper()
	if ours {
		src, err := filepath.Abs("../../python/src")
		if err != nil {
			t.Fatal(err)
		}
		p = p.with("PYTHONPATH="+src, "SPINDLE_BIN="+binary)
	}
	return p.ok(t, append([]string{peer.Python(t)}, args...)...)
}

// effects are what steps did outside of the store.
func (p *place) effects(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, "effects"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Fields(string(text))
}

// reached waits until a step has done something outside.
func (p *place) reached(t testing.TB, what string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		for _, e := range p.effects(t) {
			if e == what {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("no step has come to %q", what)
		}
	}
}

// open lets the step pass that waits at the gate.
func (p *place) open(t testing.TB) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, "gate"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
}

func contains(t testing.TB, out string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(out, part) {
			t.Errorf("no %q in\n%s", part, out)
		}
	}
}
