package s3

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/spindle-flow/spindle/tests/s3server"
)

// plan is a plan that sees the request's path, one request at a time.
func plan(f func(n int, object string) s3server.Fault) func(int, *http.Request) s3server.Fault {
	var mu sync.Mutex
	return func(n int, r *http.Request) s3server.Fault {
		mu.Lock()
		defer mu.Unlock()
		return f(n, r.URL.Path+"?"+r.URL.RawQuery)
	}
}

// TestFaults runs a flow through proxies with faults: it succeeds, each step runs once, and what it left is all there.
func TestFaults(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	passing := []s3server.Fault{
		s3server.SlowDown, s3server.InternalErr, s3server.Reset, s3server.ResetRequest, s3server.WrongBytes, s3server.WrongUpload, s3server.NoAnswer,
	}
	plans := map[string]func(int, *http.Request) s3server.Fault{
		"every seventh is dropped": func(n int, _ *http.Request) s3server.Fault {
			if n%7 == 0 {
				return s3server.NoAnswer
			}
			return s3server.None
		},
	}
	for seed := range uint64(3) {
		plans[fmt.Sprintf("seed %d", seed)] = s3server.Seeded(seed, 0.15, passing...)
	}
	for _, fault := range passing {
		plans[fmt.Sprintf("fault %d", fault)] = s3server.Seeded(1, 0.2, fault)
	}
	for name, plan := range plans {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := s3server.NewProxy(t, server, plan)
			p := verbsPlace(t, proxy.Endpoint).with("METAFLOW_DATASTORE_SYSROOT_S3=s3://bucket/" + filepath.Base(t.Name()))
			contains(t, p.spindle(t, "run", "verbs.py"), "Done!", "seen [3, 6, 9] {'a': 1} 1048576")
			if got := p.effects(t); len(got) != 3 {
				t.Errorf("steps ran %v", got)
			}
			direct := p.elsewhere(t).with("METAFLOW_S3_ENDPOINT_URL=" + server.Endpoint)
			contains(t, direct.spindle(t, "dump", "verbs.py", p.latest(t, "Verbs")+"/end", "--max-value-size", "10000000"), "[3, 6, 9]", "a line")
			hits := proxy.Hits()
			if len(hits) < 2 {
				t.Errorf("no fault happened in %d requests", proxy.Requests())
			}
			t.Logf("%d requests, %v", proxy.Requests(), hits)
		})
	}
}

// TestKilled kills the engine at every stage of a run, by faults of its own making, and resumes: nothing that finished is run twice.
func TestKilled(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	for _, point := range []string{"run.task.blobs", "run.task.data", "run.task.committed", "run.task.marked", "run.task.stored", "artifact.done.before"} {
		for _, hit := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s %d", point, hit), func(t *testing.T) {
				t.Parallel()
				p := verbsPlace(t, server.Endpoint).with("METAFLOW_DATASTORE_SYSROOT_S3=s3://bucket/" + filepath.Base(t.Name()))
				got := p.with(fmt.Sprintf("SPINDLE_FAILPOINTS=%s=kill@%d", point, hit)).run(t, binary, "run", "verbs.py")
				if got.code == 0 {
					t.Skip("the point was not reached")
				}
				id := p.latest(t, "Verbs")
				before := 0
				if _, err := os.Stat(filepath.Join(p.dir, "effects")); err == nil {
					before = p.finished(t, server, id)
				}
				again := p.elsewhere(t).run(t, binary, "resume", "verbs.py", "--origin-run-id", id)
				if again.code != 0 { // the parameters had not been stored yet: there is nothing to go on from
					contains(t, again.stderr, "before its parameters were stored")
					return
				}
				contains(t, again.stdout, "Done!")
				if ran := p.finishedTwice(t, before); ran != "" {
					t.Error(ran)
				}
			})
		}
	}
}

// finished is how many tasks of the foreach are marked done.
func (p *place) finished(t *testing.T, server *s3server.Server, run string) int {
	t.Helper()
	done, err := filepath.Glob(filepath.Join(server.Dir, "bucket", filepath.Base(t.Name()), "Verbs", run, "each", "*", "0.DONE.lock"))
	if err != nil {
		t.Fatal(err)
	}
	return len(done)
}

// finishedTwice says so where more was run than had not been finished.
func (p *place) finishedTwice(t *testing.T, finished int) string {
	t.Helper()
	if got := len(p.effects(t)); got > 3+3-finished {
		return fmt.Sprintf("%d tasks had finished, and steps ran %v", finished, p.effects(t))
	}
	return ""
}
