package preparing

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/compute/remote/helper"
	"github.com/spindle-flow/spindle/engine/worker"
)

const flowFile = `from metaflow import Config, FlowSpec, config_expr, resources, retry, step

class Demand(FlowSpec):
    cfg = Config("cfg", default_value={"memory": 1000})

    @retry(times=2)
    @resources(memory=config_expr("cfg.memory"))
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass

if __name__ == "__main__":
    Demand()
`

// surroundings are a folder with a flow, and variables that say where it goes.
func surroundings(t *testing.T, env map[string]string) *workspace.Workspace {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "flow.py"), []byte(flowFile), 0o666); err != nil {
		t.Fatal(err)
	}
	top := options.NewTop()
	top.Python = python
	all := map[string]string{
		"METAFLOW_USER": "tester", "METAFLOW_DEFAULT_DATASTORE": "s3", "METAFLOW_DATASTORE_SYSROOT_S3": "s3://bucket/root", "METAFLOW_BATCH_JOB_QUEUE": "queue",
		"METAFLOW_ECS_S3_ACCESS_IAM_ROLE": "arn:aws:iam::1:role/jobs", "METAFLOW_HOME": dir, "AWS_DEFAULT_REGION": "eu-west-1",
	}
	for name, value := range env {
		all[name] = value
	}
	return &workspace.Workspace{
		Dir: dir, Home: dir, Environ: os.Environ(), Now: time.Now, Top: top, Executable: "spindle",
		LookupEnv: func(name string) (string, bool) { v, ok := all[name]; return v, ok },
	}
}

func preparer() *Preparer {
	b := New()
	b.helpers = func() ([]helper.Binary, error) {
		return []helper.Binary{{Arch: "amd64", Packed: []byte("helper"), SHA256: "abc"}}, nil
	}
	return b
}

func TestPrepare(t *testing.T) {
	t.Parallel()
	ws := surroundings(t, map[string]string{"METAFLOW_SERVICE_URL": "http://outside", "METAFLOW_SERVICE_INTERNAL_URL": "http://inside"})
	b := preparer()
	r := Request{
		Spec: filepath.Join(ws.Dir, "flow.py"), Configs: workspace.ConfigFlags{Sets: []string{"cfg.memory=3000"}}, Out: io.Discard, Err: io.Discard,
	}
	p, err := b.Prepare(t.Context(), ws, r)
	if err != nil {
		t.Fatal(err)
	}
	if p.Description.Name != "Demand" || p.SourceFile != "flow.py" || p.User != "tester" || *p.Namespace != "user:tester" || p.Region != "eu-west-1" || p.Root != "s3://bucket/root" {
		t.Errorf("prepared %+v", p.Deployment)
	}
	memory := ""
	for _, s := range p.Description.Steps {
		if !slices.ContainsFunc(s.Decorators, func(d worker.Decorator) bool { return d.Name == "batch" }) {
			t.Errorf("step %s is not for Batch: %+v", s.Name, s.Decorators)
		}
		for _, d := range s.Decorators {
			if s.Name == "start" && d.Name == "resources" {
				memory = string(d.Attributes)
			}
		}
	}
	if !strings.Contains(memory, "3000") || p.Request.Options[worker.ConfigsOption] == nil {
		t.Errorf("memory %s, options %v", memory, p.Request.Options)
	}
	if !strings.HasPrefix(p.Code.Place, "s3://bucket/root/Demand/data/") || !strings.Contains(p.CodeRecord, p.Code.Place) {
		t.Errorf("code %+v, recorded as %s", p.Code, p.CodeRecord)
	}
	if h := p.Helpers["amd64"]; h.SHA256 != "abc" || !strings.HasPrefix(h.Place, "s3://bucket/root/") {
		t.Errorf("helpers %v", p.Helpers)
	}
	if p.Environment["METAFLOW_SERVICE_URL"] != "http://inside" || p.Container["AWS_DEFAULT_REGION"] != "eu-west-1" || p.Batch.Queue != "queue" {
		t.Errorf("environment %v, container %v, batch %v", p.Environment, p.Container, p.Batch)
	}
	again, err := b.Prepare(t.Context(), ws, r)
	if err != nil || again.Code != p.Code {
		t.Errorf("the same flow made another package: %v, %+v", err, again)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		env           map[string]string
		request       Request
		message, hint string
	}{
		{map[string]string{"METAFLOW_DEFAULT_DATASTORE": "local"}, Request{}, "a deployment requires --datastore=s3", "--datastore s3"},
		{map[string]string{"METAFLOW_DATASTORE_SYSROOT_S3": ""}, Request{}, "nothing says where in S3", "METAFLOW_DATASTORE_SYSROOT_S3"},
		{map[string]string{"METAFLOW_BATCH_JOB_QUEUE": ""}, Request{}, "queue", "METAFLOW_BATCH_JOB_QUEUE"},
		{nil, Request{Configs: workspace.ConfigFlags{Sets: []string{"cgf.memory=1"}}}, "cgf", ""},
	}
	for _, tt := range tests {
		ws := surroundings(t, tt.env)
		tt.request.Spec, tt.request.Out, tt.request.Err = filepath.Join(ws.Dir, "flow.py"), io.Discard, io.Discard
		_, err := preparer().Prepare(t.Context(), ws, tt.request)
		if err == nil || !strings.Contains(err.Error(), tt.message) || !strings.Contains(fault.Hint(err), tt.hint) {
			t.Errorf("%v: error %v, hint %q", tt.env, err, fault.Hint(err))
		}
	}
}

const parametersFile = `from metaflow import FlowSpec, IncludeFile, Parameter, step

class Demand(FlowSpec):
    words = IncludeFile("words", default="words.txt")
    where = Parameter("where", default=lambda context: "s3://" + context.user_name)
    sizes = Parameter("sizes", type=int, multiple=True, default=[1])
    plain = Parameter("plain", default="as the source says")

    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass
`

// What depends on the machine that deploys is settled there, without a network; files are sent later.
func TestParameters(t *testing.T) {
	t.Parallel()
	ws := surroundings(t, nil)
	flow, words := filepath.Join(ws.Dir, "flow.py"), filepath.Join(ws.Dir, "words.txt")
	for file, text := range map[string]string{flow: strings.ReplaceAll(parametersFile, "words.txt", words), words: "one two"} {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	r := Request{Spec: flow, Parameters: map[string]json.RawMessage{"sizes": json.RawMessage("[2, 3]")}, Out: io.Discard, Err: io.Discard}
	p, err := preparer().Prepare(t.Context(), ws, r)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.included) != 1 || p.included[0].file != words {
		t.Fatalf("files to send: %+v", p.included)
	}
	place := p.included[0].place.String()
	if !strings.HasPrefix(place, "s3://bucket/root/data/Demand/") || len(p.Parameters["words"]) != 1 || !strings.Contains(p.Parameters["words"][0], place) {
		t.Errorf("place %q, parameters %v", place, p.Parameters)
	}
	delete(p.Parameters, "words")
	if want := map[string][]string{"where": {"s3://tester"}, "sizes": {"2", "3"}}; !reflect.DeepEqual(p.Parameters, want) {
		t.Errorf("parameters %v, want %v", p.Parameters, want)
	}
	r.Parameters = map[string]json.RawMessage{"size": json.RawMessage("1")}
	if _, err := preparer().Prepare(t.Context(), ws, r); err == nil || !strings.Contains(err.Error(), `no parameter "size"`) {
		t.Errorf("a parameter that is not there: %v", err)
	}
}
