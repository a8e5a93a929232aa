package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/spindle-flow/spindle/tests/s3server"
)

//go:embed transfer.py
var transferScript string

const bucket = "bench"

// bench is what all cases share: a server, its clients and a folder.
type bench struct {
	options
	dir    string
	server *s3server.Server
	stop   func()
	s5cmd  string
}

func newBench(ctx context.Context, o options) (*bench, error) {
	binary, err := s3server.Versitygw.Binary(ctx)
	if err != nil {
		return nil, err
	}
	b := &bench{options: o}
	if b.s5cmd, err = s5cmd(ctx, filepath.Dir(binary)); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("build", "s3bench-"); err != nil {
		return nil, err
	}
	if b.dir, err = filepath.Abs(b.dir); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(b.dir, "transfer.py"), []byte(transferScript), 0o666); err != nil {
		return nil, err
	}
	if b.server, b.stop, err = s3server.Versitygw.Launch(binary, filepath.Join(b.dir, "server")); err != nil {
		return nil, err
	}
	name := bucket
	_, err = b.server.Client().CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name})
	return b, err
}

func (b *bench) close() {
	b.stop()
	_ = os.RemoveAll(b.dir)
}

// s5cmdVersion is built from the module cache: its `go install` wants a list of versions that not every proxy gives.
const s5cmdVersion = "v2.3.0"

func s5cmd(ctx context.Context, dir string) (string, error) {
	target := filepath.Join(dir, "s5cmd-"+s5cmdVersion)
	if _, err := os.Stat(target); err == nil {
		return target, nil
	}
	module := "github.com/peak/s5cmd/v2@" + s5cmdVersion
	if out, err := exec.CommandContext(ctx, "go", "mod", "download", module).CombinedOutput(); err != nil {
		return "", fmt.Errorf("download s5cmd: %w\n%s", err, out)
	}
	cache, err := exec.CommandContext(ctx, "go", "env", "GOMODCACHE").Output()
	if err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, "nice", "go", "build", "-trimpath", "-o", target, ".")
	build.Dir, build.Env = filepath.Join(strings.TrimSpace(string(cache)), module), append(os.Environ(), "GOFLAGS=-mod=mod")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build s5cmd: %w\n%s", err, out)
	}
	return target, nil
}

// work is one case: files to be sent and fetched.
type work struct {
	name    string
	dir     string
	objects int
	bytes   int64
}

func (b *bench) cases() []work {
	size := b.size << 20
	return []work{
		{fmt.Sprintf("%d MB in %d objects", b.size, b.objects), filepath.Join(b.dir, "many"), b.objects, size},
		{fmt.Sprintf("one object of %d MB", b.size/2), filepath.Join(b.dir, "one"), 1, size / 2},
	}
}

// prepare writes files that cannot be compressed and differ.
func (w work) prepare() error {
	if err := os.MkdirAll(w.dir, 0o777); err != nil {
		return err
	}
	random := rand.NewChaCha8([32]byte{1})
	buf := make([]byte, 1<<20)
	for i := range w.objects {
		f, err := os.Create(filepath.Join(w.dir, strconv.Itoa(i)))
		if err != nil {
			return err
		}
		for left := w.bytes / int64(w.objects); left > 0; {
			n := min(left, int64(len(buf)))
			_, _ = random.Read(buf[:n]) // never fails
			if _, err := f.Write(buf[:n]); err != nil {
				return err
			}
			left -= n
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

func (w work) remove() error { return os.RemoveAll(w.dir) }

// measure sends and fetches a case's files once.
func (b *bench) measure(ctx context.Context, side string, w work, i int, f *figures) error {
	key := fmt.Sprintf("%s-%s-%d", filepath.Base(w.dir), side, i)
	defer os.RemoveAll(filepath.Join(b.server.Dir, bucket, key))
	down := filepath.Join(b.dir, "down")
	defer os.RemoveAll(down)
	if err := os.MkdirAll(down, 0o777); err != nil {
		return err
	}
	url := "s3://" + bucket + "/" + key
	if side == "s5cmd" {
		up, err := b.timed(ctx, b.s5cmd, "cp", w.dir+"/", url+"/")
		if err != nil {
			return err
		}
		took, err := b.timed(ctx, b.s5cmd, "cp", url+"/*", down+"/")
		f.up, f.down = append(f.up, up), append(f.down, took)
		return err
	}
	return b.python(ctx, side, w, url, down, f)
}

func (b *bench) env() []string {
	return append(append(os.Environ(), s3server.Env(b.server.Endpoint, "s3://"+bucket+"/root")...),
		"S3_ENDPOINT_URL="+b.server.Endpoint, "METAFLOW_USER=bench", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
}

func (b *bench) timed(ctx context.Context, name string, args ...string) (float64, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = b.env()
	var out bytes.Buffer
	cmd.Stderr = &out
	began := time.Now()
	err := cmd.Run()
	if err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", name, err, out.String())
	}
	return time.Since(began).Seconds(), nil
}

// python times the calls of an S3 class.
func (b *bench) python(ctx context.Context, side string, w work, url, down string, f *figures) error {
	cmd := exec.CommandContext(ctx, b.peer, filepath.Join(b.dir, "transfer.py"), url, w.dir, strconv.Itoa(w.objects), down)
	cmd.Env = b.env()
	if side == "spindle" {
		sdk, err := filepath.Abs("python/src")
		if err != nil {
			return err
		}
		cmd.Env = append(cmd.Env, "PYTHONPATH="+sdk, "SPINDLE_BIN="+b.spindle)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w\n%s", err, errs.String())
	}
	var up, took float64
	if _, err := fmt.Sscan(out.String(), &up, &took); err != nil {
		return fmt.Errorf("%w: %s", err, out.String())
	}
	f.up, f.down = append(f.up, up), append(f.down, took)
	return nil
}
