package s3client_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
	"github.com/spindle-flow/spindle/tests/s3server"
)

const part = 5 << 20 // the smallest a server takes

func TestTransfers(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	c := open(t, server.Endpoint, s3client.Config{}, objects.Options{PartSize: part})
	for name, size := range map[string]int{"empty": 0, "small": 5, "just small": 2*part - 1, "large": 2 * part, "odd": 3*part + 17} {
		t.Run(name, func(t *testing.T) {
			p := objects.Place{Bucket: "bucket", Key: "a b/ü#?+%/" + name}
			data := content(size)
			opts := objects.PutOptions{Attributes: objects.Attributes{ContentType: "text/x", Meta: map[string]string{"metaflow-user-attributes": `{"a": "ü"}`}}}
			if size == 0 {
				opts.Meta = nil
			} else {
				opts.Meta = map[string]string{"metaflow-user-attributes": `{"a": 1}`}
			}
			upload(t, c, p, data, opts)
			got, info, err := fetched(t, c, p, objects.Whole)
			if err != nil || !bytes.Equal(got, data) {
				t.Fatalf("read back %d bytes of %d, %v", len(got), size, err)
			}
			head, err := c.Head(context.Background(), p)
			if err != nil || head.Size != int64(size) || head.ContentType != "text/x" || head.ETag != info.ETag || head.Modified.IsZero() {
				t.Errorf("head: %+v, %v", head, err)
			}
			if size > 0 && head.Meta["metaflow-user-attributes"] != `{"a": 1}` {
				t.Errorf("metadata is %v", head.Meta)
			}
			if size < 17 {
				return
			}
			for _, r := range []objects.Range{{Offset: 3, Length: 10}, {Offset: 10, Length: objects.Rest}, {Length: -9}, {Length: int64(size)}} {
				want := data[min(r.Offset, int64(size)):]
				if r.Length < 0 {
					want = data[size+int(r.Length):]
				} else if r.Length != objects.Rest {
					want = want[:r.Length]
				}
				got, info, err := fetched(t, c, p, r)
				if err != nil || !bytes.Equal(got, want) || info.Size != int64(size) || info.Length != int64(len(want)) {
					t.Errorf("range %v: %d bytes, %+v, %v", r, len(got), info, err)
				}
			}
		})
	}
}

func TestListAndDelete(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	c := open(t, server.Endpoint, s3client.Config{}, objects.Options{})
	keys := []string{"x/0", "x/b/1", "x/b/2", "x/c/3", "y"}
	for _, key := range keys {
		upload(t, c, objects.Place{Bucket: "bucket", Key: key}, []byte(key), objects.PutOptions{})
	}
	list := func(prefix string, folders bool) (found []string) {
		err := c.List(context.Background(), objects.Place{Bucket: "bucket", Key: prefix}, folders, func(p objects.Page) error {
			for _, o := range p.Objects {
				found = append(found, o.Key)
			}
			found = append(found, p.Folders...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(found)
		return found
	}
	if diff := cmp.Diff(keys, list("", false)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"x/0", "x/b/", "x/c/"}, list("x/", true)); diff != "" {
		t.Error(diff)
	}
	if err := c.Delete(context.Background(), "bucket", []string{"x/0", "x/b/1", "gone"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"x/b/2", "x/c/3", "y"}, list("", false)); diff != "" {
		t.Error(diff)
	}
}

func TestConditionalWrite(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	c := open(t, server.Endpoint, s3client.Config{}, objects.Options{PartSize: part})
	for name, size := range map[string]int{"small": 3, "large": 2 * part} {
		p := objects.Place{Bucket: "bucket", Key: name}
		data := content(size)
		for i, want := range []bool{true, false} {
			created, err := c.PutNew(context.Background(), p, bytes.NewReader(data), int64(size), objects.PutOptions{})
			if created != want || err != nil {
				t.Errorf("%s, time %d: created %v, %v", name, i, created, err)
			}
		}
		err := c.Upload(context.Background(), p, bytes.NewReader(data), int64(size), objects.PutOptions{IfNone: true})
		if objects.KindOf(err) != objects.Exists {
			t.Errorf("%s: %v, want Exists", name, err)
		}
	}
}

func TestTouch(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	c := open(t, server.Endpoint, s3client.Config{}, objects.Options{})
	p := objects.Place{Bucket: "bucket", Key: "a b/ü+%"}
	upload(t, c, p, []byte("x"), objects.PutOptions{Attributes: objects.Attributes{Meta: map[string]string{"k": "v"}}})
	info, err := c.Head(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Touch(context.Background(), info); err != nil {
		t.Fatal(err)
	}
	after, err := c.Head(context.Background(), p)
	if err != nil || after.Meta["k"] != "v" || after.Size != 1 || after.Modified.Before(info.Modified) {
		t.Errorf("after touching: %+v, %v", after, err)
	}
}

func TestRefusals(t *testing.T) {
	server := s3server.Start(t)
	server.Bucket(t, "bucket")
	c := open(t, server.Endpoint, s3client.Config{}, objects.Options{})
	upload(t, c, objects.Place{Bucket: "bucket", Key: "x"}, []byte("12345"), objects.PutOptions{})
	ctx := context.Background()
	wrong := open(t, server.Endpoint, s3client.Config{Login: credentials.NewStaticCredentialsProvider(s3server.Access, "no", "")}, objects.Options{})
	stranger := open(t, server.Endpoint, s3client.Config{Login: credentials.NewStaticCredentialsProvider("nobody", "no", "")}, objects.Options{})
	nowhere := open(t, "http://127.0.0.1:1", s3client.Config{}, objects.Options{Policy: objects.Brisk})
	cases := []struct {
		name string
		err  func() error
		want objects.Kind
	}{
		{"no object", func() error { _, _, err := c.Bytes(ctx, objects.Place{Bucket: "bucket", Key: "no"}); return err }, objects.NotFound},
		{"no object to look up", func() error { _, err := c.Head(ctx, objects.Place{Bucket: "bucket", Key: "no"}); return err }, objects.NotFound},
		{"no bucket", func() error { return c.Check(ctx, "no-such") }, objects.NoBucket},
		{"no bucket to read", func() error { _, _, err := c.Bytes(ctx, objects.Place{Bucket: "no-such", Key: "x"}); return err }, objects.NoBucket},
		{"range", func() error {
			_, _, err := fetched(t, c, objects.Place{Bucket: "bucket", Key: "x"}, objects.Range{Offset: 100, Length: 5})
			return err
		}, objects.BadRange},
		{"wrong secret", func() error { return wrong.Check(ctx, "bucket") }, objects.BadLogin},
		{"wrong user", func() error { return stranger.Check(ctx, "bucket") }, objects.BadLogin},
		{"nobody there", func() error { return nowhere.Check(ctx, "bucket") }, objects.Unreachable},
	}
	for _, tc := range cases {
		err := tc.err()
		if objects.KindOf(err) != tc.want {
			t.Errorf("%s: kind %d of %v (%v), want %d", tc.name, objects.KindOf(err), err, errors.Unwrap(err), tc.want)
			continue
		}
		t.Logf("%s: %v", tc.name, err)
		if tc.want == objects.NotFound != errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v as fs.ErrNotExist", tc.name, err)
		}
	}
}
