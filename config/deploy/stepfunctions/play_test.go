package stepfunctions_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdkbatch "github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/stepfunctions"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/scheduled"
	"github.com/spindle-flow/spindle/tests/motoserver"
)

// part is a file of an archive.
func part(t *testing.T, a *txtar.Archive, name string) *txtar.File {
	t.Helper()
	for i := range a.Files {
		if a.Files[i].Name == name {
			return &a.Files[i]
		}
	}
	t.Fatalf("there is no %s", name)
	return nil
}

// The golden machines, interpreted: which tasks they ask for, when the tasks have told what the case says.
func TestMachinesPlayed(t *testing.T) {
	target := open(t, motoserver.Role)
	server := moto(t)
	if err := configure(server, `{"stepfunctions":{"execute_state_machine":true}}`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = configure(server, `{"stepfunctions":{"execute_state_machine":false}}`) })
	err := target.Jobs.Register(t.Context(), &sdkbatch.RegisterJobDefinitionInput{
		JobDefinitionName: aws.String("spindle_1234"), Type: types.JobDefinitionTypeContainer,
		ContainerProperties: &types.ContainerProperties{Image: aws.String("none"), Command: []string{"true"}, ResourceRequirements: []types.ResourceRequirement{
			{Type: "VCPU", Value: aws.String("1")}, {Type: "MEMORY", Value: aws.String("100")},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("testdata/machines/*.txtar")
	runs := map[string]string{}
	for _, file := range files { // all of them side by side: they wait most of the time
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		runs[file] = begin(t, target, strings.TrimSuffix(filepath.Base(file), ".txtar"), a)
	}
	outcomes := map[string]deploy.Run{}
	for _, file := range files { // moto fails now and then to describe jobs while others begin
		outcomes[file] = ended(t, target, strings.TrimSuffix(filepath.Base(file), ".txtar"))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			if run := outcomes[file]; run.State != deploy.Succeeded {
				t.Fatalf("the execution is %s: %s\n%s", run.State, run.Failure, server.Log())
			}
			got := strings.Join(tasks(t, runs[file]), "\n") + "\n"
			a, _ := txtar.ParseFile(file)
			if want := part(t, a, "tasks"); flag.Lookup("update").Value.String() == "true" {
				want.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("the tasks (rewrite with -update):\n%s", diff)
			}
		})
	}
}

// begin starts a case's machine, with all that its tasks are going to tell.
func begin(t *testing.T, target *stepfunctions.Target, name string, a *txtar.Archive) (execution string) {
	t.Helper()
	_, err := target.States.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String(name), RoleArn: aws.String(motoserver.Role), Definition: aws.String(string(part(t, a, "machine.json").Data)),
	})
	if err != nil {
		t.Fatal(err)
	}
	execution = "case-" + name
	target.NewName = func() string { return execution }
	for _, f := range a.Files {
		if told, ok := strings.CutPrefix(f.Name, "told/"); ok {
			place := objects.Place{Bucket: "bucket", Key: "root/F/_spindle/runs/sfn-" + execution + "/" + told}
			if err := target.Store.Put(t.Context(), place, f.Data, objects.PutOptions{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := target.Trigger(t.Context(), name, nil); err != nil {
		t.Fatal(err)
	}
	return execution
}

// ended waits for the one run of a machine.
func ended(t *testing.T, target *stepfunctions.Target, name string) deploy.Run {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		runs, err := target.Runs(ctx, name, nil, 10)
		if err != nil || len(runs) != 1 {
			t.Fatalf("%+v, %v", runs, err)
		}
		if runs[0].State != deploy.Running {
			return runs[0]
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s does not end", name)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// tasks are those that an execution has asked for, as the variables of its jobs tell them.
func tasks(t *testing.T, execution string) []string {
	t.Helper()
	client, err := batch.Open(t.Context(), batch.Connection{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	in := &sdkbatch.ListJobsInput{JobQueue: aws.String(motoserver.Queue), JobStatus: types.JobStatusSucceeded}
	for {
		listed, err := client.ListJobs(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range listed.JobSummaryList {
			ids = append(ids, aws.ToString(j.JobId))
		}
		if in.NextToken = listed.NextToken; aws.ToString(in.NextToken) == "" {
			break
		}
	}
	var out []string
	for some := range slices.Chunk(ids, 100) {
		described, err := client.DescribeJobs(t.Context(), &sdkbatch.DescribeJobsInput{Jobs: some})
		if err != nil {
			t.Fatalf("%v\n%s", err, moto(t).Log())
		}
		for _, j := range described.Jobs {
			env := map[string]string{}
			for _, v := range j.Container.Environment {
				env[aws.ToString(v.Name)] = aws.ToString(v.Value)
			}
			if env[scheduled.EnvExecution] != execution {
				continue
			}
			line := env[scheduled.EnvStep]
			for _, name := range []string{scheduled.EnvPath, scheduled.EnvLoop, scheduled.EnvFrom, scheduled.EnvParameters} {
				if value, ok := env[name]; ok {
					line += fmt.Sprintf(" %s=%s", strings.ToLower(strings.TrimPrefix(name, "SPINDLE_")), value)
				}
			}
			if !strings.HasPrefix(env[scheduled.EnvDeployment], "s3://bucket/root/F/_spindle/deployments/") {
				line += " WITHOUT DEPLOYMENT"
			}
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}
