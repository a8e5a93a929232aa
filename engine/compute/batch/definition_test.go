package batch_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/tests/batchserver"
	"github.com/spindle-flow/spindle/tests/lint/peer"
)

// asked is what a step's decorators say, and where it goes.
type asked struct {
	Batch     json.RawMessage `json:"batch"`
	Resources json.RawMessage `json:"resources"`
	Platform  string          `json:"platform"`
	Nodes     int             `json:"nodes"`
}

// words are steps whose jobs are to be the same as the peer's.
var words = map[string]asked{
	"plain":             {},
	"privileged":        {Batch: json.RawMessage(`{"privileged": true}`)},
	"resources":         {Batch: json.RawMessage(`{"cpu": 2, "memory": 1000}`), Resources: json.RawMessage(`{"cpu": 1.5, "memory": 8000, "gpu": 1, "shared_memory": 64}`)},
	"fraction":          {Batch: json.RawMessage(`{"cpu": "0.25", "memory": "512.0", "execution_role": "arn:aws:iam::1:role/x"}`), Platform: "FARGATE"},
	"shared memory":     {Batch: json.RawMessage(`{"shared_memory": 512}`)},
	"swap":              {Batch: json.RawMessage(`{"max_swap": 0, "swappiness": 0}`)},
	"more swap":         {Batch: json.RawMessage(`{"max_swap": 4096, "swappiness": 60}`), Platform: "SPOT"},
	"devices":           {Batch: json.RawMessage(`{"inferentia": 2}`)},
	"trainium":          {Batch: json.RawMessage(`{"trainium": 1}`)},
	"efa":               {Batch: json.RawMessage(`{"efa": 1}`)},
	"efa of nodes":      {Batch: json.RawMessage(`{"efa": 2, "inferentia": 1}`), Nodes: 3},
	"tmpfs":             {Batch: json.RawMessage(`{"use_tmpfs": true, "memory": 3000}`)},
	"tmpfs size":        {Batch: json.RawMessage(`{"tmpfs_size": 100, "tmpfs_path": "/fast"}`)},
	"host volumes":      {Batch: json.RawMessage(`{"host_volumes": ["/data", "/var/lib.d:/lib2"]}`)},
	"host volume":       {Batch: json.RawMessage(`{"host_volumes": "/data:/in"}`)},
	"EFS":               {Batch: json.RawMessage(`{"efs_volumes": ["fs-1", "fs-2:/models"]}`)},
	"EFS on Fargate":    {Batch: json.RawMessage(`{"efs_volumes": "fs-1", "execution_role": "arn:aws:iam::1:role/x"}`), Platform: "FARGATE"},
	"logs":              {Batch: json.RawMessage(`{"log_driver": "awslogs", "log_options": ["awslogs-group:/a:b", "awslogs-stream-prefix:x"]}`)},
	"log driver":        {Batch: json.RawMessage(`{"log_driver": "journald"}`)},
	"execution role":    {Batch: json.RawMessage(`{"execution_role": "arn:aws:iam::1:role/other"}`), Platform: "FARGATE_SPOT"},
	"ephemeral storage": {Batch: json.RawMessage(`{"ephemeral_storage": 50, "execution_role": "arn:aws:iam::1:role/x"}`), Platform: "FARGATE"},
	"tags":              {Batch: json.RawMessage(`{"aws_batch_tags": {"team": "forecasting", "cost": "a/b"}}`)},
	"own image":         {Batch: json.RawMessage(`{"image": "registry.example.com/lab/torch:2", "queue": "queue", "iam_role": "arn:aws:iam::1:role/mine"}`)},
	"image":             {Batch: json.RawMessage(`{"image": "lab/torch"}`)},
	"nodes":             {Batch: json.RawMessage(`{"cpu": 4, "shared_memory": 64}`), Nodes: 4},
	"one node":          {Nodes: 1},
}

