//go:build e2e

package moto

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/tests/lint/peer"
	"github.com/spindle-flow/spindle/tests/metaservice"
)

// newProject is a place with the project of tests/moto/deployed, whose datastore is moto's S3, and a metadata service.
func newProject(t testing.TB, bucket string) *place {
	t.Helper()
	if theCloud.skip != "" {
		t.Skip("no containers to test with: " + theCloud.skip)
	}
	if err := theCloud.moto.Bucket(bucket); err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, dir: t.TempDir()}
	if err := os.CopyFS(p.dir, os.DirFS("deployed")); err != nil {
		t.Fatal(err)
	}
	service := metaservice.Start(t, metaservice.Options{})
	python := peer.Python(t)
	p.env = append(theCloud.moto.Env(),
		"PATH="+filepath.Dir(python)+":"+os.Getenv("PATH"), "HOME="+filepath.Join(p.dir, "home"), "TMPDIR="+os.TempDir(), "LANG=C.UTF-8",
		"METAFLOW_USER=tester", "METAFLOW_DATASTORE_SYSROOT_LOCAL="+p.dir, "METAFLOW_DATASTORE_SYSROOT_S3=s3://"+bucket+"/root", "METAFLOW_DEFAULT_DATASTORE=s3",
		"METAFLOW_CLIENT_CACHE_PATH="+filepath.Join(p.dir, "cache"), "METAFLOW_DEFAULT_METADATA=service", "METAFLOW_SERVICE_URL="+service.URL,
		"SPINDLE_PYTHON="+python, "SPINDLE_WARM_MINUTES=0", "BUCKET="+bucket)
	return p
}

// deployedRun is a run as `deploy runs --json` lists it.
type deployedRun struct{ ID, State, Failure string }

// started triggers a variant and returns the run's id.
func (p *place) started(args ...string) string {
	p.t.Helper()
	var r struct{ Run string }
	out := p.stdout(append([]string{"deploy", "trigger", "--json"}, args...)...)
	if err := json.Unmarshal(out, &r); err != nil || r.Run == "" {
		p.t.Fatalf("%v\n%s", err, out)
	}
	return r.Run
}

func (p *place) stdout(args ...string) []byte {
	p.t.Helper()
	cmd := p.command(spindle(), args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("spindle %s: %v\n%s%s\nmoto:\n%s", strings.Join(args, " "), err, out, errs.String(), theCloud.moto.Log())
	}
	return out
}

// ended waits for a run's end.
func (p *place) ended(variant, run string) deployedRun {
	p.t.Helper()
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		out := p.stdout("deploy", "runs", variant, "--env", "test", "--json")
		var l struct{ Runs []deployedRun }
		if err := json.Unmarshal(out, &l); err != nil {
			p.t.Fatalf("%v\n%s", err, out)
		}
		for _, r := range l.Runs {
			if r.ID == run && r.State != "running" {
				return r
			}
		}
	}
	p.t.Fatalf("the run %s has not ended\n%s", run, theCloud.moto.Log())
	return deployedRun{}
}

// left prints what the tasks of a run left, in an order that does not depend on ids, by the real client.
const left = `
import sys
from metaflow import Run, namespace
namespace(None)
run = Run(sys.argv[1] + "/" + sys.argv[2])
assert run.successful and run.finished, run
lines = []
for step in run:
    for task in step:
        here = tuple(str(f[3]) for f in (task["_foreach_stack"].data or [])) if "_foreach_stack" in task else ()
        values = ["%s=%s" % (a.id, a.sha) for a in sorted(task, key=lambda a: a.id) if not a.id.startswith("_") and a.id not in ("name", "problem", "words")]
        lines.append(" ".join([step.id, str(here)] + values))
print("\n".join(sorted(lines)))
`

func (p *place) left(run string) string { return p.leftBy("EveryFlow", run) }

// leftBy is left for a run of any flow.
func (p *place) leftBy(flow, run string) string {
	p.t.Helper()
	cmd := p.command(peer.Python(p.t), "-c", left, flow, run)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("the real client on %s: %v\n%s", run, err, errs.String())
	}
	return string(out)
}

// here is the id of a run on this machine.
func (p *place) here(args ...string) string {
	p.t.Helper()
	file := filepath.Join(p.dir, "run-id")
	p.must(append([]string{"run", "every.py", "--run-id-file", file}, args...)...)
	id, err := os.ReadFile(file)
	if err != nil {
		p.t.Fatal(err)
	}
	return strings.TrimSpace(string(id))
}

// A flow of every construct, deployed in two variants, run by Step Functions in containers, leaves what it leaves here; the real client reads it.
func TestDeployed(t *testing.T) {
	p := newProject(t, "every")
	p.must("deploy", "apply", "--env", "test", "--yes")
	plain := p.started("plain", "--env", "test")
	wide := p.started("wide", "--env", "test")
	alpha := p.started("plain", "--env", "test", "--param", "alpha=7")
	for _, c := range []struct {
		variant, run string
		args         []string
	}{
		{"plain", plain, nil},
		{"wide", wide, []string{"--config", "cfg", "every.json,wide.json", "--set", "cfg.alpha=5", "--shape", `{"sides": 4}`}},
		{"plain", alpha, []string{"--alpha", "7"}},
	} {
		if r := p.ended(c.variant, c.run); r.State != "succeeded" {
			t.Fatalf("%+v\nmoto:\n%s", r, theCloud.moto.Log())
		}
		there, here := p.left(c.run), p.left(p.here(c.args...))
		if there != here {
			t.Errorf("%s, deployed:\n%s\nhere:\n%s", c.variant, there, here)
		}
	}
}
