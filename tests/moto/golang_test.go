//go:build e2e

package moto

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/tests/motoserver"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

// goProject puts a module with the flow of tests/scheduled into the place, and a project with a variant of it, whose containers have no Python.
func (p *place) goProject(bucket string) {
	p.t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		p.t.Fatal(err)
	}
	p.env = append(append(p.env, surroundings.GoEnv()...), "SPINDLE_GO_ARCH="+runtime.GOARCH, "METAFLOW_BATCH_JOB_QUEUE=queue", "METAFLOW_ECS_S3_ACCESS_IAM_ROLE="+motoserver.Role)
	flow, err := os.ReadFile(filepath.Join(root, "tests/scheduled/golang/every/main.go"))
	if err != nil {
		p.t.Fatal(err)
	}
	for name, text := range map[string]string{
		"go.mod":        "module example.org/work\n\ngo 1.26.0\n\nrequire github.com/spindle-flow/spindle v0.0.0\n\nreplace github.com/spindle-flow/spindle => " + root + "\n",
		"every/main.go": string(flow), "words.txt": "a b\n",
		"spindle.yaml": `project: gowork
environments:
  test:
    datastore: s3://` + bucket + `/root
    queue: queue
    image: tests/go:1
    service: ${env:METAFLOW_SERVICE_URL}
    roles: {job: "` + motoserver.Role + `", state-machine: "` + motoserver.Role + `", events: "` + motoserver.Role + `"}
variants:
  plain: {flow: ./every, target: step-functions, parameters: {alpha: 4}}
`,
	} {
		file := filepath.Join(p.dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(text), 0o666)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// A flow in Go runs in containers that have no Python: on Batch, and as a deployment. It leaves what it leaves here; the real client reads it.
func TestGo(t *testing.T) {
	p := newProject(t, "gowork")
	p.goProject("gowork")
	p.must("deploy", "apply", "--env", "test", "--yes")
	run := p.started("plain", "--env", "test")
	id := filepath.Join(p.dir, "id")
	left := func(args ...string) string {
		t.Helper()
		p.must(append([]string{"run", "./every", "--alpha", "4", "--run-id-file", id}, args...)...)
		text, err := os.ReadFile(id)
		if err != nil {
			t.Fatal(err)
		}
		return p.leftBy("Every", strings.TrimSpace(string(text)))
	}
	here := left()
	if there := left("--with", "batch:image=tests/go:1"); there != here {
		t.Errorf("on Batch:\n%s\nhere:\n%s", there, here)
	}
	if r := p.ended("plain", run); r.State != "succeeded" {
		t.Fatalf("%+v\nmoto:\n%s", r, theCloud.moto.Log())
	}
	if there := p.leftBy("Every", run); there != here {
		t.Errorf("deployed:\n%s\nhere:\n%s", there, here)
	}
}
