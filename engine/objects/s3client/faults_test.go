package s3client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
	"github.com/spindle-flow/spindle/tests/s3server"
)

// TestFaults moves objects through a proxy that spoils a third of the requests: every byte must come through.
func TestFaults(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			proxy := s3server.NewProxy(t, server, s3server.Seeded(seed, 0.3, s3server.Faults...))
			c := open(t, proxy.Endpoint, s3client.Config{}, objects.Options{PartSize: part, Slots: 8, Policy: objects.Policy{Tries: 30}})
			for i, size := range []int{1, 1000, 100_000, part + 5, 3*part + 1} {
				p := objects.Place{Bucket: "bucket", Key: fmt.Sprintf("%d/%d", seed, i)}
				data := content(size)
				again(t, func() error {
					return c.Upload(context.Background(), p, bytes.NewReader(data), int64(size), objects.PutOptions{})
				})
				var got []byte
				again(t, func() (err error) {
					got, _, err = fetched(t, c, p, objects.Whole)
					return err
				})
				// Ranges carry no checksum: what reads large objects checks their content.
				if size < 2*part && !bytes.Equal(got, data) || len(got) != size {
					t.Fatalf("object of %d bytes is another: %d bytes", size, len(got))
				}
			}
			t.Logf("%d requests, %v", proxy.Requests(), proxy.Hits())
		})
	}
}

// again repeats what expired credentials ended: the proxy takes them twice in a row at times, and that is an error.
func again(t *testing.T, f func() error) {
	t.Helper()
	for range 10 {
		err := f()
		if objects.KindOf(err) == objects.Expired {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("the credentials expired ten times")
}

// TestUploadIsWhatWasSent makes sure that bytes which change on the way up are refused, not stored.
func TestUploadIsWhatWasSent(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	first := true
	proxy := s3server.NewProxy(t, server, func(n int, r *http.Request) s3server.Fault {
		if first && r.Method == http.MethodPut {
			first = false
			return s3server.WrongUpload
		}
		return s3server.None
	})
	c := open(t, proxy.Endpoint, s3client.Config{}, objects.Options{})
	p := objects.Place{Bucket: "bucket", Key: "x"}
	upload(t, c, p, content(1000), objects.PutOptions{})
	if got, _, err := c.Bytes(context.Background(), p); err != nil || !bytes.Equal(got, content(1000)) {
		t.Errorf("another content was stored: %v", err)
	}
	if proxy.Requests() != 3 { // put, put, get
		t.Errorf("%d requests", proxy.Requests())
	}
}

func TestGivingUp(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	for name, tc := range map[string]struct {
		fault s3server.Fault
		kind  objects.Kind
		tries int
	}{
		"hang":      {s3server.Hang, objects.Stalled, 3},
		"done hang": {s3server.DoneHang, objects.Stalled, 3},
		"throttled": {s3server.SlowDown, objects.Throttled, 3},
		"failing":   {s3server.InternalErr, objects.Failing, 3},
		"no answer": {s3server.NoAnswer, objects.Unreachable, 3},
		"expired":   {s3server.Expired, objects.Expired, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := s3server.NewProxy(t, server, func(int, *http.Request) s3server.Fault { return tc.fault })
			c := open(t, proxy.Endpoint, s3client.Config{Stall: 300 * time.Millisecond}, objects.Options{Policy: objects.Policy{Tries: 3, Base: 1}})
			err := c.Put(context.Background(), objects.Place{Bucket: "bucket", Key: "x"}, []byte("x"), objects.PutOptions{})
			if objects.KindOf(err) != tc.kind || proxy.Requests() != tc.tries {
				t.Errorf("%v (kind %d) after %d requests", err, objects.KindOf(err), proxy.Requests())
			}
			var e *objects.Error
			if !errors.As(err, &e) || e.Remedy() == "" {
				t.Errorf("no way out of %v", err)
			}
			t.Log(err)
		})
	}
}

// TestLostAnswers loses the answer of every request once, after it was carried out.
func TestLostAnswers(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	proxy := s3server.NewProxy(t, server, func(n int, _ *http.Request) s3server.Fault {
		if n%2 == 1 {
			return s3server.NoAnswer
		}
		return s3server.None
	})
	c := open(t, proxy.Endpoint, s3client.Config{}, objects.Options{PartSize: part, Slots: 1})
	for _, size := range []int{10, 2*part + 1} {
		p := objects.Place{Bucket: "bucket", Key: fmt.Sprint(size)}
		upload(t, c, p, content(size), objects.PutOptions{})
		if got, _, err := fetched(t, c, p, objects.Whole); err != nil || !bytes.Equal(got, content(size)) {
			t.Errorf("%d bytes of %d, %v", len(got), size, err)
		}
	}
}

// TestReplacedMeanwhile downloads an object that another writer replaces in between.
func TestReplacedMeanwhile(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	p := objects.Place{Bucket: "bucket", Key: "x"}
	direct := open(t, server.Endpoint, s3client.Config{}, objects.Options{PartSize: part})
	upload(t, direct, p, content(3*part), objects.PutOptions{})
	second := bytes.Repeat([]byte("y"), 2*part)
	proxy := s3server.NewProxy(t, server, func(n int, _ *http.Request) s3server.Fault {
		if n == 2 {
			upload(t, direct, p, second, objects.PutOptions{})
		}
		return s3server.None
	})
	c := open(t, proxy.Endpoint, s3client.Config{}, objects.Options{PartSize: part, Slots: 4})
	if got, _, err := fetched(t, c, p, objects.Whole); err != nil || !bytes.Equal(got[:len(second)], second) {
		t.Errorf("a mixture of %d bytes, %v", len(got), err)
	}
}
