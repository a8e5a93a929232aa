package batch

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/spindle-flow/spindle/tests/batchserver"
	"github.com/spindle-flow/spindle/tests/lint/peer"
	"github.com/spindle-flow/spindle/tests/s3server"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

var binary string

func TestMain(m *testing.M) { os.Exit(surroundings.Main(m, &binary)) }

// needHelpers skips a test where the binary carries no helpers.
func needHelpers(t testing.TB) {
	t.Helper()
	if found, _ := filepath.Glob("../../engine/compute/remote/helper/bin/linux-*.gz"); len(found) == 0 {
		t.Skip("the helper that runs tasks in containers has not been built: make bin/spindle")
	}
}

// place is a folder with flows, and surroundings with S3 and Batch.
type place struct {
	t     testing.TB
	dir   string
	env   []string
	s3    *s3server.Server
	batch *batchserver.Server

	mu      sync.Mutex
	printed []string // by containers themselves
}

// newPlace starts an S3 server and a Batch whose containers are processes of this machine. change may be nil.
func newPlace(t testing.TB, change func(*batchserver.Options)) *place {
	t.Helper()
	needHelpers(t)
	p := &place{t: t, dir: t.TempDir(), s3: s3server.Start(t)}
	p.s3.Bucket(t, "bucket")
	opts := batchserver.Options{Container: p.container}
	if change != nil {
		change(&opts)
	}
	p.batch = batchserver.Start(opts)
	t.Cleanup(p.batch.Close)
	if err := os.CopyFS(p.dir, os.DirFS("flows")); err != nil {
		t.Fatal(err)
	}
	p.env = environment(p.dir, peer.Python(t), p.s3.Endpoint, p.batch.URL)
	return p
}

func environment(dir, python, s3, batch string) []string {
	return append(append(s3server.Env(s3, "s3://bucket/some/root"), surroundings.Env(binary, dir, python)...),
		"AWS_ENDPOINT_URL_BATCH="+batch, "METAFLOW_BATCH_JOB_QUEUE=queue", "METAFLOW_ECS_S3_ACCESS_IAM_ROLE=arn:aws:iam::1:role/r")
}

// container runs a job's command with nothing but a plain Python.
func (p *place) container(ctx context.Context, j batchserver.Job) batchserver.End {
	dir, err := os.MkdirTemp(p.dir, "container-")
	if err != nil {
		return batchserver.End{Exit: 99, Reason: err.Error()}
	}
	defer os.RemoveAll(dir)
	cmd := exec.CommandContext(ctx, j.Command[0], j.Command[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Dir = dir
	cmd.Env = append(j.Environ,
		"PATH=/usr/bin:/bin", "TMPDIR="+dir, "AWS_ACCESS_KEY_ID="+s3server.Access, "AWS_SECRET_ACCESS_KEY="+s3server.Secret, "AWS_EC2_METADATA_DISABLED=true")
	out, err := cmd.CombinedOutput()
	p.mu.Lock()
	p.printed = append(p.printed, string(out))
	p.mu.Unlock()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return batchserver.End{}
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return batchserver.End{Exit: exit.ExitCode()}
	}
	return batchserver.End{Exit: 137, Reason: err.Error()}
}

// spindle runs a command and returns what it printed on each stream.
func (p *place) spindle(args ...string) (stdout, stderr string, err error) {
	p.t.Helper()
	cmd := p.command(args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

func (p *place) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(p.t.Context(), binary, args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	return cmd
}

// must is spindle for a command that succeeds.
func (p *place) must(args ...string) (stdout, stderr string) {
	p.t.Helper()
	stdout, stderr, err := p.spindle(args...)
	if err != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.t.Fatalf("spindle %s: %v\n%s%s\ncontainers:\n%s", strings.Join(args, " "), err, stdout, stderr, strings.Join(p.printed, "\n"))
	}
	return stdout, stderr
}

// client runs a program with the real metaflow.
func (p *place) client(program string) string {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), peer.Python(p.t), "-c", program)
	cmd.Dir, cmd.Env = p.dir, append(p.env, "METAFLOW_DEFAULT_DATASTORE=s3")
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.t.Fatalf("the real client: %v\n%s", err, out)
	}
	return string(out)
}
