//go:build e2e

package moto

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/spindle-flow/spindle/tests/lint/peer"
	"github.com/spindle-flow/spindle/tests/s3server"
)

// place is a folder with flows, and surroundings with S3 and moto's Batch.
type place struct {
	t   testing.TB
	dir string
	env []string
}

func newPlace(t testing.TB) *place {
	t.Helper()
	if theCloud.skip != "" {
		t.Skip("no containers to test with: " + theCloud.skip)
	}
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	p := &place{t: t, dir: t.TempDir()}
	for _, flows := range []string{"flows", "../batch/flows"} {
		if err := os.CopyFS(p.dir, os.DirFS(flows)); err != nil {
			t.Fatal(err)
		}
	}
	python := peer.Python(t)
	p.env = append(s3server.Env(server.Endpoint, "s3://bucket/some/root"),
		"PATH="+filepath.Dir(python)+":"+os.Getenv("PATH"), "HOME="+filepath.Join(p.dir, "home"), "TMPDIR="+os.TempDir(), "LANG=C.UTF-8",
		"METAFLOW_USER=tester", "METAFLOW_DATASTORE_SYSROOT_LOCAL="+p.dir, "METAFLOW_DEFAULT_DATASTORE=s3", "METAFLOW_CLIENT_CACHE_PATH="+filepath.Join(p.dir, "cache"),
		"SPINDLE_PYTHON="+python, "SPINDLE_WARM_MINUTES=0", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", "AWS_ENDPOINT_URL_BATCH="+theCloud.moto.URL,
		"METAFLOW_BATCH_JOB_QUEUE=queue", "METAFLOW_ECS_S3_ACCESS_IAM_ROLE=arn:aws:iam::123456789012:role/tests", "METAFLOW_DEFAULT_CONTAINER_IMAGE=tests/python:1")
	return p
}

func (p *place) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(p.t.Context(), name, args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	return cmd
}

func spindle() string {
	path, _ := filepath.Abs("../../bin/spindle")
	return path
}

func (p *place) spindle(args ...string) (string, error) {
	out, err := p.command(spindle(), args...).CombinedOutput()
	return string(out), err
}

func (p *place) must(args ...string) string {
	p.t.Helper()
	out, err := p.spindle(args...)
	if err != nil {
		p.t.Fatalf("spindle %s: %v\n%s\nmoto:\n%s", strings.Join(args, " "), err, out, theCloud.moto.Log())
	}
	return out
}

const values = `
from metaflow import Flow, namespace
namespace(None)
run = Flow("WideFlow").latest_run
assert run.successful
for step in sorted(run, key=lambda s: s.id):
    for task in sorted(step, key=lambda t: tuple(str(f[3]) for f in (t["_foreach_stack"].data if "_foreach_stack" in t else []))):
        for a in sorted(task, key=lambda a: a.id):
            if not a.id.startswith("_") and a.id != "name" and (step.id, a.id) != ("given_up", "problem"):  # it has paths
                print(step.id, a.id, a.sha)
`

func (p *place) client(program string) string {
	p.t.Helper()
	python := ""
	for _, entry := range p.env {
		if value, ok := strings.CutPrefix(entry, "SPINDLE_PYTHON="); ok {
			python = value
		}
	}
	out, err := p.command(python, "-c", program).CombinedOutput()
	if err != nil {
		p.t.Fatalf("the real client: %v\n%s", err, out)
	}
	return string(out)
}

// Splits, nested foreach and retries in real containers leave what they leave when they run here, and the real client reads it.
func TestWholeRun(t *testing.T) {
	p := newPlace(t)
	p.must("run", "wide.py")
	here := p.client(values)
	out := p.must("run", "wide.py", "--with", "batch:memory=500", "--max-workers", "6")
	if there := p.client(values); here != there {
		t.Errorf("on Batch:\n%s\nhere:\n%s", there, here)
	}
	for _, want := range []string{"(status RUNNING)...", "] hello a2", "] to stderr", "] Task finished with exit code 0.", "ValueError: not yet"} {
		if !strings.Contains(out, want) {
			t.Errorf("the run does not print %q:\n%s", want, out)
		}
	}
}

// Containers that end without a word, in words.
func TestEnds(t *testing.T) {
	p := newPlace(t)
	for name, c := range map[string]struct {
		args []string
		say  string
	}{
		"memory":    {[]string{"--how", "eat", "--with", "batch:memory=200"}, "it needed more than its 200 MB of memory and was killed (exit code 137)"},
		"no python": {[]string{"--with", "batch:image=tests/bare:1"}, `the image "tests/bare:1" has no Python: neither python3 nor python is on its PATH`},
		"no image":  {[]string{"--with", "batch:image=127.0.0.1:9/nosuch:1"}, `the image "127.0.0.1:9/nosuch:1" cannot be pulled: CannotPullContainerError`},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := p.spindle(append([]string{"run", "ends.py"}, c.args...)...)
			if err == nil || !strings.Contains(out, c.say) {
				t.Errorf("%v\n%s\nwant %s\nmoto:\n%s", err, out, c.say, theCloud.moto.Log())
			}
		})
	}
}

// A job that somebody else ends.
func TestCancelledFromOutside(t *testing.T) {
	p := newPlace(t)
	cmd := p.command(spindle(), "run", "ends.py", "--how", "wait", "--with", "batch")
	out := &watched{want: "] begun", seen: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-out.seen:
	case err := <-ended:
		t.Fatalf("%v\n%s\nmoto:\n%s", err, out.String(), theCloud.moto.Log())
	}
	listed := p.must("batch", "list", "ends.py", "--my-runs", "--json")
	var l struct{ Jobs []struct{ Job, Step string } }
	if err := json.Unmarshal([]byte(listed), &l); err != nil || len(l.Jobs) != 1 || l.Jobs[0].Step != "end" {
		t.Fatalf("%v\n%s", err, listed)
	}
	program := "import boto3, sys; boto3.client('batch', endpoint_url=sys.argv[1], region_name='us-east-1').terminate_job(jobId=sys.argv[2], reason='Ann needs the machines')"
	if text, err := p.command(filepath.Join(filepath.Dir(spindle()), "../build/moto/bin/python"), "-c", program, theCloud.moto.URL, l.Jobs[0].Job).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := <-ended; err == nil || !strings.Contains(out.String(), "it was cancelled from outside: Ann needs the machines") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// watched is output that tells when a text has come.
type watched struct {
	want string
	seen chan struct{}

	mu   sync.Mutex
	text bytes.Buffer
	done bool
}

// String is what has come.
func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// Write implements io.Writer.
func (w *watched) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.text.Write(b)
	if !w.done && strings.Contains(w.text.String(), w.want) {
		w.done = true
		close(w.seen)
	}
	return n, err
}
