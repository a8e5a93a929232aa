package stepfunctions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/conformance"
	"github.com/spindle-flow/spindle/config/deploy/stepfunctions"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/tests/motoserver"
)

// modelsProgram holds documents against botocore's models of the services: every member known, of its type, and none missing.
const modelsProgram = `
import json, sys
import botocore.session
from botocore.validate import ParamValidator

session, wrong, seen = botocore.session.get_session(), [], set()

def check(service, operation, params, what):
    seen.add(operation)
    shape = session.get_service_model(service).operation_model(operation).input_shape
    report = ParamValidator().validate(params, shape)
    if report.has_errors():
        wrong.append(f"{what}: {report.generate_report()}")

def small(v):
    """The spelling of an API: a state has capitals, and paths instead of some values."""
    if isinstance(v, dict):
        return {k.removesuffix(".$")[0].lower() + k.removesuffix(".$")[1:]: small(x) for k, x in v.items()}
    return [small(x) for x in v] if isinstance(v, list) else v

def states(machine):
    for name, state in machine["States"].items():
        yield name, state
        for inner in state.get("Branches", []) + [state[k] for k in ("ItemProcessor",) if k in state]:
            yield from states(inner)

def judge(docs):
    bodies = {d["kind"]: d["body"] for d in docs}
    for d in docs:
        if d["kind"] == "job-definition":
            check("batch", "RegisterJobDefinition", d["body"], d["name"])
    machine = bodies["state-machine"]
    check("stepfunctions", "CreateStateMachine", {**bodies["state-machine-settings"], "definition": json.dumps(machine)}, "machine")
    for name, state in states(machine):
        resource = state.get("Resource", "")
        if resource.endswith("batch:submitJob.sync"):
            params = small(state["Parameters"])
            params["tags"] = state["Parameters"].get("Tags", {})
            check("batch", "SubmitJob", params, name)
        elif resource.endswith("s3:getObject"):
            check("s3", "GetObject", {k.removesuffix(".$"): v for k, v in state["Parameters"].items()}, name)
    if "rule" in bodies:
        check("events", "PutRule", bodies["rule"], "rule")
        check("events", "PutTargets", bodies["rule-targets"], "rule-targets")

for docs in json.load(sys.stdin):
    judge(docs)
print(json.dumps({"wrong": wrong, "seen": sorted(seen)}))
`

// holdAgainstModels fails the test for each member of a document that its service would not take.
func holdAgainstModels(t *testing.T, all [][]deploy.Document) (seen []string) {
	t.Helper()
	peer := os.Getenv("SPINDLE_PEER")
	if peer == "" {
		t.Skip("SPINDLE_PEER names no Python with botocore: make test sets it")
	}
	input, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), peer, "-c", modelsProgram)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var result struct{ Wrong, Seen []string }
	if err := json.Unmarshal(out, &result); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, w := range result.Wrong {
		t.Error(w)
	}
	return result.Seen
}

// machineOf is the definition among documents, in a file that asl-validator takes.
func machineOf(t *testing.T, docs []deploy.Document) (file string, body json.RawMessage) {
	t.Helper()
	for _, d := range docs {
		if d.Kind == stepfunctions.MachineDocument {
			file = filepath.Join(t.TempDir(), "machine.json")
			if err := os.WriteFile(file, d.Body, 0o644); err != nil {
				t.Fatal(err)
			}
			return file, d.Body
		}
	}
	t.Fatal("there is no state machine")
	return "", nil
}

// All that is rendered is what the services take.
func TestRenderedIsValid(t *testing.T) {
	var all [][]deploy.Document
	var files []string
	for _, change := range []func(d *deploy.Deployment, o *stepfunctions.Options){
		func(*deploy.Deployment, *stepfunctions.Options) {},
		func(d *deploy.Deployment, _ *stepfunctions.Options) { d.Schedule = "0 6 * * 1-5" },
		func(_ *deploy.Deployment, o *stepfunctions.Options) { o.Log = true },
		func(_ *deploy.Deployment, o *stepfunctions.Options) { o.Distributed = true },
		func(d *deploy.Deployment, o *stepfunctions.Options) {
			d.Batch.Tag, d.Batch.Tags, o.BatchTags = true, map[string]string{"team": "ml"}, map[string]string{"cost": "7"}
		},
		func(d *deploy.Deployment, _ *stepfunctions.Options) { d.Limit = 90 * time.Minute },
		func(d *deploy.Deployment, o *stepfunctions.Options) {
			o.Platform, d.Batch.ExecutionRole = "FARGATE", motoserver.Role
		},
	} {
		target := &stepfunctions.Target{}
		d := conformance.Deployment(t, target, "us")
		o := stepfunctions.Options{Role: motoserver.Role, EventsRole: motoserver.Role, LogGroup: logGroup}
		change(d, &o)
		var err error
		if d.Target, err = o.Map(); err != nil {
			t.Fatal(err)
		}
		docs, err := target.Render(d)
		if err != nil {
			t.Fatal(err)
		}
		file, _ := machineOf(t, docs)
		all, files = append(all, docs), append(files, file)
	}
	want := "CreateStateMachine GetObject PutRule PutTargets RegisterJobDefinition SubmitJob"
	if seen := strings.Join(holdAgainstModels(t, all), " "); seen != want {
		t.Errorf("held against the models: %s, want %s", seen, want)
	}
	stepfunctions.Judge(t, files...)
}

