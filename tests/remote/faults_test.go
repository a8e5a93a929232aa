//go:build !e2e

package remote

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/tests/s3server"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

// What goes wrong on the way to the store is tried again, by the bootstrap and by the helper, and nothing shows in what a run leaves.
func TestStoreFaults(t *testing.T) {
	server := bucket(t)
	for _, fault := range s3server.Faults {
		if fault == s3server.Expired { // credentials in variables stay as they are; see TestRefusals
			continue
		}
		t.Run(fmt.Sprint(fault), func(t *testing.T) {
			t.Parallel()
			b := newBench(t, server, "ends.py")
			proxy := s3server.NewProxy(t, server, s3server.Seeded(uint64(fault), 0.3, fault))
			b.cloud.boot.Endpoint = proxy.Endpoint
			summary, events, err := b.run(context.Background(), how("print"))
			if err != nil {
				t.Fatalf("%v\n%s", err, b.cloud.last("start").output)
			}
			if n := strings.Count(events.text(), "\n"); n < 30000 {
				t.Errorf("%d lines of output", n)
			}
			if proxy.Hits()[fault] == 0 {
				t.Error("the fault never happened")
			}
			if got := b.client("import sys; from metaflow import Run, namespace; namespace(None); r = Run(sys.argv[1]); print(r.successful, r['end'].task.data.before)", "Ends/"+summary.Run); got != "True kept\n" {
				t.Errorf("the real client reads %q", got)
			}
		})
	}
}

// What cannot work is said in one line of the container's log, or in the outcome where there can be one.
func TestRefusals(t *testing.T) {
	server := bucket(t)
	env := func(values ...string) func(*cloud) {
		return func(c *cloud) { c.env = append(c.env, values...) }
	}
	one := func(fault s3server.Fault, path string) func(*cloud) {
		return func(c *cloud) {
			proxy := s3server.NewProxy(c.t, server, func(_ int, r *http.Request) s3server.Fault {
				if strings.Contains(r.URL.Path, path) {
					return fault
				}
				return s3server.None
			})
			c.boot.Endpoint = proxy.Endpoint
		}
	}
	cases := []struct {
		name  string
		spoil func(*cloud)
		code  int
		says  []string
	}{
		{"wrong secret", env("AWS_SECRET_ACCESS_KEY=no"), remote.ExitBootstrap, []string{"cannot fetch the helper s3://bucket/some/root/_spindle/helpers/", "the secret key is wrong"}},
		{"no credentials", func(c *cloud) { c.env = []string{c.env[0], "AWS_EC2_METADATA_DISABLED=true"} }, remote.ExitBootstrap, []string{"no credentials", "role"}},
		{"expired", one(s3server.Expired, "/helpers/"), remote.ExitBootstrap, []string{"the credentials have expired"}},
		{"no helper", func(c *cloud) { c.boot.Helpers = map[string]remote.Blob{"s390x": {Place: "s3://b/k", SHA256: "0"}} }, remote.ExitBootstrap, []string{"no helper for this machine (", "only for s390x"}},
		{"helper gone", func(c *cloud) {
			for arch, b := range c.boot.Helpers {
				b.Place += "x"
				c.boot.Helpers[arch] = b
			}
		}, remote.ExitBootstrap, []string{"there is no such object"}},
		{"helper changed", func(c *cloud) {
			for arch, b := range c.boot.Helpers {
				b.SHA256 = strings.Repeat("0", 64)
				c.boot.Helpers[arch] = b
			}
		}, remote.ExitBootstrap, []string{"its SHA-256 is ", "should be 000000"}},
		{"no bucket at all", func(c *cloud) { c.boot.Endpoint = "http://127.0.0.1:1" }, remote.ExitBootstrap, []string{"Connection refused"}},
		{"no Python", func(c *cloud) { c.env[0] = "PATH=" + c.t.TempDir() }, remote.ExitPython, []string{"this image has no Python"}},
		{"package changed", func(c *cloud) { c.code.SHA256 = strings.Repeat("0", 64) }, remote.ExitHelper, []string{"has the SHA-256", "changed after it was sent"}},
		{"package gone", func(c *cloud) { c.code.Place += "x" }, remote.ExitHelper, []string{"the code package", "no such object"}},
		{"no package", func(c *cloud) {
			c.code.Place = "s3://bucket/some/root/nonsense"
			c.code.SHA256 = put(c, "some/root/nonsense", "nonsense")
		}, remote.ExitHelper, []string{"it is no package"}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, server, "ends.py")
			tc.spoil(b.cloud)
			_, _, err := b.run(context.Background())
			if err == nil {
				t.Fatal("the run is done")
			}
			end := b.cloud.last("start")
			last := strings.TrimSpace(end.output)
			if end.code != tc.code || strings.Count(last, "\n") > 0 {
				t.Errorf("exit code %d, want %d:\n%s", end.code, tc.code, end.output)
			}
			for _, want := range tc.says {
				if !strings.Contains(last, want) {
					t.Errorf("%q does not say %q", last, want)
				}
			}
			if failed := end.outcome != nil && end.outcome.Failure != nil; failed != (tc.code == remote.ExitHelper) {
				t.Errorf("outcome %+v", end.outcome)
			}
			t.Log(last)
		})
	}
}

// An image whose Python is called python will do.
func TestPythonByAnotherName(t *testing.T) {
	b := newBench(t, bucket(t), "ends.py")
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(strings.SplitN(surroundings.BarePath(t), ":", 2)[0], "python3"), filepath.Join(dir, "python")); err != nil {
		t.Fatal(err)
	}
	b.cloud.env[0] = "PATH=" + dir
	if _, _, err := b.run(context.Background()); err != nil {
		t.Fatalf("%v\n%s", err, b.cloud.last("start").output)
	}
}

// The S3 class and the client API work in a step: it sees its own run and older ones, with what their values' store knows of them.
func TestClient(t *testing.T) {
	b := newBench(t, bucket(t), "past.py")
	first, events, err := b.run(context.Background())
	if err != nil {
		t.Fatalf("%v\n%s", err, events.text())
	}
	summary, events, err := b.run(context.Background(), func(c *run.Config) { c.Values = map[string][]string{"other": {"Past/" + first.Run}} })
	if err != nil {
		t.Fatalf("%v\n%s", err, events.text())
	}
	const program = `
import sys
from metaflow import Run, namespace
namespace(None)
d = Run(sys.argv[1])["end"].task.data
print(d.where, d.seen, d.steps, d.mine, d.tagged, d.finished, repr(d.printed), d.refused, d.older, d.runs)
`
	want := "s3://bucket/some/root/data/Past/" + summary.Run + "/key ['a', 'b'] ['body', 'join', 'start'] True ['user:tester'] [True, False] '' MetaflowNotFound from a container 2\n"
	o := b.cloud.last("join").outcome
	t.Logf("the step with the calls ran for %v", o.Ended.Sub(o.Running))
	if got := b.client(program, "Past/"+summary.Run); got != want {
		t.Errorf("the step saw\n%s, want\n%s", got, want)
	}
}
