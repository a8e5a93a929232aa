package scheduled

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/cache"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/compute/remote/helper"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/engine/history/stored"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
	"github.com/spindle-flow/spindle/engine/scheduled"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/engine/worker"
	sdk "github.com/spindle-flow/spindle/python"
	"github.com/spindle-flow/spindle/tests/lint/peer"
	"github.com/spindle-flow/spindle/tests/metaservice"
	"github.com/spindle-flow/spindle/tests/s3server"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

var (
	binary string // spindle
	built  string // the folder with the helper, packed
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "spindle-scheduled-test-")
	if err != nil {
		panic(err)
	}
	build := exec.Command("sh", "-c", fmt.Sprintf("go build -trimpath -buildvcs=false -ldflags='-s -w' -o %[1]s/spindle-task ./cmd/spindle-task && gzip -1 -n < %[1]s/spindle-task > %[1]s/linux-%[2]s.gz", dir, runtime.GOARCH))
	build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build the helper: %v\n%s", err, out))
	}
	built = dir
	code := surroundings.Main(m, &binary)
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// world is what all runs of a test have in common.
type world struct {
	t       testing.TB
	server  *s3server.Server
	service *metaservice.Server // nil for none
	client  *objects.Client
	root    objects.Place
	dir     string // of the flows
	env     []string
}

const rootURL = "s3://bucket/some/root"

