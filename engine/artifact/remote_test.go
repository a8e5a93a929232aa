package artifact_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/cache"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
	"github.com/spindle-flow/spindle/tests/s3server"
)

// remoteAt is a store in a server's bucket, with a new cache and its group.
func remoteAt(tb testing.TB, endpoint string, now func() time.Time) (*artifact.Store, *disk.Group) {
	tb.Helper()
	group := disk.NewGroup(tb.TempDir(), disk.Options{Sync: disk.SyncNone})
	return remoteWith(tb, endpoint, now, group, cache.Open(filepath.Join(tb.TempDir(), "cache"), 1<<30, time.Now)), group
}

func remoteWith(tb testing.TB, endpoint string, now func() time.Time, group *disk.Group, values *cache.Cache) *artifact.Store {
	tb.Helper()
	requests, err := s3client.Open(context.Background(), s3client.Config{
		Endpoint: endpoint, Region: s3server.Region, Login: credentials.NewStaticCredentialsProvider(s3server.Access, s3server.Secret, ""),
	})
	if err != nil {
		tb.Fatal(err)
	}
	client := objects.New(requests, objects.Options{
		PartSize: 5 << 20, Policy: objects.Policy{Tries: 30},
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	return artifact.OpenRemote(artifact.Remote{
		Client: client, Root: objects.Place{Bucket: "bucket", Key: "some/root"}, Folder: tb.TempDir(), Cache: values,
	}, artifact.Options{Group: group, Now: now})
}

func fixed() time.Time { return noon }

// openRemote is a store on a server of its own.
func openRemote(tb testing.TB) (*artifact.Store, *disk.Group, *s3server.Server) {
	tb.Helper()
	server := s3server.Start(tb)
	server.Bucket(tb, "bucket")
	s, g := remoteAt(tb, server.Endpoint, fixed)
	return s, g, server
}

func commit(tb testing.TB, g *disk.Group) {
	tb.Helper()
	if err := g.Commit(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

func TestRemoteValues(t *testing.T) {
	s, group, server := openRemote(t)
	dir := t.TempDir()
	values := map[string][]byte{
		"empty": {}, "small": []byte("\x80\x04N."), "text": text(1000, 1), "large text": text(3<<20, 2), "noise": noise(1<<20, 3), "parts": noise(11<<20, 4),
	}
	keys := map[string]artifact.Key{}
	for name, value := range values {
		key, err := s.Put(t.Context(), flow, spill(t, dir, value, 10, 20))
		if err != nil || key != artifact.KeyOf(value) {
			t.Fatalf("%s: %s, %v", name, key, err)
		}
		keys[name] = key
	}
	for name, value := range values { // while it may still be under way
		check(t, s, keys[name], value)
	}
	commit(t, group)
	other, _ := remoteAt(t, server.Endpoint, fixed)
	for name, value := range values {
		t.Run(name, func(t *testing.T) { check(t, other, keys[name], value) })
	}
	for name, want := range map[string]string{"small": `{"cas_raw": false, "cas_version": 1}`, "large text": `{"cas_raw": false, "cas_version": 1}`, "parts": `{"cas_raw": true, "cas_version": 1}`} {
		key := string(keys[name])
		head, err := server.Client().HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("bucket"), Key: aws.String("some/root/" + flow + "/data/" + key[:2] + "/" + key)})
		if err != nil {
			t.Fatal(err)
		}
		if got := head.Metadata["metaflow-user-attributes"]; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if _, err := other.Bytes(t.Context(), flow, artifact.KeyOf([]byte("never"))); !errors.Is(err, artifact.ErrMissing) {
		t.Errorf("a value that is not there: %v", err)
	}
}

// TestRemoteRepeated puts what is there already: large values are not sent again.
func TestRemoteRepeated(t *testing.T) {
	_, _, server := openRemote(t)
	sent := 0
	proxy := s3server.NewProxy(t, server, func(_ int, r *http.Request) s3server.Fault {
		if r.Method == http.MethodPut {
			sent++
		}
		return s3server.None
	})
	value := noise(1<<20, 1)
	for range 2 {
		s, group := remoteAt(t, proxy.Endpoint, time.Now)
		for range 3 {
			span := spill(t, t.TempDir(), value, 0, 0)
			if _, err := s.Put(t.Context(), flow, span); err != nil {
				t.Fatal(err)
			}
			if _, err := s.PutBytes(t.Context(), flow, []byte("x")); err != nil {
				t.Fatal(err)
			}
		}
		commit(t, group)
	}
	if sent != 3 { // the large value once, the small one once by each
		t.Errorf("%d values were sent", sent)
	}
}

// TestRemoteOldIsMadeNew finds a blob that is old, which whoever cleans up could be about to remove.
func TestRemoteOldIsMadeNew(t *testing.T) {
	s, group, server := openRemote(t)
	value := noise(1<<20, 1)
	span := spill(t, t.TempDir(), value, 0, 0)
	key, err := s.Put(t.Context(), flow, span)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, group)
	object := &s3.HeadObjectInput{Bucket: aws.String("bucket"), Key: aws.String("some/root/" + flow + "/data/" + string(key[:2]) + "/" + string(key))}
	before, err := server.Client().HeadObject(t.Context(), object)
	if err != nil {
		t.Fatal(err)
	}
	later, group := remoteAt(t, server.Endpoint, func() time.Time { return time.Now().Add(2 * artifact.Fresh) })
	if _, err := later.Put(t.Context(), flow, spill(t, t.TempDir(), value, 0, 0)); err != nil {
		t.Fatal(err)
	}
	commit(t, group)
	after, err := server.Client().HeadObject(t.Context(), object)
	if err != nil || after.LastModified.Before(*before.LastModified) || after.Metadata["metaflow-user-attributes"] != before.Metadata["metaflow-user-attributes"] {
		t.Errorf("%+v, %v", after, err)
	}
	fresh, _ := remoteAt(t, server.Endpoint, fixed)
	check(t, fresh, key, value)
}

func TestRemoteTasks(t *testing.T) {
	s, group, server := openRemote(t)
	data := artifact.Data{PythonVersion: "3.11", Objects: artifact.Objects{"x": {Key: artifact.KeyOf([]byte("x")), Info: artifact.Info{Size: 1, Type: "<class 'int'>", Encoding: "pickle-v4"}}}}
	second := someTask
	second.Task = "2"
	steps := []error{
		s.Begin(someTask, 0), s.Begin(someTask, 1), s.SaveData(someTask, 1, data), s.SetLatestRun(flow, someTask.Run),
		s.SaveLog(someTask, 1, artifact.SourceRuntime, artifact.Stdout, artifact.FormatLogLine(noon, "runtime", "id", []byte("hello"))),
		s.SaveOutcome(someTask, 1, artifact.Outcome{Success: true}), group.Commit(t.Context()), s.MarkDone(someTask, 1), s.Begin(second, 0),
	}
	if err := errors.Join(steps...); err != nil {
		t.Fatal(err)
	}
	if states, err := s.Attempts(someTask); err != nil || len(states) != 2 || !states[1].Done { // its own writes are seen at once
		t.Errorf("attempts %v, %v", states, err)
	}
	commit(t, group)
	other, otherGroup := remoteAt(t, server.Endpoint, fixed)
	if n, err := other.LatestDone(someTask); n != 1 || err != nil {
		t.Errorf("latest done %d, %v", n, err)
	}
	if _, err := other.LatestDone(second); !errors.Is(err, artifact.ErrUnfinished) {
		t.Errorf("a task that has only begun: %v", err)
	}
	got, err := other.Data(someTask, 1)
	want := data
	want.Datastore, want.Attempt = "s3", 1
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := other.Data(someTask, 0); !errors.Is(err, artifact.ErrMissing) {
		t.Errorf("no table: %v", err)
	}
	lines, err := other.ReadLog(someTask, 1, artifact.Stdout)
	if err != nil || len(lines) != 1 || string(lines[0].Text) != "hello" {
		t.Errorf("log %q, %v", lines, err)
	}
	if n, err := other.ScrubLog(someTask, 1, artifact.Stdout); n != 1 || err != nil {
		t.Errorf("scrubbed %d, %v", n, err)
	}
	commit(t, otherGroup)
	flows, _ := other.Flows()
	runs, _ := other.Runs(flow)
	names, _ := other.Steps(flow, someTask.Run)
	tasks, err := other.Tasks(flow, someTask.Run, "start")
	run, latestErr := s.LatestRun(flow) // this machine's affair
	if diff := cmp.Diff([][]string{{flow}, {someTask.Run}, {"start"}, {"1", "2"}, {someTask.Run}}, [][]string{flows, runs, names, tasks, {run}}); diff != "" || err != nil || latestErr != nil {
		t.Errorf("%v, %v\n%s", err, latestErr, diff)
	}
}

// TestRemoteDamage reads blobs that are not what their key says.
func TestRemoteDamage(t *testing.T) {
	s, group, server := openRemote(t)
	value := text(1000, 1)
	key, err := s.PutBytes(t.Context(), flow, value)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, group)
	name := aws.String("some/root/" + flow + "/data/" + string(key[:2]) + "/" + string(key))
	put := func(content []byte, meta map[string]string) {
		_, err := server.Client().PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("bucket"), Key: name, Body: bytes.NewReader(content), Metadata: meta})
		if err != nil {
			t.Fatal(err)
		}
	}
	put(value, nil) // raw, though nothing says so
	other, _ := remoteAt(t, server.Endpoint, fixed)
	check(t, other, key, value)
	for _, content := range [][]byte{nil, []byte("no gzip"), text(1000, 2)} {
		put(content, map[string]string{"metaflow-user-attributes": `{"cas_raw": false, "cas_version": 1}`})
		other, otherGroup := remoteAt(t, server.Endpoint, fixed)
		_, err := other.Bytes(t.Context(), flow, key)
		var corrupt *artifact.CorruptError
		if !errors.As(err, &corrupt) || corrupt.Path != "s3://bucket/"+*name {
			t.Errorf("%q: %v", content, err)
		}
		if _, err := other.PutBytes(t.Context(), flow, value); err != nil { // mends it
			t.Fatal(err)
		}
		commit(t, otherGroup)
		mended, _ := remoteAt(t, server.Endpoint, fixed)
		check(t, mended, key, value)
	}
}

