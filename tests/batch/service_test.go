package batch

import (
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/tests/metaservice"
)

// asked prints what the step of AskingFlow has seen, and whether the real client sees the same.
const asked = `
from metaflow import Flow, namespace
namespace(None)
run = Flow("AskingFlow").latest_run
d = run["start"].task.data
print(d.address, d.user_tags, d.after, d.steps, d.running, d.missing, d.hidden)
assert d.system_tags == sorted(run.system_tags), (d.system_tags, run.system_tags)
assert d.after == sorted(run.user_tags), (d.after, run.user_tags)
if d.other:
    print(d.value, d.older, d.runs)
`

// The client API in a container reads and changes what the team's service knows, at the address and with the key that containers have.
func TestServiceInContainer(t *testing.T) {
	t.Parallel()
	service := metaservice.Start(t, metaservice.Options{Key: "secret"})
	inside := strings.Replace(service.URL, "127.0.0.1", "localhost", 1)
	p := newPlace(t, nil)
	p.env = append(p.env, "METAFLOW_DEFAULT_METADATA=service", "METAFLOW_SERVICE_URL="+service.URL, "METAFLOW_SERVICE_INTERNAL_URL="+inside,
		"METAFLOW_SERVICE_AUTH_KEY=secret", "NO_PROXY=127.0.0.1,localhost")
	p.must("run", "asking.py", "--datastore", "s3", "--tag", "nightly")
	want := inside + " ['nightly'] ['from-a-container', 'nightly'] ['start'] [False, False] MetaflowNotFound "
	if got := p.client(asked); got != want+"None\n" {
		t.Errorf("got %swant %s", got, want)
	}
	p.env = append(p.env, "METAFLOW_USER=another")
	p.must("run", "asking.py", "--datastore", "s3", "--other", "AskingFlow/1")
	got := p.client(asked)
	if !strings.Contains(got, "MetaflowNamespaceMismatch\n"+inside+" [True, ['from-a-container', 'nightly'], '0'] 2\n") || strings.Contains(got, "['nightly']") {
		t.Errorf("got %s", got)
	}
	for _, run := range service.Runs("AskingFlow") {
		for _, task := range run.Tasks {
			if strings.Contains(task.Pathspec, "/start/") && task.Beats == 0 {
				t.Errorf("%s has no heartbeat", task.Pathspec)
			}
		}
	}
}
