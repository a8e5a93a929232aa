package s3client_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
	"github.com/spindle-flow/spindle/tests/s3server"
)

// quick does not wait between tries.
func quick(o objects.Options) objects.Options {
	o.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return o
}

func open(t *testing.T, endpoint string, cfg s3client.Config, opts objects.Options) *objects.Client {
	t.Helper()
	cfg.Endpoint, cfg.Region = endpoint, s3server.Region
	if cfg.Login == nil {
		cfg.Login = credentials.NewStaticCredentialsProvider(s3server.Access, s3server.Secret, "")
	}
	requests, err := s3client.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return objects.New(requests, quick(opts))
}

func content(size int) []byte {
	random := rand.NewChaCha8([32]byte{1})
	data := make([]byte, size)
	_, _ = random.Read(data)
	return data
}

// fetched downloads an object to memory.
func fetched(t *testing.T, c *objects.Client, p objects.Place, r objects.Range) ([]byte, objects.Got, error) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "got"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := c.Download(context.Background(), p, r, f)
	if err != nil {
		return nil, got, err
	}
	data, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return data, got, nil
}

func upload(t *testing.T, c *objects.Client, p objects.Place, data []byte, opts objects.PutOptions) {
	t.Helper()
	if err := c.Upload(context.Background(), p, bytes.NewReader(data), int64(len(data)), opts); err != nil {
		t.Fatal(err)
	}
}
