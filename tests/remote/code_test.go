//go:build !e2e

package remote

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/cache"
)

// readCode prints what the real client makes of a run's code package.
const readCode = `
import os, sys
from metaflow import Run, namespace
namespace(None)
r = Run(sys.argv[1])
c = r.code
print(c.script_name, c.info["script"], c.info["username"], "class Whole" in str(c.flowspec))
with c.extract() as d:
    print(sorted(os.path.relpath(os.path.join(p, f), d) for p, _, fs in os.walk(d) for f in fs if ".mf_" not in os.path.join(p, f)))
names = c.tarball.getnames()
print(".mf_code/spindle/__init__.py" in names, ".mf_install" in names)
print(r["body"].task.code.path == c.path, c.path)
`

// The real client finds a run's code, reads it and extracts the user's files.
func TestCode(t *testing.T) {
	b := newBench(t, bucket(t), "whole.py")
	summary, events, err := b.run(context.Background())
	if err != nil {
		t.Fatalf("%v\n%s", err, events.text())
	}
	lines := strings.Split(strings.TrimSpace(b.client(readCode, "Whole/"+summary.Run)), "\n")
	want := []string{
		"whole.py whole.py tester True", "['ends.py', 'lib/__init__.py', 'lib/near.py', 'past.py', 'whole.py']", "True True", "True " + b.cloud.code.Place,
	}
	if len(lines) != len(want) {
		t.Fatalf("the real client reads %q", lines)
	}
	for i := range want {
		if lines[i] != want[i] {
			t.Errorf("the real client reads %q, want %q", lines[i], want[i])
		}
	}
}

// Whoever looks for garbage from another machine, without the metadata, leaves the code alone: the jobs refer to it.
func TestGarbage(t *testing.T) {
	b := newBench(t, bucket(t), "ends.py")
	if _, events, err := b.run(context.Background()); err != nil {
		t.Fatalf("%v\n%s", err, events.text())
	}
	elsewhere := artifact.OpenRemote(artifact.Remote{
		Client: b.cloud.client, Root: b.cloud.root, Cache: cache.Open(t.TempDir(), 1<<20, time.Now), Folder: t.TempDir(),
	}, artifact.Options{})
	g, err := elsewhere.FindGarbage(context.Background(), "Ends", 2*artifact.Fresh)
	if err != nil || g.Young != 0 || len(g.Blobs) != 0 || g.Kept == 0 {
		t.Errorf("garbage %+v, %v", g, err)
	}
	flows, err := elsewhere.Flows()
	runs, runsErr := elsewhere.Runs("Ends")
	if err != nil || runsErr != nil || len(flows) != 1 || len(runs) != 1 {
		t.Errorf("flows %v, runs %v, %v, %v", flows, runs, err, runsErr)
	}
}
