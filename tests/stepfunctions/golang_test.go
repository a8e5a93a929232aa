package stepfunctions

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/tests/surroundings"
)

// goProject puts a module with the flow of the command line's scripts into the place, and a project with variants of it. It is built without a network: the SDK
// is this module's.
func (p *place) goProject() {
	p.t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		p.t.Fatal(err)
	}
	p.env = append(p.env, surroundings.GoEnv()...)
	flow, err := os.ReadFile(filepath.Join(root, "cmd/spindle/testdata/goflows/train/main.go"))
	if err != nil {
		p.t.Fatal(err)
	}
	for name, text := range map[string]string{
		"go.mod":        "module example.org/work\n\ngo 1.26.0\n\nrequire github.com/spindle-flow/spindle v0.0.0\n\nreplace github.com/spindle-flow/spindle => " + root + "\n",
		"train/main.go": string(flow),
		"spindle.yaml": `project: gowork
environments:
  dev: {datastore: "s3://bucket/root", queue: queue}
defaults:
  flow: ./train
  target: step-functions
variants:
  plain: {}
  wide:
    flow: ./train:Train
    set: {cfg.rate: 4}
    parameters: {rows: 7}
    resources: {fit_model: {memory: 900}}
`,
	} {
		file := filepath.Join(p.dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(text), 0o666)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// Flows in Go are deployed by create, and as variants of a project; a change of the code or a config is a change of the plan.
func TestGo(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.goProject()
	machine, err := p.stdout(binary, "step-functions", "create", "./train", "--only-json")
	if err != nil || !json.Valid([]byte(machine)) || !strings.Contains(machine, `"Value": "fit_model"`) || strings.Contains(strings.ToLower(machine), "python") {
		t.Errorf("create --only-json: %v\n%s", err, machine)
	}
	p.must(spindle, "./train", "create")
	if names := p.aws(`sorted(json.loads(sfn.describe_state_machine(stateMachineArn=arn + "Train")["definition"])["States"])`); !strings.Contains(names, "'start.each'") || !strings.Contains(names, "'pick'") {
		t.Errorf("states %s", names)
	}
	verb := func(args ...string) string {
		t.Helper()
		out, err := p.output(binary, append([]string{"deploy"}, args...)...)
		if err != nil {
			t.Fatalf("deploy %q: %v\n%s", args, err, out)
		}
		return out
	}
	verb("apply", "--env", "dev", "--yes")
	document := p.aws(`json.dumps([json.loads(read(d)) for d in ["s3://bucket/" + o["Key"] for o in s3.list_objects_v2(Bucket="bucket", Prefix="root/Train/_spindle/deployments/")["Contents"]]])`)
	for _, want := range []string{`"go_version": "1.`, `"assigns": ["grid"]`, `\"rate\": 4`, `"default": ["7"]`} {
		if !strings.Contains(document, want) {
			t.Errorf("no %s in the documents:\n%s", want, document)
		}
	}
	if out := verb("plan", "--env", "dev"); !strings.Contains(out, "Plan: 2 unchanged") {
		t.Errorf("a second plan:\n%s", out)
	}
	file := filepath.Join(p.dir, "train/main.go")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), "best is", "the best is", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, _ := p.output(binary, "deploy", "plan", "--env", "dev"); !strings.Contains(out, "main.go") {
		t.Errorf("a plan after a change of the code:\n%s", out)
	}
}
