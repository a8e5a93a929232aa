// Package conformance says as tests what every [deploy.Target] has to do. A target's own tests call [Run]; so does the target of files that tests of plans and
// applies stand on.
package conformance

import (
	"context"
	"embed"
	"encoding/json"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/engine/worker"
)

//go:embed testdata
var files embed.FS

// Subject is a target under test.
type Subject struct {
	Target deploy.Target
	// Adapt makes a deployment one that the target takes, where it needs more than others; nil for nothing.
	Adapt func(d *deploy.Deployment)
	// Finish ends a run as succeeded, as it would end by itself; nil where the target cannot be brought to that.
	Finish func(t *testing.T, name, run string)
}

func (s *Subject) deployment(t *testing.T, variant string) *deploy.Deployment {
	t.Helper()
	d := Deployment(t, s.Target, variant)
	if s.Adapt != nil {
		s.Adapt(d)
	}
	return d
}

// Deployment is a variant of a flow with a parameter, a foreach, and a split in it, whose steps run on Batch.
func Deployment(t testing.TB, target deploy.Target, variant string) *deploy.Deployment {
	t.Helper()
	read, err := python.Read(context.Background(), python.Options{File: "testdata/flow.py", ReadFile: files.ReadFile})
	if err != nil {
		t.Fatal(err)
	}
	data, err := files.ReadFile("testdata/description.json")
	if err != nil {
		t.Fatal(err)
	}
	d := &worker.Description{}
	if err := json.Unmarshal(data, d); err != nil {
		t.Fatal(err)
	}
	identity := deploy.Identity{
		Project: "demand", Variant: variant, Environment: "prod", Flow: "f10", Config: "c0", Settings: "5e", Commit: "0123456789", By: "ann",
	}
	namespace := "user:ann"
	blob := func(name string) remote.Blob {
		return remote.Blob{Place: "s3://bucket/root/" + name, SHA256: "00ff", Size: 10}
	}
	return &deploy.Deployment{
		Name: target.Name(identity.Project, identity.Environment, variant), Identity: identity,
		Graph: graph.New(read.Flow), Description: d, SourceFile: "flow.py",
		Request: worker.DescribeRequest{Source: "flow.py", With: []string{"batch"}, Options: map[string]any{"user": "ann"}},
		Code:    blob("Demand/data/ab/abcd"), CodeRecord: "{}", Helpers: map[string]remote.Blob{"amd64": blob("_spindle/helper/amd64")},
		Root: "s3://bucket/root", Environment: map[string]string{"METAFLOW_USER": "ann"}, Container: map[string]string{"AWS_DEFAULT_REGION": "us-east-1"},
		Region: "us-east-1", Batch: batch.Settings{Image: "python:3.11", Queue: "queue", JobRole: "arn:aws:iam::123456789012:role/jobs", RunTime: time.Hour},
		User: "ann", Tags: []string{"team:demand"}, SystemTags: []string{"variant:" + variant}, Namespace: &namespace, Token: "token-of-" + variant,
		Parameters: map[string][]string{"alpha": {"0.25"}}, MaxWorkers: 10, Version: "0",
	}
}

// Run holds a target to what is asked of it. make gives one on which nothing is deployed; it is called for each test.
func Run(t *testing.T, fresh func(t *testing.T) *Subject) {
	for name, test := range map[string]func(*testing.T, *Subject){
		"names": names, "render": render, "nothing": nothing, "put": put, "documents go": documentsGo, "owner": owner, "remove": remove, "runs": runs,
	} {
		t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
	}
}
