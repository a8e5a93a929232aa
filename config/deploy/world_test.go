package deploy_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/conformance"
	"github.com/spindle-flow/spindle/config/deploy/conformance/filetarget"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
	"github.com/spindle-flow/spindle/tests/s3server"
)

var errKilled = errors.New("killed")

// budget lets so many changes and requests through. Then nothing gets through any more, as of a process that was killed.
type budget struct {
	mu   sync.Mutex
	left int // negative for no end
	used int
}

func (b *budget) take(string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left == 0 {
		return errKilled
	}
	b.left--
	b.used++
	return nil
}

// counted are requests that cost of a budget. late ones are carried out, and then their answer is lost.
type counted struct {
	objects.Requests
	*budget
	late bool
}

func (c *counted) Put(ctx context.Context, p objects.Place, body io.ReadSeeker, size int64, opts objects.PutOptions) (string, error) {
	if err := c.take("put"); err != nil {
		if c.late {
			_, _ = c.Requests.Put(ctx, p, body, size, opts)
		}
		return "", err
	}
	return c.Requests.Put(ctx, p, body, size, opts)
}

func (c *counted) Delete(ctx context.Context, bucket string, keys []string) error {
	if err := c.take("delete"); err != nil {
		return err
	}
	return c.Requests.Delete(ctx, bucket, keys)
}

// world is a bucket and a target of files, with a record in a project's folder.
type world struct {
	t      *testing.T
	server *s3server.Server
	bucket string
	dir    string
}

var buckets sync.Map

func newWorld(t *testing.T, server *s3server.Server) *world {
	t.Helper()
	n, _ := buckets.LoadOrStore(server, new(int))
	*n.(*int)++
	w := &world{t: t, server: server, bucket: "world-" + strconv.Itoa(*n.(*int)), dir: t.TempDir()}
	server.Bucket(t, w.bucket)
	return w
}

// process is one apply's view of the world.
type process struct {
	*world
	budget *budget
	book   *deploy.Book
	target *filetarget.Target
	record *deploy.Record
}

func (w *world) process(left int, late bool) *process {
	w.t.Helper()
	b := &budget{left: left}
	requests, err := s3client.Open(w.t.Context(), s3client.Config{
		Endpoint: w.server.Endpoint, Region: s3server.Region, Login: credentials.NewStaticCredentialsProvider(s3server.Access, s3server.Secret, ""),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	store := objects.New(&counted{requests, b, late}, objects.Options{Policy: objects.Policy{Tries: 1}})
	p := &process{world: w, budget: b, record: &deploy.Record{Project: "demand", Environment: "prod"}}
	p.book = &deploy.Book{Store: store, Root: objects.Place{Bucket: w.bucket, Key: "root"}, Project: "demand", Environment: "prod"}
	p.target = &filetarget.Target{Dir: filepath.Join(w.dir, "target"), Now: time.Now, Step: b.take}
	return p
}

func (p *process) targets(kind string) (deploy.Target, error) {
	if kind != filetarget.Kind {
		return nil, fmt.Errorf("no target %q", kind)
	}
	return p.target, nil
}

// apply plans against what is deployed, and applies that.
func (p *process) apply(ctx context.Context, wanted []*deploy.Wanted, prune bool) (*deploy.Plan, []deploy.Result, error) {
	known, err := p.book.All(ctx)
	if err != nil {
		return nil, nil, err
	}
	plan := deploy.Make(wanted, known)
	return plan, p.applier(prune).Apply(ctx, plan), nil
}

func (p *process) applier(prune bool) *deploy.Applier {
	return &deploy.Applier{
		Book: p.book, Targets: p.targets, Prune: prune, Width: 3, Observe: func(deploy.Event) {},
		Prepare: func(_ context.Context, w *deploy.Wanted) (*deploy.Ready, error) {
			d := conformance.Deployment(p.t, p.target, w.Identity.Variant)
			d.Identity, d.Name = w.Identity, w.Name
			for _, s := range w.Settings {
				switch s.Name {
				case "queue":
					d.Batch.Queue = s.Value
				case "schedule":
					d.Schedule = s.Value
				case "broken":
					return nil, errors.New("the flow cannot be imported")
				}
			}
			return &deploy.Ready{Deployment: d, Send: func(context.Context) error { return p.budget.take("send") }}, nil
		},
		Note: func(variant string, a *deploy.Applied) error { p.record.Set(variant, a); return nil },
	}
}

// wanted is a variant with settings name=value.
func (p *process) wanted(variant string, settings ...string) *deploy.Wanted {
	w := &deploy.Wanted{
		Identity: deploy.Identity{Project: "demand", Environment: "prod", Variant: variant, Flow: "f", Commit: "0123456789abcdef", By: "ann"},
		Target:   filetarget.Kind, Name: p.target.Name("demand", "prod", variant), Files: deploy.Files{"flow.py": "00ff"},
	}
	for i := 0; i+1 < len(settings); i += 2 {
		w.Settings = append(w.Settings, deploy.Setting{Name: settings[i], Value: settings[i+1]})
	}
	w.Identity.Settings = deploy.Sum(w.Settings)
	return w
}

// state is all that can be seen of the world, but for times.
func (w *world) state() []string {
	w.t.Helper()
	p := w.process(-1, false)
	known, err := p.book.All(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, a := range known.Variants {
		out = append(out, fmt.Sprintf("record %s %s underway %v of %d documents", a.Identity.Variant, a.Name, a.Underway, len(a.Documents)))
		live, err := p.target.Live(w.t.Context(), a.Name)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, d := range deploy.Drifts(a.Documents, live) {
			out = append(out, fmt.Sprintf("drift of %s: %s", a.Name, d.What))
		}
	}
	there, err := os.ReadDir(p.target.Dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		w.t.Fatal(err)
	}
	for _, e := range there {
		out = append(out, "deployed "+e.Name())
	}
	slices.Sort(out)
	return out
}

func failed(results []deploy.Result) (names []string) {
	for _, r := range results {
		if r.Err != nil {
			names = append(names, r.Change.Variant)
		}
	}
	return names
}
