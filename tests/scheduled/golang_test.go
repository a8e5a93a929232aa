//go:build !e2e

package scheduled

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/scheduled"
	"github.com/spindle-flow/spindle/engine/source/golang"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/gobinary"
	"github.com/spindle-flow/spindle/tests/metaservice"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

const everyGo = "golang/every"

// everyBinary is the flow's program, built once: for containers, which is what this machine can run as well.
var everyBinary = sync.OnceValues(func() (string, error) {
	dir, err := filepath.Abs(everyGo)
	if err != nil {
		return "", err
	}
	b, err := gobinary.Build(context.Background(), gobinary.Options{Dir: dir, Cache: built, Env: os.Environ(), Target: gobinary.Target(runtime.GOARCH)})
	if err != nil {
		return "", err
	}
	return b.Path, nil
})

// deployGo makes the deployment of the flow in Go ready.
func (w *world) deployGo() (*scheduled.Deployment, remote.Bootstrap) {
	w.t.Helper()
	binary, err := everyBinary()
	if err != nil {
		w.t.Fatal(err)
	}
	dir, err := filepath.Abs(everyGo)
	if err != nil {
		w.t.Fatal(err)
	}
	read, err := golang.Read(w.t.Context(), golang.Options{Dir: dir})
	if err != nil || read.Flow == nil {
		w.t.Fatalf("read: %v, %+v", err, read)
	}
	program := worker.Program{Argv: []string{binary}, Dir: dir, Env: []string{"PATH=/usr/bin:/bin", "METAFLOW_USER=tester"}}
	request := worker.DescribeRequest{Source: read.Flow.File, With: []string{}, Options: map[string]any{}, Configs: configs}
	g, about, request := w.asked(program, read.Flow, request)
	d, boot := w.put(program, g, about, request, nil, codepackage.Options{Binaries: map[string]string{runtime.GOARCH: binary}})
	d.GoVersion = strings.TrimPrefix(runtime.Version(), "go")
	return d, boot
}

// readEvery prints what the tasks of a run left, in an order that does not depend on ids, by the real client.
const readEvery = `
import sys
from metaflow import Run, namespace
namespace(None)
run = Run("Every/" + sys.argv[1])
assert run.successful and run.finished, run
lines = []
for step in run:
    for task in step:
        here = tuple(str(f[3]) for f in (task["_foreach_stack"].data or [])) if "_foreach_stack" in task else ()
        round = tuple(task["_iteration_stack"].data or []) if "_iteration_stack" in task else ()
        values = ["%s=%s" % (a.id, a.sha) for a in sorted(task, key=lambda a: a.id) if not a.id.startswith("_") and a.id not in ("name", "words")]
        lines.append(" ".join([step.id, str(here), str(round), task.stdout] + values))
print("\n".join(sorted(lines)))
print(sorted(t.split(":")[0] for t in run.system_tags if "version" in t), file=sys.stderr)
`

// A flow in Go, deployed, leaves what it leaves in a run on this machine, and the real client reads it.
func TestGo(t *testing.T) {
	service := metaservice.Start(t, metaservice.Options{After: 700_000})
	w := newWorld(t, bucket(t), service, everyGo)
	dir, err := filepath.Abs(everyGo)
	if err != nil {
		t.Fatal(err)
	}
	w.env = append(w.env, surroundings.GoEnv()...)
	if code, out := w.command(nil, binary, "run", dir, "--alpha", "4"); code != 0 {
		t.Fatalf("exit code %d here: %s", code, out)
	}
	d, boot := w.deployGo()
	s := w.newScheduler(d, boot, "one", `{"alpha": 4}`)
	if err := s.run(); err != nil {
		t.Fatalf("%v\n%s", err, s.text())
	}
	here, there := w.peer("-c", readEvery, service.Runs(d.Flow)[0].ID), w.peer("-c", readEvery, d.RunID("one"))
	if here != there {
		t.Errorf("as a deployment:\n%s\nhere:\n%s\n%s", there, here, s.text())
	}
	if !strings.Contains(there, "total 48 tried 1 left 0 Every of tester") || !strings.Contains(there, "['go_version', 'metaflow_version']") {
		t.Errorf("the real client reads\n%s", there)
	}
}

// What a container that cannot do its part says, and what it leaves to another.
func TestGoEnds(t *testing.T) {
	w := newWorld(t, bucket(t), nil, everyGo)
	d, boot := w.deployGo()
	s := w.newScheduler(d, boot, "bad", `{"alpha": "many"}`)
	if err := s.run(); !errors.Is(err, errFailed) || !strings.Contains(s.text(), "alpha") {
		t.Errorf("%v\n%s", err, s.text())
	}
	if last := s.all[len(s.all)-1]; slices.Contains([]int{0, remote.ExitBootstrap}, last.code) {
		t.Errorf("it ended with %+v", last)
	}
}
