package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/cache"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/compute/remote/helper"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
	"github.com/spindle-flow/spindle/engine/worker"
	sdk "github.com/spindle-flow/spindle/python"
	"github.com/spindle-flow/spindle/tests/s3server"
)

// cloud is what all containers share.
type cloud struct {
	client *objects.Client
	store  *artifact.Store
	boot   remote.Bootstrap
	code   remote.Blob
	python string
	dir    string
}

// starts measures containers.
func starts(ctx context.Context, o options, dir string) error {
	binary, err := s3server.Versitygw.Binary(ctx)
	if err != nil {
		return err
	}
	server, stop, err := s3server.Versitygw.Launch(binary, filepath.Join(dir, "server"))
	if err != nil {
		return err
	}
	defer stop()
	c, err := newCloud(ctx, server, dir)
	if err != nil {
		return err
	}
	c.python = o.python
	names := []string{"Python of the bootstrap is up", "it has the helper", "the helper begins", "the step's process is started", "first line of user code", "the step has ended", "its values are stored", "the container has ended"}
	took := make([][]time.Duration, len(names))
	for i := range o.runs {
		times, began, err := c.start(ctx, i)
		if err != nil {
			return err
		}
		for j, at := range times {
			took[j] = append(took[j], at.Sub(began))
		}
	}
	for i, name := range names {
		row("container: "+name, took[i])
	}
	return nil
}

func newCloud(ctx context.Context, server *s3server.Server, dir string) (*cloud, error) {
	requests, err := s3client.Open(ctx, s3client.Config{
		Endpoint: server.Endpoint, Region: s3server.Region, Login: credentials.NewStaticCredentialsProvider(s3server.Access, s3server.Secret, ""),
	})
	if err != nil {
		return nil, err
	}
	bucket := "bucket"
	if _, err := server.Client().CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		return nil, err
	}
	c := &cloud{client: objects.New(requests, objects.Options{}), dir: dir}
	root := objects.Place{Bucket: bucket, Key: "root"}
	c.store = artifact.OpenRemote(artifact.Remote{Client: c.client, Root: root, Cache: cache.Open(filepath.Join(dir, "cache"), 1<<20, time.Now), Folder: dir}, artifact.Options{})
	binaries, err := helper.All()
	if err != nil {
		return nil, err
	}
	c.boot = remote.Bootstrap{Endpoint: server.Endpoint, Region: s3server.Region}
	if c.boot.Helpers, err = helper.Upload(ctx, c.client, root, binaries); err != nil {
		return nil, err
	}
	return c, c.send(ctx)
}

// send sends the flow.
func (c *cloud) send(ctx context.Context) error {
	flow := filepath.Join(c.dir, "tiny", "flow.py")
	if err := os.Mkdir(filepath.Dir(flow), 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(flow, []byte(tiny), 0o666); err != nil {
		return err
	}
	sources, err := sdk.Sources()
	if err != nil {
		return err
	}
	p, err := codepackage.Build(ctx, codepackage.Options{Flow: flow, SDK: sources})
	if err != nil {
		return err
	}
	_, place, err := c.store.PutRaw(ctx, "Tiny", p.Bytes)
	c.code = remote.Blob{Place: place, SHA256: p.SHA256, Size: int64(len(p.Bytes))}
	return err
}

// start runs one container and tells when what happened.
func (c *cloud) start(ctx context.Context, number int) (times []time.Time, began time.Time, err error) {
	job := &remote.Job{Root: c.store.Root(), Package: c.code, Engine: "bench", Task: worker.Task{
		Type: "task", Protocol: worker.Protocol, Kind: "step", Source: "flow.py", With: []string{}, Options: map[string]any{}, Flow: "Tiny", RunID: "1", Step: "start",
		TaskID: fmt.Sprint(number), Inputs: []worker.Input{{Pathspec: "1/_parameters/0", Step: "_parameters", Artifacts: map[string]worker.Ref{}}}, InputCount: 1,
		Node: worker.Node{Type: "start", Next: []string{"end"}}, ForeachStack: []worker.Frame{}, IterationStack: []int{}, User: "tester", Tags: []string{}, ParameterNames: []string{},
	}}
	paths, err := job.Upload(ctx, c.client)
	if err != nil {
		return nil, began, err
	}
	boot := c.boot
	boot.Job = paths.Job().String()
	argv, err := boot.Command()
	if err != nil {
		return nil, began, err
	}
	dir, err := os.MkdirTemp(c.dir, "container-")
	if err != nil {
		return nil, began, err
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + c.python + ":/usr/bin:/bin", "AWS_ACCESS_KEY_ID=" + s3server.Access, "AWS_SECRET_ACCESS_KEY=" + s3server.Secret}
	began = time.Now()
	out, err := cmd.CombinedOutput()
	ended := time.Now()
	if err != nil {
		return nil, began, fmt.Errorf("container: %w\n%s", err, out)
	}
	o, err := remote.ReadOutcome(ctx, c.client, paths)
	if err != nil {
		return nil, began, err
	}
	var first time.Time
	_, err = remote.ReadLogs(ctx, c.client, paths, remote.Pieces{}, o.Logs, func(l remote.Line) {
		if first.IsZero() {
			first = l.At
		}
	})
	return []time.Time{o.Booted, o.Fetched, o.Begun, o.Running, first, o.Ended, o.Stored, ended}, began, err
}