// wordSettings are those of the tests, as METAFLOW_… variables for the peer too.
var wordSettings = batch.Settings{
	Image: "python:3.11", Registry: "mirror.example.com/", Queue: "queue", JobRole: "arn:aws:iam::1:role/job", ExecutionRole: "", Tag: true,
	Tags: map[string]string{"cost": "c", "by": "default"}, RunTime: 432000 * time.Second,
}

var wordVariables = []string{
	"METAFLOW_BATCH_CONTAINER_IMAGE=python:3.11", "METAFLOW_BATCH_CONTAINER_REGISTRY=mirror.example.com/", "METAFLOW_BATCH_JOB_QUEUE=queue",
	"METAFLOW_ECS_S3_ACCESS_IAM_ROLE=arn:aws:iam::1:role/job", "METAFLOW_BATCH_EMIT_TAGS=1",
	`METAFLOW_BATCH_DEFAULT_TAGS={"cost": "c", "by": "default"}`,
}

func described(t *testing.T, name string, a asked) *worker.DescribedStep {
	t.Helper()
	d := &worker.DescribedStep{Name: "work", Parallel: a.Nodes > 0}
	attributes := map[string]any{"tmpfs_tempdir": true, "tmpfs_path": "/metaflow_temp"} // the SDK's defaults
	if a.Batch != nil {
		if err := json.Unmarshal(a.Batch, &attributes); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	text, err := json.Marshal(attributes)
	if err != nil {
		t.Fatal(err)
	}
	d.Decorators = append(d.Decorators, worker.Decorator{Name: "batch", Attributes: text})
	if a.Resources != nil {
		d.Decorators = append(d.Decorators, worker.Decorator{Name: "resources", Attributes: a.Resources})
	}
	return d
}

// request is a call of AWS Batch as it was sent.
type request struct {
	Operation string         `json:"operation"`
	Input     map[string]any `json:"input"`
}

// sent are the requests that a step's task makes of AWS Batch: the job definition's, and the job's.
func sent(t *testing.T, name string, a asked) (definition, submission map[string]any) {
	t.Helper()
	b := newBench(t, batchserver.Options{
		Platform: a.Platform, Container: func(context.Context, batchserver.Job) batchserver.End { return batchserver.End{Exit: 1} },
	}, nil)
	step, err := batch.StepOf(described(t, name, a), wordSettings)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	b.steps["work"] = step
	made := b.batch()
	var runs sync.WaitGroup
	for i := range max(a.Nodes, 1) {
		spec := task("5", i)
		if a.Nodes > 0 {
			spec.Task.Parallel = &worker.ParallelNode{NumNodes: a.Nodes, NodeIndex: i, ControlTaskID: "5"}
		}
		runs.Go(func() {
			if _, err := made.Run(t.Context(), spec, &listener{}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	runs.Wait()
	definitions, jobs := b.server.Registered(), b.server.Jobs()
	if len(definitions) != 1 || len(jobs) != 1 {
		t.Fatalf("%s: %d definitions, %d jobs", name, len(definitions), len(jobs))
	}
	return definitions[0], jobs[0].Submitted
}

//go:embed testdata/peer_jobs.py
var peerJobs string

// askPeer asks the real metaflow for the same steps, and AWS's description of Batch about our requests.
func askPeer(t *testing.T, requests []request) (jobs map[string]map[string]map[string]any, faults []string) {
	t.Helper()
	type peerCase struct {
		asked
		Batch any `json:"batch"`
	}
	cases := map[string]peerCase{}
	for name, a := range words {
		c := peerCase{a, a.Batch}
		if c.Platform == "" {
			c.Platform = "EC2"
		}
		if a.Batch == nil {
			c.Batch = map[string]any{}
		}
		cases[name] = c
	}
	in, err := json.Marshal(map[string]any{"cases": cases, "requests": requests})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), peer.Python(t), "-c", peerJobs)
	cmd.Env = append(append(os.Environ(), wordVariables...), "METAFLOW_USER=tester", "METAFLOW_HOME="+t.TempDir(), "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("the peer: %v\n%s", err, exit.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Cases  map[string]map[string]map[string]any `json:"cases"`
		Faults []string                             `json:"faults"`
	}
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return said.Cases, said.Faults
}

// What is sent to Batch for a step is, word for word, what the real metaflow sends, but for the command, its environment, and names; and AWS's own
// description of the service has nothing against it.
func TestDefinition(t *testing.T) {
	t.Parallel()
	ours := map[string][2]map[string]any{}
	var requests []request
	for name, a := range words {
		d, s := sent(t, name, a)
		ours[name] = [2]map[string]any{d, s}
		requests = append(requests, request{"RegisterJobDefinition", d}, request{"SubmitJob", s})
	}
	theirs, faults := askPeer(t, requests)
	for _, fault := range faults {
		t.Error(fault)
	}
	for name := range words {
		if diff := cmp.Diff(plain(theirs[name]["definition"]), plain(ours[name][0])); diff != "" {
			t.Errorf("%s: the job definition (-metaflow +spindle):\n%s", name, diff)
		}
		if diff := cmp.Diff(plain(theirs[name]["submission"]), plain(ours[name][1])); diff != "" {
			t.Errorf("%s: the job (-metaflow +spindle):\n%s", name, diff)
		}
	}
}

// plain is a request without what may differ: names, commands with their environment, versions, and whether what is empty is said.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, one := range v {
			switch key {
			case "jobDefinitionName", "jobDefinition", "jobName", "command", "environment", "metaflow.version":
			case "type":
				out[key] = strings.ToLower(one.(string)) // the kinds of resources have two spellings
			default:
				if p := plain(one); p != nil {
					out[key] = p
				}
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = plain(one)
		}
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(asJSON(a), asJSON(b)) }) // no order means anything
		return out
	}
	return v
}

