package batch

import (
	"net"
	"strconv"
	"strings"
	"testing"
)

// nodes prints what the nodes of TogetherFlow, or of its twin in Go, have left, and what is recorded of them.
const nodes = `
from metaflow import Flow, namespace
namespace(None)
run = Flow(NAME).latest_run
assert run.successful
control = [t for t in run["train"] if t.metadata_dict.get("internal_task_type") == "control_task"]
assert len(control) == 1
for t in sorted(run["train"], key=lambda t: t.data.node):
    m = t.metadata_dict
    assert t.id == control[0].id + ("" if t.data.node == 0 else "_node_%d" % t.data.node) and t.data.control == control[0].id, t.id
    print(t.data.node, t.data.nodes, m["parallel-node-index"], m["parallel-world-size"], m["aws-batch-job-id"], m["attempt"], "node %d of 3" % t.data.node in t.stdout)
print(run["combine"].task.data.heard, [tuple(s) for s in run["combine"].task.data.seen], run["combine"].task.data.jobs)
`

// The nodes of a parallel step are containers of one job, that find the main one at its address. When one fails all are run again, as one job.
func TestTogether(t *testing.T) {
	t.Parallel()
	together(t, func(t *testing.T) *place { return newPlace(t, nil) }, "together.py", "TogetherFlow", "ValueError: ")
}

// A gang of a flow in Go is one job as well, with the same records.
func TestGoTogether(t *testing.T) {
	t.Parallel()
	together(t, func(t *testing.T) *place { return newGoPlace(t) }, goFlow(t, "together"), "Together", "error: ")
}

func together(t *testing.T, open func(*testing.T) *place, flow, name, kind string) {
	job, attempt := "job-00002", "1"
	for _, fails := range []string{"0", "2"} { // the main one, which ends the others, or another
		t.Run("node "+fails+" fails", func(t *testing.T) {
			t.Parallel()
			p := open(t)
			out, _ := p.must("run", flow, "--datastore", "s3", "--port", freePort(t), "--fails", fails)
			if !strings.Contains(out, kind+"node "+fails+" fails") {
				t.Errorf("the failure is not shown:\n%s", out)
			}
			text := ""
			for _, node := range []string{"0", "1", "2"} {
				text += node + " 3 " + node + " 3 " + job + "#" + node + " " + attempt + " True\n"
			}
			text += "[1, 2] [(0, 3), (1, 3), (2, 3)] ['" + job + "#0', '" + job + "#1', '" + job + "#2']\n"
			if got := p.client(strings.ReplaceAll(nodes, "NAME", strconv.Quote(name))); got != text {
				t.Errorf("left:\n%s\nwant:\n%s", got, text)
			}
			p.batch.Wait() // the main node's container looks after the others' for a moment
			if last := p.batch.Jobs()[len(p.batch.Jobs())-1]; last.ID != job || last.Status != "SUCCEEDED" {
				t.Errorf("the last job: %s %s %s", last.ID, last.Status, last.Reason)
			}
		})
	}
}

// freePort is a port that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
