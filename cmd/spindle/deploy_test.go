package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/conformance/filetarget"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/tests/s3server"
)

// targetVariable names a folder that stands in for the scheduler step-functions.
const targetVariable = "SPINDLE_TEST_TARGET"

// TestDeploy runs the scripts about deployments: against an S3 server, and a folder in the place of a scheduler. Each script has a bucket of its own.
func TestDeploy(t *testing.T) {
	t.Parallel()
	interpreter, err := python()
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := filepath.Glob("testdata/deploy/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts found: %v", err)
	}
	server := s3server.Start(t)
	cache := t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/deploy",
		Setup: func(env *testscript.Env) error {
			bucket := "bucket-" + strings.TrimPrefix(strings.ReplaceAll(filepath.Base(env.WorkDir), "_", "-"), "script-")
			if _, err := server.Client().CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
				return err
			}
			for name, value := range map[string]string{
				"METAFLOW_USER": "ann", "SPINDLE_PYTHON": interpreter, "XDG_CACHE_HOME": cache, "PYTHONDONTWRITEBYTECODE": "1", "TERM": "dumb",
				targetVariable: filepath.Join(env.WorkDir, "target"), "BUCKET": bucket, "METAFLOW_S3_ENDPOINT_URL": server.Endpoint,
				"AWS_ACCESS_KEY_ID": s3server.Access, "AWS_SECRET_ACCESS_KEY": s3server.Secret, "AWS_REGION": s3server.Region,
				"METAFLOW_DATASTORE_SYSROOT_S3": "s3://" + bucket + "/root", "METAFLOW_BATCH_JOB_QUEUE": "queue",
				"METAFLOW_ECS_S3_ACCESS_IAM_ROLE": "arn:aws:iam::123456789012:role/jobs", "HOME": env.WorkDir, "GIT_CONFIG_GLOBAL": os.DevNull,
				"GIT_AUTHOR_NAME": "ann", "GIT_AUTHOR_EMAIL": "ann@example.org", "GIT_COMMITTER_NAME": "ann", "GIT_COMMITTER_EMAIL": "ann@example.org",
				"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
			} {
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":  exits,
			"lock":   func(ts *testscript.TestScript, _ bool, args []string) { lock(ts, server, args[0]) },
			"theirs": theirs,
		},
	})
}

// lock takes the lock of an environment for somebody else, who never gives it back: lock prod.
func lock(ts *testscript.TestScript, server *s3server.Server, environment string) {
	requests, err := s3client.Open(context.Background(), s3client.Config{
		Endpoint: server.Endpoint, Region: s3server.Region, Login: credentials.NewStaticCredentialsProvider(s3server.Access, s3server.Secret, ""),
	})
	ts.Check(err)
	root := objects.Place{Bucket: ts.Getenv("BUCKET"), Key: "root"}
	book := &deploy.Book{Store: objects.New(requests, objects.Options{}), Root: root, Project: "demand", Environment: environment}
	who := deploy.Holder{Owner: "bob", Host: "ci-7", Doing: "apply", Nonce: "bob's"}
	_, _, err = book.Lock(context.Background(), who, deploy.Clock{Now: time.Now, After: func(time.Duration) <-chan time.Time { return nil }})
	ts.Check(err)
}

// theirs has somebody else deploy something under the name of a variant: theirs demand prod us.
func theirs(ts *testscript.TestScript, _ bool, args []string) {
	target := &filetarget.Target{Dir: ts.Getenv(targetVariable), Now: time.Now}
	d := &deploy.Deployment{Name: target.Name(args[0], args[1], args[2]), User: "bob", Token: "his", Description: &worker.Description{Name: "Other"}}
	docs, err := target.Render(d)
	ts.Check(err)
	ts.Check(target.Put(context.Background(), d, docs))
}