// What cannot be rendered, and what is missing for it.
func TestRenderRefuses(t *testing.T) {
	for want, change := range map[string]func(d *deploy.Deployment, o *stepfunctions.Options){
		"there is no role for state machines":          func(_ *deploy.Deployment, o *stepfunctions.Options) { o.Role = "" },
		"is not the ARN of a role":                     func(_ *deploy.Deployment, o *stepfunctions.Options) { o.Role = "tests" },
		"no role with which a schedule starts":         func(d *deploy.Deployment, o *stepfunctions.Options) { d.Schedule, o.EventsRole = "daily", "" },
		"there is no log group":                        func(_ *deploy.Deployment, o *stepfunctions.Options) { o.Log, o.LogGroup = true, "" },
		"time zone Europe/Paris":                       func(d *deploy.Deployment, _ *stepfunctions.Options) { d.Schedule, d.Timezone = "daily", "Europe/Paris" },
		"days of the month and days of the week":       func(d *deploy.Deployment, _ *stepfunctions.Options) { d.Schedule = "0 0 1 * 1" },
		"no job queue is named":                        func(d *deploy.Deployment, _ *stepfunctions.Options) { d.Batch.Queue = "" },
		"needs a role to start containers":             func(_ *deploy.Deployment, o *stepfunctions.Options) { o.Platform = "FARGATE" },
		"there is no role for the job":                 func(d *deploy.Deployment, _ *stepfunctions.Options) { d.Batch.JobRole = "" },
		"Batch takes no less than 60 seconds":          func(d *deploy.Deployment, _ *stepfunctions.Options) { d.Batch.RunTime = time.Second },
		`options of demand.prod.us for Step Functions`: func(d *deploy.Deployment, o *stepfunctions.Options) { o.Authorize = "\x00broken" },
	} {
		target := &stepfunctions.Target{}
		d := conformance.Deployment(t, target, "us")
		o := stepfunctions.Options{Role: motoserver.Role, EventsRole: motoserver.Role, LogGroup: logGroup}
		change(d, &o)
		d.Target, _ = o.Map()
		if o.Authorize != "" {
			d.Target["role"] = json.RawMessage("7")
		}
		if _, err := target.Render(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A flow of 60 steps, with a foreach of two steps in every five.
func TestLargeFlow(t *testing.T) {
	const blocks, limit = 12, 120_000
	var source strings.Builder
	source.WriteString("from metaflow import FlowSpec, step\n\n\nclass Demand(FlowSpec):\n")
	var names []string
	add := func(name, args, next string) {
		names = append(names, name)
		fmt.Fprintf(&source, "    @step\n    def %s(%s):\n        %s\n\n", name, args, next)
	}
	for i := range blocks {
		first, last, after := fmt.Sprintf("prepare_%02d", i), fmt.Sprintf("report_%02d", i), fmt.Sprintf("self.next(self.prepare_%02d)", i+1)
		if i == 0 {
			first = "start"
		}
		if i == blocks-1 {
			last, after = "end", "pass"
		}
		add(first, "self", fmt.Sprintf("self.next(self.train_%02d, foreach='regions')", i))
		add(fmt.Sprintf("train_%02d", i), "self", fmt.Sprintf("self.next(self.judge_%02d)", i))
		add(fmt.Sprintf("judge_%02d", i), "self", fmt.Sprintf("self.next(self.gather_%02d)", i))
		add(fmt.Sprintf("gather_%02d", i), "self, inputs", "self.next(self."+last+")")
		add(last, "self", after)
	}
	read, err := python.Read(t.Context(), python.Options{File: "/flow.py", ReadFile: func(string) ([]byte, error) { return []byte(source.String()), nil }})
	if err != nil || read.Flow == nil {
		t.Fatalf("%v %+v", err, read)
	}
	target := &stepfunctions.Target{}
	d := conformance.Deployment(t, target, "us")
	retry := worker.Decorator{Name: "retry", Attributes: json.RawMessage(`{"times": 3, "minutes_between_retries": 2}`)}
	batch := d.Description.Steps[0].Decorators[0]
	d.Graph, d.Description.Steps = graph.New(read.Flow), nil
	for _, name := range names {
		d.Description.Steps = append(d.Description.Steps, worker.DescribedStep{
			Name: name, Decorators: []worker.Decorator{batch, retry}, Retries: worker.Retries{User: 3}, NodeInfo: json.RawMessage("{}"),
		})
	}
	adapt(d)
	docs, err := target.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	file, body := machineOf(t, docs)
	var sent bytes.Buffer
	if err := json.Compact(&sent, body); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d steps: %d bytes as sent, %d indented, %d documents", len(names), sent.Len(), len(body), len(docs))
	if sent.Len() > limit {
		t.Errorf("the machine has %d bytes, and was to have at most %d", sent.Len(), limit)
	}
	stepfunctions.Judge(t, file)
}