// What cannot be is said before anything is sent.
func TestDefinitionRefused(t *testing.T) {
	t.Parallel()
	fargate := batch.Platform("FARGATE")
	for name, c := range map[string]struct {
		attributes string
		platform   batch.Platform
		nodes      int
		want       string
	}{
		"nodes on Fargate":       {`{"execution_role": "r"}`, fargate, 2, "has no jobs of several nodes"},
		"Fargate without a role": {`{}`, fargate, 0, "needs a role to start containers with"},
		"tmpfs on Fargate":       {`{"execution_role": "r", "use_tmpfs": true}`, fargate, 0, "has no tmpfs"},
		"tmpfs size on Fargate":  {`{"execution_role": "r", "tmpfs_size": 10}`, fargate, 0, "has no tmpfs"},
		"GPU on Fargate":         {`{"execution_role": "r", "gpu": 1}`, fargate, 0, "has no GPUs"},
		"devices on Fargate":     {`{"execution_role": "r", "inferentia": 1}`, fargate, 0, "no other devices"},
		"EFA on Fargate":         {`{"execution_role": "r", "efa": 1}`, fargate, 0, "no other devices"},
		"privileged on Fargate":  {`{"execution_role": "r", "privileged": true}`, fargate, 0, "has no privileged containers"},
		"host volume on Fargate": {`{"execution_role": "r", "host_volumes": "/x"}`, fargate, 0, "has no host to mount folders of"},
		"ephemeral on EC2":       {`{"ephemeral_storage": 30}`, "EC2", 0, "ephemeral_storage is only for Fargate"},
		"log options alone":      {`{"log_options": ["a:b"]}`, "EC2", 0, "log_options say nothing without a log_driver"},
		"no executable":          {`{"executable": "py; rm -r /"}`, "EC2", 0, `its executable "py; rm -r /" is not the name or path of a Python`},
		"log driver of no kind":  {`{"log_driver": "paper"}`, "EC2", 0, `log_driver "paper" is none that Batch has: awsfirelens, awslogs`},
	} {
		step, err := batch.StepOf(described(t, name, asked{Batch: json.RawMessage(c.attributes)}), wordSettings)
		if err == nil {
			_, err = step.Definition(c.platform, c.nodes)
		}
		var setup *batch.SetupError
		if !errors.As(err, &setup) || !strings.Contains(setup.Problem, c.want) || setup.Hint == "" {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
