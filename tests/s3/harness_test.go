package s3

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
	"github.com/spindle-flow/spindle/tests/s3server"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

var binary string

func TestMain(m *testing.M) { os.Exit(surroundings.Main(m, &binary)) }

// place is a folder with flows in it, and surroundings in which values are in S3.
type place struct {
	dir string
	env []string
}

// newPlace has the compatibility tests' flows. endpoint is a server's or a proxy's; its bucket is called bucket.
func newPlace(t testing.TB, endpoint string) *place {
	t.Helper()
	p := &place{dir: t.TempDir()}
	if err := os.CopyFS(p.dir, os.DirFS("../compat/flows")); err != nil {
		t.Fatal(err)
	}
	p.env = append(s3server.Env(endpoint, "s3://bucket/some/root"), surroundings.Env(binary, p.dir, peer.Python(t))...)
	p.env = append(p.env, "METAFLOW_DEFAULT_DATASTORE=s3")
	return p
}

// bucket starts a server with a bucket.
func bucket(t testing.TB) *s3server.Server {
	t.Helper()
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	return server
}

// elsewhere is another machine: the same metadata, and nothing cached.
func (p *place) elsewhere(t testing.TB) *place {
	other := &place{dir: p.dir, env: append([]string{}, p.env...)}
	other.env = append(other.env, "METAFLOW_CLIENT_CACHE_PATH="+t.TempDir())
	return other
}

func (p *place) with(env ...string) *place {
	return &place{dir: p.dir, env: append(append([]string{}, p.env...), env...)}
}

type outcome struct {
	code           int
	stdout, stderr string
	took           time.Duration
}

// run runs a command in the place.
func (p *place) run(t testing.TB, line ...string) outcome {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = p.dir, p.env, 10*time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	began := time.Now()
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", strings.Join(line, " "), err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String(), time.Since(began)}
}

// spindle runs the engine, which must succeed.
func (p *place) spindle(t testing.TB, args ...string) string {
	t.Helper()
	return p.ok(t, append([]string{binary}, args...)...)
}

func (p *place) ok(t testing.TB, line ...string) string {
	t.Helper()
	got := p.run(t, line...)
	if got.code != 0 {
		t.Fatalf("%s: exit code %d\n%s\n%s", strings.Join(line, " "), got.code, got.stdout, got.stderr)
	}
	return got.stdout
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

// latest is the id of a flow's latest run.
func (p *place) latest(t testing.TB, flow string) string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(p.dir, ".metaflow", flow))
	if err != nil {
		t.Fatal(err)
	}
	id := ""
	for _, e := range entries {
		if name := e.Name(); name > id && name[0] >= '0' && name[0] <= '9' {
			id = name
		}
	}
	return id
}