// newWorld has the flows of a folder.
func newWorld(t testing.TB, server *s3server.Server, service *metaservice.Server, folder string) *world {
	t.Helper()
	w := &world{t: t, server: server, service: service, dir: t.TempDir()}
	if err := os.CopyFS(w.dir, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	requests, err := s3client.Open(context.Background(), s3client.Config{
		Endpoint: server.Endpoint, Region: s3server.Region, Login: credentials.NewStaticCredentialsProvider(s3server.Access, s3server.Secret, ""),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.client = objects.New(requests, objects.Options{})
	if w.root, err = objects.Parse(rootURL + "/" + filepath.Base(t.TempDir()) + strings.ReplaceAll(t.Name(), "/", "-")); err != nil {
		t.Fatal(err)
	}
	w.env = append(s3server.Env(server.Endpoint, w.root.String()), surroundings.Env(binary, w.dir, peer.Python(t))...)
	w.env = append(w.env, "METAFLOW_DEFAULT_DATASTORE=s3")
	if service != nil {
		w.env = append(w.env, "METAFLOW_DEFAULT_METADATA=service", "METAFLOW_SERVICE_URL="+service.URL)
	}
	return w
}

func bucket(t testing.TB) *s3server.Server {
	t.Helper()
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	return server
}

// command runs a command of the user's, who has the surroundings of the flows' folder.
func (w *world) command(env []string, line ...string) (code int, out string) {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), line[0], line[1:]...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = w.dir, append(w.env[:len(w.env):len(w.env)], env...), 10*time.Second
	var b bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &b
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		w.t.Fatalf("%s: %v", strings.Join(line, " "), err)
	}
	return cmd.ProcessState.ExitCode(), b.String()
}

// peer runs a program with the real metaflow.
func (w *world) peer(args ...string) string {
	w.t.Helper()
	code, out := w.command(nil, append([]string{peer.Python(w.t)}, args...)...)
	if code != 0 {
		w.t.Fatalf("%s: exit code %d\n%s", strings.Join(args, " "), code, out)
	}
	return out
}

// program is how a worker starts on the machine of whoever deploys.
func (w *world) program() worker.Program {
	w.t.Helper()
	dir, err := unpacked()
	if err != nil {
		w.t.Fatal(err)
	}
	return worker.Program{
		Argv: []string{"python3", "-m", "spindle.worker"}, Dir: w.dir,
		Env: []string{"PATH=" + surroundings.BarePath(w.t), "PYTHONPATH=" + dir, "METAFLOW_USER=tester"},
	}
}

// describe has a worker import a flow.
func (w *world) describe(program worker.Program, file string, options map[string]any) (*graph.Graph, *worker.Description, worker.DescribeRequest) {
	w.t.Helper()
	read, err := python.Read(context.Background(), python.Options{File: filepath.Join(w.dir, file)})
	if err != nil || read.Flow == nil {
		w.t.Fatalf("read %s: %v, %+v", file, err, read)
	}
	return w.asked(program, read.Flow, worker.DescribeRequest{Source: filepath.Join(w.dir, file), With: []string{}, Options: options, Configs: configs})
}

// asked has a worker describe a flow whose source has been read.
func (w *world) asked(program worker.Program, flow *graph.Flow, request worker.DescribeRequest) (*graph.Graph, *worker.Description, worker.DescribeRequest) {
	w.t.Helper()
	started, err := worker.Start(context.Background(), worker.Options{Program: program, Engine: worker.Identity{Version: "test"}})
	if err != nil {
		w.t.Fatal(err)
	}
	defer started.Close()
	about, err := started.Describe(context.Background(), request)
	if err != nil {
		w.t.Fatalf("describe %s: %v", request.Source, err)
	}
	return graph.New(flow), about, request
}

// configs gives configs the values they have by default.
func configs(_ context.Context, _ string, wanted []worker.ConfigDeclaration) (map[string]worker.ConfigValue, error) {
	values := map[string]worker.ConfigValue{}
	for _, c := range wanted {
		values[c.Name] = worker.ConfigValue{Text: c.DefaultValue}
	}
	return values, nil
}

// deploy makes a flow's deployment ready, but for the document: that may still be changed.
func (w *world) deploy(file string, options map[string]any, given map[string][]string) (*scheduled.Deployment, remote.Bootstrap) {
	w.t.Helper()
	program := w.program()
	g, about, request := w.describe(program, file, options)
	sources, err := sdk.Sources()
	if err != nil {
		w.t.Fatal(err)
	}
	return w.put(program, g, about, request, given, codepackage.Options{SDK: sources})
}

// put brings a described flow to where containers find it.
func (w *world) put(program worker.Program, g *graph.Graph, about *worker.Description, request worker.DescribeRequest, given map[string][]string, code codepackage.Options) (*scheduled.Deployment, remote.Bootstrap) {
	w.t.Helper()
	user := "user:tester"
	d := &scheduled.Deployment{
		Source: filepath.Base(request.Source), Root: w.root.String(), User: "tester", Namespace: &user, Tags: []string{}, SystemTags: about.SystemTags, Engine: "test",
		Recorded: "2.19.38+spindle(test)", Runtime: "step-functions", RunPrefix: "sfn-",
		Environment: map[string]string{"METAFLOW_USER": "tester", "METAFLOW_DEFAULT_DATASTORE": "s3", "METAFLOW_DATASTORE_SYSROOT_S3": w.root.String()},
	}
	if w.service != nil {
		d.Service, d.Environment["METAFLOW_DEFAULT_METADATA"] = w.service.URL, "service"
	}
	if err := d.Describe(g, about, request); err != nil {
		w.t.Fatal(err)
	}
	w.defaults(d, program, about, request, given)
	code.Flow, code.Info = request.Source, map[string]any{"username": "tester"}
	p, err := codepackage.Build(context.Background(), code)
	if err != nil {
		w.t.Fatal(err)
	}
	place := w.root.Join(d.Flow + "/data/code.tgz")
	if err := w.client.Put(context.Background(), place, p.Bytes, objects.PutOptions{}); err != nil {
		w.t.Fatal(err)
	}
	d.Package = remote.Blob{Place: place.String(), SHA256: p.SHA256, Size: int64(len(p.Bytes))}
	binaries, err := helper.In(os.DirFS(built))
	if err != nil {
		w.t.Fatal(err)
	}
	helpers, err := helper.Upload(context.Background(), w.client, w.root, binaries)
	if err != nil {
		w.t.Fatal(err)
	}
	return d, scheduled.Bootstrap(helpers, w.server.Endpoint, s3server.Region)
}

// defaults settles what belongs to the deployment of the parameters.
func (w *world) defaults(d *scheduled.Deployment, program worker.Program, about *worker.Description, request worker.DescribeRequest, given map[string][]string) {
	w.t.Helper()
	here, err := local.New(local.Options{Isolation: local.Spawn, Program: program, Engine: worker.Identity{Version: "test"}})
	if err != nil {
		w.t.Fatal(err)
	}
	defer here.Close()
	store := artifact.OpenRemote(artifact.Remote{
		Client: w.client, Root: w.root, Cache: cache.Open(w.t.TempDir(), 1<<20, time.Now), Folder: w.t.TempDir(),
	}, artifact.Options{})
	past := history.New(store, stored.New(store, stored.Options{}), history.Options{
		Flow: d.Flow, Dir: w.t.TempDir(), User: d.User, Now: time.Now, Objects: func() (*objects.Client, error) { return w.client, nil },
	})
	if about.Configs != nil {
		request.Options[worker.ConfigsOption] = about.Configs
	}
	values, err := scheduled.Defaults(context.Background(), scheduled.Deploying{
		Flow: d.Flow, Request: request, User: d.User, Given: given, Compute: here, Client: past, Scratch: w.t.TempDir(),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	d.SetDefaults(values)
}

// unpacked is where the SDK lies for those who deploy: once for all, because to compile it takes longer than to describe a flow.
var unpacked = sync.OnceValues(func() (string, error) { return sdk.Unpack(filepath.Join(built, "sdk")) })
