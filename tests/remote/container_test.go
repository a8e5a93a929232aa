package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/compute/remote/helper"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
	sdk "github.com/spindle-flow/spindle/python"
	"github.com/spindle-flow/spindle/tests/s3server"
	"github.com/spindle-flow/spindle/tests/surroundings"

	"github.com/aws/aws-sdk-go-v2/credentials"
)

// cloud is a place of execution whose machines are processes in empty surroundings.
type cloud struct {
	t      testing.TB
	client *objects.Client
	store  *artifact.Store
	root   objects.Place
	env    []string // of every container
	// local runs what is no step.
	local  compute.Compute
	boot   remote.Bootstrap
	code   remote.Blob
	record string // of the code package
	dir    string // of the flow

	// seen are all containers that ended, by step.
	mu   sync.Mutex
	seen map[string][]ended // guarded by mu

	// watch is called once a container has printed its first line.
	watch func(c *exec.Cmd, step string)
	// argv changes a container's command.
	argv func([]string) []string
	// twice starts every container a second time.
	twice bool
	// logLimit is that of every job.
	logLimit int64
}

// ended is a container that has ended.
type ended struct {
	code    int
	signal  syscall.Signal
	output  string // what the container printed, both streams
	outcome *remote.Outcome
	paths   remote.Paths
	took    time.Duration
	began   time.Time
}

func clientOf(t testing.TB, endpoint string) *objects.Client {
	t.Helper()
	requests, err := s3client.Open(context.Background(), s3client.Config{
		Endpoint: endpoint, Region: s3server.Region, Login: credentials.NewStaticCredentialsProvider(s3server.Access, s3server.Secret, ""),
	})
	if err != nil {
		t.Fatal(err)
	}
	return objects.New(requests, objects.Options{})
}