func TestRemoteAdopt(t *testing.T) {
	s, group, _ := openRemote(t)
	here := openStore(t)
	dir := t.TempDir()
	for name, value := range map[string][]byte{"small": text(100, 1), "large": noise(1<<20, 2)} {
		key, err := here.Put(t.Context(), flow, spill(t, dir, value, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Adopt(t.Context(), flow, key, here); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		commit(t, group)
		check(t, s, key, value)
		check(t, here, key, value)
		third := openStore(t)
		if err := third.Adopt(t.Context(), flow, key, s); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		check(t, third, key, value)
		check(t, s, key, value)
	}
}

// TestRemoteTooLargeForTheCache gives each of many readers a file of its own, and leaves none behind.
func TestRemoteTooLargeForTheCache(t *testing.T) {
	s, group, server := openRemote(t)
	value := noise(1<<20, 1)
	key, err := s.Put(t.Context(), flow, spill(t, t.TempDir(), value, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	commit(t, group)
	dir := filepath.Join(t.TempDir(), "cache")
	small := remoteWith(t, server.Endpoint, fixed, group, cache.Open(dir, 1<<20, time.Now))
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			v, err := small.Materialize(context.Background(), flow, key, t.TempDir())
			if err != nil || !v.Temporary {
				t.Errorf("%+v, %v", v, err)
				return
			}
			if got, err := os.ReadFile(v.Path); err != nil || !bytes.Equal(got, value) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if err := os.Remove(v.Path); err != nil {
				t.Error(err)
			}
		})
	}
	readers.Wait()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestRemoteFaults writes and reads tasks through a proxy that spoils a quarter of the requests.
func TestRemoteFaults(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	faults := []s3server.Fault{s3server.SlowDown, s3server.InternalErr, s3server.Reset, s3server.ResetRequest, s3server.WrongBytes, s3server.WrongUpload, s3server.NoAnswer}
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			proxy := s3server.NewProxy(t, server, s3server.Seeded(seed, 0.25, faults...))
			s, group := remoteAt(t, proxy.Endpoint, fixed)
			values := map[artifact.Key][]byte{}
			for i, size := range []int{1, 100, 10_000, 300_000, 1 << 20, 11 << 20} {
				value := noise(size, seed*10+uint64(i))
				key, err := s.Put(t.Context(), flow, spill(t, t.TempDir(), value, 0, 0))
				if err != nil {
					t.Fatal(err)
				}
				values[key] = value
			}
			commit(t, group)
			reader, _ := remoteAt(t, proxy.Endpoint, fixed)
			for key, value := range values {
				check(t, reader, key, value)
			}
			t.Logf("%d requests, %v", proxy.Requests(), proxy.Hits())
		})
	}
}

// TestRemoteFailureIsNotLost makes sure that a commit after a failed write fails, however late it comes, until it is written.
func TestRemoteFailureIsNotLost(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	fault := s3server.Expired
	proxy := s3server.NewProxy(t, server, func(int, *http.Request) s3server.Fault { return fault })
	s, group := remoteAt(t, proxy.Endpoint, fixed)
	if _, err := s.PutBytes(t.Context(), flow, []byte("x")); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := group.Commit(t.Context()); objects.KindOf(err) != objects.Expired {
			t.Errorf("commit: %v", err)
		}
	}
	fault = s3server.None
	if _, err := s.PutBytes(t.Context(), flow, []byte("x")); err != nil {
		t.Fatal(err)
	}
	commit(t, group)
	check(t, s, artifact.KeyOf([]byte("x")), []byte("x"))
	if entries, err := os.ReadDir(filepath.Join(server.Dir, "bucket", "some", "root", flow, "data")); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}
