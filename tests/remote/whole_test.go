//go:build !e2e

package remote

import (
	"context"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/run"
)

// readWhole prints what a run of Whole has, with the real client.
const readWhole = `
import sys
from metaflow import Run, namespace
namespace(None)
r = Run(sys.argv[1])
print(r.successful, r["end"].task.data.total, len(r["start"].task.data.large))
print(sorted(t.data.doubled for t in r["body"]), r["end"].task.data.text == "ü" * 1000, len(r["end"].task.data.zeros))
for step in ("start", "body", "join", "end"):
    for t in sorted(r[step], key=lambda t: int(t.id)):
        print(step, sorted((a.id, a._object["sha"]) for a in t if not a.id.startswith("_")))
print(r["start"].task.stdout.strip(), "|", r["start"].task.stderr.strip())
`

// A whole flow in containers leaves what it leaves here, for every reader.
func TestWhole(t *testing.T) {
	server := bucket(t)
	b := newBench(t, server, "whole.py")
	remote, events, err := b.run(context.Background())
	if err != nil {
		t.Fatalf("%v\n%s", err, events.text())
	}
	for _, want := range []string{"hello from start", "and an error", "item 2", "total 21 ü"} {
		if !strings.Contains(events.text(), want) {
			t.Errorf("no line %q in %q", want, events.text())
		}
	}
	here, _, err := b.run(context.Background(), func(c *run.Config) { c.Compute = b.here })
	if err != nil {
		t.Fatal(err)
	}
	far, near := b.client(readWhole, "Whole/"+remote.Run), b.client(readWhole, "Whole/"+here.Run)
	if far != near {
		t.Errorf("in containers:\n%s\nhere:\n%s", far, near)
	}
	if !strings.HasPrefix(far, "True 21 10485760\n[5, 7, 9] True 73400320\n") || !strings.Contains(far, "hello from start | and an error") {
		t.Errorf("the real client reads:\n%s", far)
	}
	end := b.cloud.last("start")
	if o := end.outcome; o.MaxRSS < 1<<20 || o.Host.Python == "" || o.Running.Before(o.Begun) || o.Stored.Before(o.Ended) || end.code != 0 {
		t.Errorf("outcome %+v, exit code %d", o, end.code)
	}
	t.Logf("container %v: boot+helper %v, start %v, run %v, store %v", end.took, end.outcome.Begun.Sub(end.began), end.outcome.Running.Sub(end.outcome.Begun),
		end.outcome.Ended.Sub(end.outcome.Running), end.outcome.Stored.Sub(end.outcome.Ended))
}
