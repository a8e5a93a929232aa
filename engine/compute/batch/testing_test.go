package batch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/tests/batchserver"
)

// memory is an object store in memory, with what jobs need of one.
type memory struct {
	objects.Requests // whatever else is called is a fault of the test

	mu   sync.Mutex
	data map[string][]byte
}

func (m *memory) Get(_ context.Context, p objects.Place, _ objects.Range, _ string) (objects.Body, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.data[p.Key]
	if !ok {
		return objects.Body{}, &objects.Error{Op: "read", Place: p, Kind: objects.NotFound}
	}
	n := int64(len(data))
	return objects.Body{ReadCloser: io.NopCloser(bytes.NewReader(data)), Info: objects.Info{Place: p, Size: n}, Length: n}, nil
}

func (m *memory) Put(_ context.Context, p objects.Place, body io.ReadSeeker, _ int64, opts objects.PutOptions) (string, error) {
	data, err := io.ReadAll(body)
	if err != nil {
		return "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.data[p.Key]; there && opts.IfNone {
		return "", &objects.Error{Op: "write", Place: p, Kind: objects.Exists}
	}
	m.data[p.Key] = data
	return "etag", nil
}

func (m *memory) List(_ context.Context, p objects.Place, opts objects.ListOptions) (objects.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var page objects.Page
	for key, data := range m.data {
		if strings.HasPrefix(key, p.Key) && key > opts.Token {
			page.Objects = append(page.Objects, objects.Info{Place: objects.Place{Bucket: p.Bucket, Key: key}, Size: int64(len(data)), Modified: time.Now()})
		}
	}
	slices.SortFunc(page.Objects, func(a, b objects.Info) int { return strings.Compare(a.Key, b.Key) })
	if len(page.Objects) > 1000 {
		page.Objects = page.Objects[:1000]
		page.Next = page.Objects[999].Key
	}
	return page, nil
}

func (m *memory) Head(ctx context.Context, p objects.Place) (objects.Info, error) {
	body, err := m.Get(ctx, p, objects.Whole, "")
	return body.Info, err
}

func (m *memory) Renew() {}

// bench is everything a test of a Batch has.
type bench struct {
	t       *testing.T
	server  *batchserver.Server
	objects *objects.Client
	folder  string
	root    objects.Place
	steps   map[string]*batch.Step
	change  func(*batch.Options)
}

// body is what a container does; an outcome that is nil is one it could not leave.
type body func(ctx context.Context, job *remote.Job, print func(string)) (*remote.Outcome, batchserver.End)

func newBench(t *testing.T, opts batchserver.Options, do body) *bench {
	t.Helper()
	b := &bench{
		t: t, objects: objects.New(&memory{data: map[string][]byte{}}, objects.Options{}), folder: t.TempDir(),
		root:  objects.Place{Bucket: "bucket", Key: "root"},
		steps: map[string]*batch.Step{"work": {Name: "work", Image: "img", Queue: "queue", JobRole: "arn:role", CPU: 1, Memory: 512, RunTime: time.Hour, Retries: 0}},
	}
	if opts.Container == nil {
		opts.Container = func(ctx context.Context, j batchserver.Job) batchserver.End { return b.container(ctx, j, do) }
	}
	b.server = batchserver.Start(opts)
	t.Cleanup(b.server.Close)
	return b
}

// container plays the helper.
func (b *bench) container(ctx context.Context, j batchserver.Job, do body) batchserver.End {
	at := slices.IndexFunc(j.Command, func(word string) bool { return strings.HasSuffix(word, "/job.json") })
	place, err := objects.Parse(j.Command[at])
	if err != nil {
		return batchserver.End{Exit: 99, Reason: err.Error()}
	}
	job, err := remote.ReadJob(ctx, b.objects, place)
	if err != nil {
		return batchserver.End{Exit: 99, Reason: err.Error()}
	}
	paths, err := remote.PathsOf(place)
	if err != nil {
		return batchserver.End{Exit: 99, Reason: err.Error()}
	}
	pieces := 0
	print := func(text string) {
		piece := remote.AppendLine(nil, time.Now(), []byte(text))
		_ = b.objects.Put(ctx, paths.Log(compute.Stdout, pieces), piece, objects.PutOptions{})
		pieces++
	}
	o, end := do(ctx, job, print)
	if o != nil {
		o.Logs.Stdout = pieces
		if _, err := o.Write(context.WithoutCancel(ctx), b.objects, paths); err != nil {
			return batchserver.End{Exit: 73, Reason: err.Error()}
		}
	}
	return end
}

