package stepfunctions

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/tests/lint/peer"
	"github.com/spindle-flow/spindle/tests/motoserver"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

var binary string

func TestMain(m *testing.M) {
	code := surroundings.Main(m, &binary)
	theMoto.Stop()
	os.Exit(code)
}

// theMoto is one moto for all tests of the package; each has machines of its own.
var theMoto motoserver.One

func moto(t testing.TB) *motoserver.Server {
	t.Helper()
	if found, _ := filepath.Glob("../../engine/compute/remote/helper/bin/linux-*.gz"); len(found) == 0 {
		t.Skip("the helper that runs tasks in containers has not been built: make bin/spindle")
	}
	return theMoto.Get(t, motoserver.Options{Dir: filepath.Dir(binary)}, func(s *motoserver.Server) error {
		// Executions do nothing: they run until they are stopped.
		return errors.Join(configure(s, `{"stepfunctions":{"execute_state_machine":false}}`), s.Bucket("bucket"))
	})
}

func configure(s *motoserver.Server, settings string) error {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.URL+"/moto-api/config", strings.NewReader(settings))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// place is a folder with flows and a user, to whom moto is AWS.
type place struct {
	t      testing.TB
	dir    string
	python string // with the real metaflow
	env    []string
}

func newPlace(t testing.TB, more ...string) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir(), python: peer.Python(t)}
	if err := os.CopyFS(p.dir, os.DirFS("flows")); err != nil {
		t.Fatal(err)
	}
	p.env = append(surroundings.Env(binary, p.dir, p.python), moto(t).Env()...)
	p.env = append(p.env, "METAFLOW_USER=ann", "METAFLOW_HOME="+filepath.Join(p.dir, "ann"), "METAFLOW_DEFAULT_DATASTORE=s3",
		"METAFLOW_DATASTORE_SYSROOT_S3=s3://bucket/root", "METAFLOW_BATCH_JOB_QUEUE="+motoserver.Queue, "METAFLOW_ECS_S3_ACCESS_IAM_ROLE="+motoserver.Role,
		"METAFLOW_SFN_IAM_ROLE="+motoserver.Role, "METAFLOW_EVENTS_SFN_ACCESS_IAM_ROLE="+motoserver.Role, "METAFLOW_SFN_DYNAMO_DB_TABLE=table",
		"METAFLOW_DEFAULT_CONTAINER_IMAGE=python:3.11")
	p.env = append(p.env, more...)
	return p
}

// as is the same place for somebody else, who has no tokens.
func (p *place) as(user string) *place {
	other := *p
	other.env = append(append([]string{}, p.env...), "METAFLOW_USER="+user, "METAFLOW_HOME="+filepath.Join(p.dir, user))
	return &other
}

// tool runs step-functions with a tool: Spindle's binary, or the real metaflow; line is what stands behind step-functions. Its output is that of both streams.
type tool struct {
	name string
	run  func(p *place, flow, line string) (string, error)
}

var spindle = tool{"spindle", func(p *place, flow, line string) (string, error) {
	words := strings.Fields(line)
	at := 0
	for strings.HasPrefix(words[at], "--") {
		at += 2
	}
	args := append([]string{"step-functions", words[at], flow}, append(words[:at:at], words[at+1:]...)...)
	return p.output(binary, args...)
}}

var metaflow = tool{"metaflow", func(p *place, flow, line string) (string, error) {
	return p.output(p.python, append([]string{flow, "--no-pylint", "--with", "batch", "step-functions"}, strings.Fields(line)...)...)
}}

func (p *place) output(name string, args ...string) (string, error) {
	cmd := exec.CommandContext(p.t.Context(), name, args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (p *place) must(with tool, flow, line string) string {
	p.t.Helper()
	out, err := with.run(p, flow, line)
	if err != nil {
		p.t.Fatalf("%s: step-functions %s: %v\n%s\nmoto:\n%s", with.name, line, err, out, moto(p.t).Log())
	}
	return out
}

func (p *place) stdout(name string, args ...string) (string, error) {
	cmd := exec.CommandContext(p.t.Context(), name, args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	out, err := cmd.Output()
	return string(out), err
}

const awsProgram = `
import boto3, json, sys
sfn, events, s3 = boto3.client("stepfunctions"), boto3.client("events"), boto3.client("s3")
arn = "arn:aws:states:us-east-1:123456789012:stateMachine:"
def read(place):
    bucket, key = place[5:].split("/", 1)
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
print(eval(sys.argv[1]))
`

// aws is what AWS says: the value of an expression of boto3's.
func (p *place) aws(expression string) string {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), p.python, "-c", awsProgram, expression)
	cmd.Dir, cmd.Env = p.dir, p.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.t.Fatalf("%s: %v\n%s", expression, err, out)
	}
	return strings.TrimSpace(string(out))
}

// refused is a line that must fail and say why.
func (p *place) refused(with tool, flow, line, why string) {
	p.t.Helper()
	if out, err := with.run(p, flow, line); err == nil || !strings.Contains(out, why) {
		p.t.Errorf("%s: step-functions %s: %v\n%s\nwant %s", with.name, line, err, out, why)
	}
}
