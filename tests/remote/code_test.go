package remote

import (
	"context"
	"strings"
	"testing"
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