func (b *bench) batch() *batch.Batch {
	b.t.Helper()
	client, err := batch.Open(b.t.Context(), batch.Connection{
		Endpoint: b.server.URL, Region: "us-east-1", Login: credentials.NewStaticCredentialsProvider("k", "s", ""), Limit: 2 * time.Second,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	opts := batch.Options{
		Client: client, Objects: b.objects, Root: b.root, Folder: b.folder, Flow: "F", User: "tester", Steps: b.steps, Code: "/code", PID: 7,
		Package: func(context.Context) (remote.Blob, error) { return remote.Blob{Place: "s3://bucket/package"}, nil },
		Helpers: func(context.Context) (map[string]remote.Blob, error) {
			return map[string]remote.Blob{"amd64": {Place: "s3://bucket/helper"}}, nil
		},
		Patience: batch.Patience{Base: time.Millisecond, Cap: 5 * time.Millisecond, Limit: time.Minute},
		Tempo: batch.Tempo{
			Describe: 5 * time.Millisecond, Running: 20 * time.Millisecond, Look: 10 * time.Millisecond, Settle: time.Millisecond, Calls: 5000, Submits: 5000,
			Remind: time.Minute, Unknown: 100 * time.Millisecond,
		},
	}
	if b.change != nil {
		b.change(&opts)
	}
	made := batch.New(opts)
	b.t.Cleanup(func() { _ = made.Close(context.Background()) })
	return made
}

func task(id string, indices ...int) compute.Spec {
	t := worker.Task{Kind: "step", Flow: "F", RunID: "1", Step: "work", TaskID: id, Source: "/code/flow.py"}
	for _, i := range indices {
		t.ForeachStack = append(t.ForeachStack, worker.Frame{Step: "start", Index: i})
	}
	return compute.Spec{Task: &t}
}

// listener is a handler that remembers what it was told.
type listener struct {
	compute.Handler

	mu     sync.Mutex
	lines  []string
	told   []string
	states []string
	hear   func(line string)
}

func (l *listener) Started(int) {}

func (l *listener) Line(s compute.Stream, _ time.Time, text []byte) {
	l.mu.Lock()
	l.lines = append(l.lines, s.String()+": "+string(text))
	l.mu.Unlock()
	if l.hear != nil {
		l.hear(string(text))
	}
}

func (l *listener) Truncated(compute.Stream, time.Time) {}

func (l *listener) Placed(_ time.Time, p compute.Placement) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.states = append(l.states, p.State)
	if p.Reason != "" {
		l.states[len(l.states)-1] += ": " + p.Reason
	}
}

func (l *listener) Told(_ compute.Stream, _ time.Time, text []byte) {
	l.mu.Lock()
	l.told = append(l.told, string(text))
	l.mu.Unlock()
	if l.hear != nil {
		l.hear(string(text))
	}
}

func (l *listener) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.told, "\n")
}

// done is the outcome of a step that has set x to its task's id.
func done(job *remote.Job) *remote.Outcome {
	return &remote.Outcome{
		Result: &worker.Result{Type: worker.TypeDone, Success: true},
		Values: []remote.Value{{Name: "x", Key: strings.Repeat("a", 40), Size: 5, Type: "<class 'str'>", Encoding: "pickle-v4"}},
	}
}

func succeed(_ context.Context, job *remote.Job, print func(string)) (*remote.Outcome, batchserver.End) {
	print("hello from " + job.Task.TaskID)
	return done(job), batchserver.End{}
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(text)
}
