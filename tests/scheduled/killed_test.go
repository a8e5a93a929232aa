package scheduled

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/spindle-flow/spindle/tests/metaservice"
	"github.com/spindle-flow/spindle/tests/s3server"
)

// killer kills a container when it makes its n-th change, which is not carried out: what was before it is all there is.
type killer struct {
	mu  sync.Mutex
	at  int      // guarded by mu; 0 for never
	n   int      // guarded by mu: changes asked for
	pid chan int // guarded by mu: has the container's process
}

// arm makes the killer wait for a container's n-th change. begun is told its process.
func (k *killer) arm(at int) (begun func(pid int)) {
	pid := make(chan int, 1)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pid, k.at, k.n = pid, at, 0
	return func(p int) { pid <- p }
}

// hit is whether a request is the one that is not to be carried out, or comes from a container that is dead.
func (k *killer) hit(r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || strings.HasSuffix(r.URL.Path, "/heartbeat") {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n++
	if k.at == 0 || k.n < k.at {
		return false
	}
	pid := <-k.pid
	k.pid <- pid
	_ = syscall.Kill(-pid, syscall.SIGKILL)
	return true
}

// reached says whether the container came as far as that.
func (k *killer) reached() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.n >= k.at
}

// A container that is killed at any of its changes and started again leaves what one that was not leaves: nothing is lost, nothing is there twice, and a step that
// had left its values is not run again.
func TestKilled(t *testing.T) {
	k := &killer{}
	service := metaservice.Start(t, metaservice.Options{})
	service.Faults(func(_ int, r *http.Request) metaservice.Fault {
		if k.hit(r) {
			return metaservice.Drop
		}
		return metaservice.None
	})
	server := bucket(t)
	proxy := s3server.NewProxy(t, server, func(_ int, r *http.Request) s3server.Fault {
		if k.hit(r) {
			return s3server.ResetRequest
		}
		return s3server.None
	})
	w := newWorld(t, server, service, "flows")
	d, boot := w.deploy("short.py", map[string]any{}, nil)
	boot.Endpoint = proxy.Endpoint
	effects := filepath.Join(w.dir, "effects")
	d.Environment["EFFECTS"] = effects
	var last *scheduler
	for at, ended := 1, false; !ended; at += stride {
		s := w.newScheduler(d, boot, fmt.Sprintf("at%d", at), `{"alpha": 5}`)
		first := s.container("start", "", 0, "")
		end := s.wait(first, k.arm(at))
		ended = !k.reached()
		if !ended && end.signal != syscall.SIGKILL {
			t.Fatalf("at change %d: %+v", at, end)
		}
		k.arm(0)
		if again := s.wait(s.container("start", "", 0, "")); again.code != 0 {
			t.Fatalf("started again after change %d: %d\n%s\nbefore that\n%s", at, again.code, again.output, end.output)
		}
		left, err := s.left(d.Step("start"), "", 0)
		if err != nil || !slices.Equal(left.Items, []int{0, 1}) {
			t.Errorf("at change %d: left %+v, %v", at, left, err)
		}
		s.check(service, effects)
		last = s
	}
	if err := last.run(); err != nil {
		t.Fatalf("%v\n%s", err, last.text())
	}
	got := w.peer("-c", "from metaflow import Run, namespace\nnamespace(None)\nr = Run('Short/sfn-"+last.execution+"')\nprint(r.successful, r.data.total, r['start'].task.stdout)")
	if strings.TrimSpace(got) != "True 22 alpha is 5" {
		t.Errorf("the real client reads %q", got)
	}
}

// check looks at what the service knows of the start task, and at what the step did.
func (s *scheduler) check(service *metaservice.Server, effects string) {
	t := s.w.t
	t.Helper()
	for _, run := range service.Runs("Short") {
		if run.ID != s.d.RunID(s.execution) {
			continue
		}
		if twice := run.Twice(); len(twice) > 0 {
			t.Errorf("%s: twice: %q", run.ID, twice)
		}
		for _, task := range run.Tasks {
			var done, artifacts int
			for _, r := range task.Records {
				if strings.HasPrefix(r, "attempt-done=") {
					done++
				}
			}
			for _, a := range task.Artifacts {
				if strings.HasSuffix(a, "/alpha") {
					artifacts++
				}
			}
			if done != 1 || artifacts < 1 {
				t.Errorf("%s: %d times done, %d artifacts alpha: %q", task.Pathspec, done, artifacts, task.Records)
			}
		}
		if len(run.Tasks) != 2 {
			t.Errorf("%s has %d tasks", run.ID, len(run.Tasks))
		}
	}
	text, err := os.ReadFile(effects)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), s.d.RunID(s.execution)+" start"); n < 1 || n > 2 {
		t.Errorf("%s: the step ran %d times", s.execution, n)
	}
}
