package batch

import (
	"strings"
	"testing"
)

// values prints what a run of WideFlow has left.
const values = `
from metaflow import Flow, namespace
namespace(None)
run = Flow("WideFlow").latest_run
assert run.successful
for step in sorted(run, key=lambda s: s.id):
    for task in sorted(step, key=lambda t: tuple(str(f[3]) for f in (t["_foreach_stack"].data if "_foreach_stack" in t else []))):
        for a in sorted(task, key=lambda a: a.id):
            if not a.id.startswith("_") and a.id != "name" and (step.id, a.id) != ("given_up", "problem"):  # it has paths
                print(step.id, a.id, repr(a.data)[:200], a.sha)
`

// A flow whose steps run on Batch leaves what it leaves when they run here, and the real client reads it.
func TestWholeRun(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.must("run", "wide.py", "--datastore", "s3", "--run-id-file", "local.id")
	here := p.client(values)
	out, _ := p.must("run", "wide.py", "--datastore", "s3", "--with", "batch:memory=500", "--max-workers", "6")
	there := p.client(values)
	if here != there {
		t.Errorf("on Batch:\n%s\nhere:\n%s", there, here)
	}
	for _, want := range []string{
		"[job-00001] Task is starting (status RUNNABLE)...", "] hello a2", "] to stderr", "] Task finished with exit code 0.", "] Task finished with exit code 1.",
		"] @catch caught an exception from <flow WideFlow step given_up>", "Task finished successfully.", "ValueError: not yet",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the run does not print %q:\n%s", want, out)
		}
	}
	if n := p.batch.Definitions(); n != 1 {
		t.Errorf("%d job definitions, where the steps are alike", n)
	}
	logs := p.client(`
from metaflow import Flow, namespace
namespace(None)
run = Flow("WideFlow").latest_run
print(run["end"].task.stdout, run.code.script_name if run.code else run["end"].task.code.script_name)
print(sorted(t.stdout for t in run["leaf"]))
`)
	if !strings.Contains(logs, "products ['a2', 'a4', 'a6', 'b2', 'b4', 'b6'] tried 1 10240000") || !strings.Contains(logs, "wide.py") || !strings.Contains(logs, "'hello a2\\n'") {
		t.Errorf("logs and code as the real client reads them:\n%s", logs)
	}
}

// What a step asks for in vain is said before anything is run.
func TestRefusals(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	for name, c := range map[string]struct {
		args []string
		env  string
		say  string
	}{
		"datastore": {args: []string{"--with", "batch"}, say: `step "start" runs on AWS Batch, which requires --datastore=s3`},
		"role":      {args: []string{"--datastore", "s3", "--with", "batch"}, env: "METAFLOW_ECS_S3_ACCESS_IAM_ROLE=", say: "set METAFLOW_ECS_S3_ACCESS_IAM_ROLE"},
		"queue":     {args: []string{"--datastore", "s3", "--with", "batch:queue=nosuch"}, say: `there is no job queue "nosuch"`},
		"disabled":  {args: []string{"--datastore", "s3", "--with", "batch:queue=off"}, say: `job queue "off" is disabled`},
		"attribute": {args: []string{"--datastore", "s3", "--with", "batch:cpu=0"}, say: "@batch: cpu must be a number greater than 0, not 0"},
		"timeout":   {args: []string{"--datastore", "s3", "--with", "timeout:seconds=30", "--with", "batch"}, say: "it must be 60 seconds or more"},
		"tags":      {args: []string{"--datastore", "s3", "--with", "batch"}, env: "METAFLOW_BATCH_DEFAULT_TAGS=x", say: "is not a JSON object of texts"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := p.command(append([]string{"run", "wide.py"}, c.args...)...)
			if c.env != "" {
				cmd.Env = append(cmd.Env, c.env)
			}
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), c.say) || strings.Contains(string(out), "Workflow starting") {
				t.Errorf("%v\n%s\nwant %s", err, out, c.say)
			}
		})
	}
	if n := p.batch.Calls("submitjob"); n != 0 {
		t.Errorf("%d jobs were submitted", n)
	}
}
