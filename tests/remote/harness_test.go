package remote

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/cache"
	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/engine/worker"
	sdk "github.com/spindle-flow/spindle/python"
	"github.com/spindle-flow/spindle/tests/lint/peer"
	"github.com/spindle-flow/spindle/tests/s3server"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

// built is the folder with the helper, packed.
var built string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "spindle-remote-test-")
	if err != nil {
		panic(err)
	}
	build := exec.Command("sh", "-c", fmt.Sprintf("go build -trimpath -buildvcs=false -ldflags='-s -w' -o %[1]s/spindle-task ./cmd/spindle-task && gzip -1 -n < %[1]s/spindle-task > %[1]s/linux-%[2]s.gz", dir, runtime.GOARCH))
	build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build the helper: %v\n%s", err, out))
	}
	built = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// unpacked is where the SDK lies for those who deploy: once for all, because to compile it takes longer than to describe a flow.
var unpacked = sync.OnceValues(func() (string, error) { return sdk.Unpack(filepath.Join(built, "sdk")) })

// bench is a flow that can be run in containers, and here.
type bench struct {
	t       testing.TB
	flow    string
	dir     string // of the flow, with .metaflow in it
	server  *s3server.Server
	request worker.DescribeRequest
	graph   *graph.Graph
	about   *worker.Description
	cloud   *cloud
	store   *artifact.Store
	meta    metadata.Provider
	group   *disk.Group
	here    *local.Local
}

const rootURL = "s3://bucket/some/root"

// newBench prepares a flow of the folder flows.
func newBench(t testing.TB, server *s3server.Server, name string) *bench {
	t.Helper()
	b := &bench{t: t, server: server, dir: t.TempDir()}
	if err := os.CopyFS(b.dir, os.DirFS("flows")); err != nil {
		t.Fatal(err)
	}
	b.flow = filepath.Join(b.dir, name)
	b.request = worker.DescribeRequest{Source: b.flow, With: []string{}, Options: map[string]any{}}
	result, err := python.Read(context.Background(), python.Options{File: b.flow})
	if err != nil || result.Flow == nil {
		t.Fatalf("read %s: %v, %+v", name, err, result)
	}
	b.graph = graph.New(result.Flow)
	b.startHere(name)
	root := filepath.Join(b.dir, ".metaflow")
	b.group = disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
	b.meta = metadata.NewLocal(root, metadata.Options{Now: time.Now, User: "tester", Group: b.group})
	place, err := objects.Parse(rootURL)
	if err != nil {
		t.Fatal(err)
	}
	b.store = artifact.OpenRemote(artifact.Remote{
		Client: clientOf(t, server.Endpoint), Root: place, Cache: cache.Open(t.TempDir(), 1<<30, time.Now), Folder: root,
	}, artifact.Options{Group: b.group})
	b.cloud = newCloud(t, server, b.store, b.flow, b.about.Name)
	b.cloud.local = b.here
	return b
}

// startHere starts a worker that describes the flow.
func (b *bench) startHere(name string) {
	b.t.Helper()
	dir, err := unpacked()
	if err != nil {
		b.t.Fatal(err)
	}
	program := worker.Program{
		Argv: []string{"python3", "-m", "spindle.worker"}, Dir: b.dir,
		Env: append(s3server.Env(b.server.Endpoint, rootURL), "PATH="+surroundings.BarePath(b.t), "PYTHONPATH="+dir, "METAFLOW_USER=tester"),
	}
	w, err := worker.Start(context.Background(), worker.Options{Program: program, Engine: worker.Identity{Version: "test"}})
	if err != nil {
		b.t.Fatal(err)
	}
	if b.about, err = w.Describe(context.Background(), b.request); err != nil {
		b.t.Fatalf("describe %s: %v", name, err)
	}
	b.here, err = local.New(local.Options{Worker: w, Describes: b.about.Isolation, Program: program, Engine: worker.Identity{Version: "test"}})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = b.here.Close() })
}

// events are what a run has said.
type events struct {
	mu    sync.Mutex
	lines []string
}

// Event implements run.Observer.
func (e *events) Event(ev run.Event) {
	if line, ok := ev.(run.TaskLine); ok {
		e.mu.Lock()
		e.lines = append(e.lines, string(line.Text))
		e.mu.Unlock()
	}
}

func (e *events) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Join(e.lines, "\n")
}

// run runs the flow in containers.
func (b *bench) run(ctx context.Context, change ...func(*run.Config)) (run.Summary, *events, error) {
	e := &events{}
	cfg := run.Config{
		Graph: b.graph, Description: b.about, Request: b.request, Store: b.store, Metadata: b.meta, Group: b.group, Compute: b.cloud,
		Observer: e, Env: func(string) string { return "" }, System: metadata.System{PythonVersion: "3", User: "tester", Version: "2.19.38+spindle(test)"},
		MaxWorkers: 4, Scratch: b.t.TempDir(), Code: func(string) string { return b.cloud.record },
	}
	for _, f := range change {
		f(&cfg)
	}
	summary, err := run.Run(ctx, cfg)
	return summary, e, err
}

// client runs a program with the real metaflow that reads the runs.
func (b *bench) client(program string, args ...string) string {
	b.t.Helper()
	cmd := exec.CommandContext(b.t.Context(), peer.Python(b.t), append([]string{"-c", program}, args...)...)
	cmd.Dir = b.dir
	cmd.Env = append(s3server.Env(b.server.Endpoint, rootURL), "PATH="+os.Getenv("PATH"), "HOME="+b.t.TempDir(), "METAFLOW_USER=tester", "METAFLOW_DEFAULT_DATASTORE=s3",
		"METAFLOW_DATASTORE_SYSROOT_LOCAL="+b.dir, "METAFLOW_CLIENT_CACHE_PATH="+b.t.TempDir(), "NO_PROXY=127.0.0.1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.t.Fatalf("the real client: %v\n%s", err, out)
	}
	return string(out)
}

// how runs Ends so that it ends like that.
func how(end string) func(*run.Config) {
	return func(c *run.Config) { c.Values = map[string][]string{"how": {end}} }
}

func produced(v remote.Value) worker.Produced {
	return worker.Produced{Name: v.Name, Type: v.Type, Encoding: v.Encoding, Size: v.Size}
}

// bucket starts a server with a bucket.
func bucket(t testing.TB) *s3server.Server {
	t.Helper()
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	return server
}

// put writes an object and returns the SHA-256 of it.
func put(c *cloud, key, content string) string {
	c.t.Helper()
	if err := c.client.Put(context.Background(), objects.Place{Bucket: "bucket", Key: key}, []byte(content), objects.PutOptions{}); err != nil {
		c.t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}
