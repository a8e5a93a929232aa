package batch

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/tests/surroundings"
)

// goFlow is a flow in Go; it lies in this module, so that it is built without a network.
func goFlow(t testing.TB, name string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("golang", name))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// newGoPlace is a place whose containers run on machines like this one.
func newGoPlace(t testing.TB) *place {
	p := newPlace(t, nil)
	p.env = append(append(p.env, surroundings.GoEnv()...), "SPINDLE_GO_ARCH="+runtime.GOARCH)
	return p
}

// A flow in Go whose steps run on Batch leaves what it leaves when they run here, and the real client reads it.
func TestGo(t *testing.T) {
	t.Parallel()
	p := newGoPlace(t)
	read := strings.ReplaceAll(values, "WideFlow", "Wide")
	p.must("run", goFlow(t, "wide"), "--datastore", "s3")
	here := p.client(read)
	out, _ := p.must("run", goFlow(t, "wide"), "--datastore", "s3", "--with", "batch:memory=500", "--max-workers", "6")
	if there := p.client(read); here != there {
		t.Errorf("on Batch:\n%s\nhere:\n%s", there, here)
	}
	for _, want := range []string{
		"[job-00001] Task is starting (status RUNNABLE)...", "] hello a3", "] to stderr", "] Task finished with exit code 1.", "error: not yet", "Task finished successfully.",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the run does not print %q:\n%s", want, out)
		}
	}
	logs := p.client(`
from metaflow import Flow, namespace
namespace(None)
run = Flow("Wide").latest_run
code = run["end"].task.code
print(run["end"].task.stdout, code.script_name, b"func (w *Wide) Leaf" in code.flowspec)
print(sorted(t.stdout for t in run["leaf"]))
`)
	if !strings.Contains(logs, "products [a3 a5 a7 b3 b5 b7] tried 1 131072 panic") || !strings.Contains(logs, "main.go True") || !strings.Contains(logs, "'hello a3\\n'") {
		t.Errorf("logs and code as the real client reads them:\n%s", logs)
	}
}

// A run that failed on Batch is resumed there: what is done is not done again.
func TestGoResume(t *testing.T) {
	t.Parallel()
	p := newGoPlace(t)
	p.env = append(p.env, "METAFLOW_DEFAULT_DATASTORE=s3")
	if out, _, err := p.spindle("run", goFlow(t, "wide"), "--with", "batch", "--with", "environment:vars={\"WIDE_FAIL\": \"1\"}"); err == nil || !strings.Contains(out, "error: asked to fail") {
		t.Fatalf("%v\n%s", err, out)
	}
	out, _ := p.must("resume", goFlow(t, "wide"), "--with", "batch")
	if strings.Contains(out, "] hello") || !strings.Contains(out, "products [a3 a5 a7 b3 b5 b7]") {
		t.Errorf("the resumed run prints:\n%s", out)
	}
}

// The program for another machine is refused with the way out.
func TestGoOtherMachine(t *testing.T) {
	t.Parallel()
	p := newGoPlace(t)
	other := map[string]string{"amd64": "arm64", "arm64": "amd64"}[runtime.GOARCH]
	p.env = append(p.env, "SPINDLE_GO_ARCH="+other)
	out, errs, err := p.spindle("run", goFlow(t, "wide"), "--datastore", "s3", "--with", "batch")
	if want := "this machine is " + runtime.GOARCH + ", and the flow's program was built for " + other + ": set SPINDLE_GO_ARCH=" + runtime.GOARCH; err == nil || !strings.Contains(out+errs, want) {
		t.Errorf("%v\n%s%s", err, out, errs)
	}
	p.env = append(p.env, "SPINDLE_GO_ARCH=sparc")
	if out, errs, err := p.spindle("run", goFlow(t, "wide"), "--datastore", "s3", "--with", "batch"); err == nil || !strings.Contains(errs, `"sparc" is no architecture`) {
		t.Errorf("%v\n%s%s", err, out, errs)
	}
}