// newCloud prepares for the flow in a file: its package and the helper are sent.
func newCloud(t testing.TB, server *s3server.Server, store *artifact.Store, flow, name string) *cloud {
	t.Helper()
	root, err := objects.Parse(store.Root())
	if err != nil {
		t.Fatal(err)
	}
	c := &cloud{
		t: t, client: clientOf(t, server.Endpoint), store: store, root: root, dir: filepath.Dir(flow), seen: map[string][]ended{},
		env: []string{"PATH=" + surroundings.BarePath(t), "AWS_ACCESS_KEY_ID=" + s3server.Access, "AWS_SECRET_ACCESS_KEY=" + s3server.Secret,
			"AWS_EC2_METADATA_DISABLED=true", "TMPDIR=" + os.TempDir()},
	}
	sources, err := sdk.Sources()
	if err != nil {
		t.Fatal(err)
	}
	p, err := codepackage.Build(context.Background(), codepackage.Options{Flow: flow, SDK: sources, Info: map[string]any{"username": "tester"}})
	if err != nil {
		t.Fatal(err)
	}
	key, place, err := store.PutRaw(context.Background(), name, p.Bytes)
	if err == nil {
		c.record, err = codepackage.Record(store.Kind(), string(key), place)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.code = remote.Blob{Place: place, SHA256: p.SHA256, Size: int64(len(p.Bytes))}
	binaries, err := helper.In(os.DirFS(built))
	if err != nil {
		t.Fatal(err)
	}
	c.boot = remote.Bootstrap{Endpoint: server.Endpoint, Region: s3server.Region}
	if c.boot.Helpers, err = helper.Upload(context.Background(), c.client, root, binaries); err != nil {
		t.Fatal(err)
	}
	return c
}

// Run implements [compute.Compute].
func (c *cloud) Run(ctx context.Context, spec compute.Spec, h compute.Handler) (compute.Outcome, error) {
	if spec.Task.Kind != "step" {
		return c.local.Run(ctx, spec, h)
	}
	end, err := c.container(ctx, spec, h)
	if err == nil && c.twice {
		end, err = c.container(ctx, spec, silent{h})
	}
	if err != nil {
		return compute.Outcome{}, err
	}
	c.mu.Lock()
	c.seen[spec.Task.Step] = append(c.seen[spec.Task.Step], end)
	c.mu.Unlock()
	if end.outcome == nil {
		return compute.Outcome{Reason: fmt.Sprintf("left no outcome: exit code %d, %v: %s", end.code, end.signal, end.output)}, nil
	}
	if f := end.outcome.Failure; f != nil {
		return compute.Outcome{Reason: f.Op + ": " + f.Message}, nil
	}
	out := end.outcome.Compute()
	if out.Result != nil {
		for _, v := range end.outcome.Values { // the engine of today takes values from files
			file, err := c.store.Materialize(ctx, spec.Task.Flow, artifact.Key(v.Key), spec.Task.Spill)
			if err != nil {
				return out, err
			}
			mine := filepath.Join(spec.Task.Scratch, "fetched-"+v.Name)
			if err := copyFile(mine, file.Path); err != nil {
				return out, err
			}
			p := produced(v)
			p.File = mine
			out.Result.Artifacts = append(out.Result.Artifacts, p)
		}
	}
	return out, nil
}

func copyFile(to, from string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}

// job is the job of a task.
func (c *cloud) job(spec compute.Spec) (*remote.Job, error) {
	job, err := remote.NewJob(spec, c.dir)
	if err != nil {
		return nil, err
	}
	job.Root, job.Package, job.Engine = c.store.Root(), c.code, "test"
	job.LogLimit = c.logLimit
	job.Environment = map[string]string{"METAFLOW_USER": "tester", "METAFLOW_DEFAULT_DATASTORE": "s3", "METAFLOW_DATASTORE_SYSROOT_S3": c.store.Root()}
	return job, nil
}

// container runs a task in a container of its own.
func (c *cloud) container(ctx context.Context, spec compute.Spec, h compute.Handler) (ended, error) {
	job, err := c.job(spec)
	if err != nil {
		return ended{}, err
	}
	paths, err := job.Upload(ctx, c.client)
	if err != nil {
		return ended{}, err
	}
	boot := c.boot
	boot.Job = paths.Job().String()
	argv, err := boot.Command()
	if err != nil {
		return ended{}, err
	}
	if c.argv != nil {
		argv = c.argv(argv)
	}
	end := ended{paths: paths, began: time.Now()}
	var output safeBuffer
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = c.env, c.t.TempDir(), &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if c.watch != nil {
		output.first = func() { c.watch(cmd, spec.Task.Step) }
	}
	if err := cmd.Start(); err != nil {
		return end, err
	}
	h.Started(cmd.Process.Pid)
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
	defer stop()
	if err := cmd.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		return end, err
	}
	end.took, end.output, end.code = time.Since(end.began), output.String(), cmd.ProcessState.ExitCode()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		end.signal = status.Signal()
	}
	ctx = context.WithoutCancel(ctx)
	if end.outcome, err = remote.ReadOutcome(ctx, c.client, paths); err != nil {
		return end, err
	}
	return end, c.pass(ctx, paths, h)
}

// silent is a handler that hears nothing.
type silent struct{ compute.Handler }

// Started implements [compute.Handler].
func (silent) Started(int) {}

// Line implements [compute.Handler].
func (silent) Line(compute.Stream, time.Time, []byte) {}

// pass hands the stored output to the engine.
func (c *cloud) pass(ctx context.Context, paths remote.Paths, h compute.Handler) error {
	state, err := remote.Look(ctx, c.client, paths)
	if err != nil {
		return err
	}
	_, err = remote.ReadLogs(ctx, c.client, paths, remote.Pieces{}, state.Logs, func(l remote.Line) {
		if l.Truncated {
			h.Truncated(l.Stream, l.At)
			return
		}
		h.Line(l.Stream, l.At, l.Text)
	})
	return err
}

// last is the last container of a step.
func (c *cloud) last(step string) ended {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seen[step]) == 0 {
		c.t.Fatalf("step %s ran in no container", step)
	}
	return c.seen[step][len(c.seen[step])-1]
}

// safeBuffer is what a container prints.
type safeBuffer struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	first func()
}

// Write implements io.Writer.
func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	first := b.first
	b.first = nil
	n, err := b.buf.Write(p)
	b.mu.Unlock()
	if first != nil {
		first()
	}
	return n, err
}

// String is what was written.
func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
