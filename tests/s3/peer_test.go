package s3

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// flows are some of the compatibility tests' that between them have every kind of file in the store; those that are true are run by metaflow, too, which
// takes its time.
var flows = map[string]bool{
	"artifacts": false, "artifacts_large": true, "foreach_nested": true, "merge": false, "switch": false, "retry": true, "catch": false, "logs": false,
	"include_file": true, "parallel": false,
}

// args are those in the header of a flow's file.
func args(t *testing.T, flow string) []string {
	t.Helper()
	text, err := os.ReadFile("../compat/flows/" + flow + ".py")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "# args: "); ok {
			return strings.Fields(rest)
		}
	}
	return nil
}

// TestBothClients has runs of both programs read by both: all four documents are the same two by two.
func TestBothClients(t *testing.T) {
	server := bucket(t)
	script, err := filepath.Abs("../compat/client/dump_client.py")
	if err != nil {
		t.Fatal(err)
	}
	for flow, both := range flows {
		t.Run(flow, func(t *testing.T) {
			t.Parallel()
			for _, by := range []string{"spindle", "metaflow"} {
				if by == "metaflow" && !both {
					continue
				}
				p := newPlace(t, server.Endpoint)
				p.env = append(p.env, "METAFLOW_DATASTORE_SYSROOT_S3=s3://bucket/"+by+"/"+flow)
				if by == "spindle" {
					p.spindle(t, append([]string{"run", flow + ".py"}, args(t, flow)...)...)
				} else {
					p.python(t, false, append([]string{flow + ".py", "--no-pylint", "run"}, args(t, flow)...)...)
				}
				if files, err := filepath.Glob(filepath.Join(p.dir, ".metaflow", "*Flow", "data", "*")); err != nil || len(files) > 0 {
					t.Errorf("values are on the local disk: %v, %v", files, err)
				}
				want := p.elsewhere(t).python(t, false, script, flow+".py", "0")
				got := p.elsewhere(t).python(t, true, script, flow+".py", "0")
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("run by %s, read by metaflow and by Spindle:\n%s", by, diff)
				}
			}
		})
	}
}

// TestResumeOfPeer resumes what metaflow ran, and the other way round.
func TestResumeOfPeer(t *testing.T) {
	server := bucket(t)
	p := newPlace(t, server.Endpoint)
	p.python(t, false, "foreach_nested.py", "--no-pylint", "run")
	out := p.elsewhere(t).spindle(t, "resume", "foreach_nested.py", "end")
	if !strings.Contains(out, "Done!") || !strings.Contains(out, "cloned") {
		t.Error(out)
	}
	out = p.elsewhere(t).python(t, false, "foreach_nested.py", "--no-pylint", "resume", "end", "--origin-run-id", p.latest(t, "ForeachNestedFlow"))
	if !strings.Contains(out, "Done!") {
		t.Error(out)
	}
}
