package batch

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// facts prints what is recorded of where the tasks of AroundFlow's start ran, attempt by attempt.
const facts = `
from metaflow import Flow, Task, namespace
namespace(None)
run = Flow("AroundFlow").latest_run
task = run["start"].task
for attempt in range(2):
    for m in sorted((m.name, m.value) for m in Task(task.pathspec, attempt=attempt).metadata if m.name.startswith(("aws-", "ec2-"))):
        print(attempt, *m)
print("prefix", task.data.prefix)
assert task.data.system == sorted(run.system_tags), (task.data.system, run.system_tags)
assert task.data.job == task.metadata_dict["aws-batch-job-id"]
`

// A step's executable is the Python it runs with; where it ran is recorded by Metaflow's names; the client in a container sees the run's system tags.
func TestAround(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	other := filepath.Join(t.TempDir(), "other")
	if out, err := exec.CommandContext(t.Context(), "/usr/bin/python3", "-m", "venv", "--without-pip", other).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p.env = append(p.env, "EXECUTABLE="+other+"/bin/python -u")
	p.must("run", "around.py", "--datastore", "s3", "--tag", "mine")
	want := ""
	for attempt, job := range []string{"job-00001", "job-00002"} {
		for _, fact := range []string{"ce-name machines", "execution-env AWS_ECS_EC2", "job-attempt 1", "job-id " + job, "jq-name queue"} {
			want += fmt.Sprintf("%d aws-batch-%s\n", attempt, fact)
		}
	}
	if got := p.client(facts); got != want+"prefix "+other+"\n" {
		t.Errorf("recorded:\n%s\nwant:\n%s", got, want)
	}
	p.env = append(p.env, "EXECUTABLE=/opt/none/python")
	_, stderr, err := p.spindle("run", "around.py", "--datastore", "s3")
	if err == nil || !strings.Contains(stderr, `has no /opt/none/python, the executable of the step`) {
		t.Errorf("%v\n%s", err, stderr)
	}
}
