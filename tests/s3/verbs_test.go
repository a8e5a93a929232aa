package s3

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/tests/s3server"
)

// flow is a flow with a value of every size, that can be made to fail.
const flow = `from spindle import FlowSpec, Parameter, Run, current, step
import os

class Verbs(FlowSpec):
    alpha = Parameter("alpha", default=3)

    @step
    def start(self):
        self.items = [1, 2, 3]
        self.small = {"a": 1}
        self.large = os.urandom(1 << 20)
        self.text = "a line\n" * (1 << 17)
        self.next(self.each, foreach="items")

    @step
    def each(self):
        with open(os.environ["SIDE_EFFECTS"], "a") as f:
            print("each", self.input, file=f)
        print("item", self.input)
        self.y = self.input * self.alpha
        self.next(self.join)

    @step
    def join(self, inputs):
        self.ys = sorted(i.y for i in inputs)
        self.merge_artifacts(inputs, include=["small", "large", "text"])
        if os.environ.get("FAIL"):
            raise ValueError("asked to fail")
        self.next(self.end)

    @step
    def end(self):
        assert len(self.large) == 1 << 20 and len(self.text) == 7 << 17
        past = Run("Verbs/" + current.run_id)
        print("seen", self.ys, past["start"].task.data.small, len(past["start"].task["large"].data))

if __name__ == "__main__":
    Verbs()
`

func verbsPlace(t *testing.T, endpoint string) *place {
	t.Helper()
	p := newPlace(t, endpoint)
	if err := os.WriteFile(filepath.Join(p.dir, "verbs.py"), []byte(flow), 0o666); err != nil {
		t.Fatal(err)
	}
	return p.with("SIDE_EFFECTS=" + filepath.Join(p.dir, "effects"))
}

// effects are what steps did outside of the store.
func (p *place) effects(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, "effects"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(strings.ReplaceAll(string(text), "each ", ""))
}

func contains(t *testing.T, out string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(out, part) {
			t.Errorf("no %q in\n%s", part, out)
		}
	}
}

func TestVerbs(t *testing.T) {
	t.Parallel()
	p := verbsPlace(t, bucket(t).Endpoint)
	failed := p.with("FAIL=1").run(t, binary, "run", "verbs.py")
	if failed.code != 1 {
		t.Fatalf("%+v", failed)
	}
	id := p.latest(t, "Verbs")
	p = p.elsewhere(t)
	contains(t, p.spindle(t, "resume", "verbs.py"), "Done!", "seen [3, 6, 9] {'a': 1} 1048576")
	if got := p.effects(t); len(got) != 3 {
		t.Errorf("a finished step was run again: %v", got)
	}
	resumed := p.latest(t, "Verbs")
	p = p.elsewhere(t)
	contains(t, p.spindle(t, "runs", "Verbs"), id+"\tfailed", resumed+"\tdone")
	contains(t, p.spindle(t, "tasks", "Verbs/"+id), "each/3\tdone", "join/5\tfailed")
	contains(t, p.spindle(t, "dump", "verbs.py", resumed+"/join"), "ys [size: 22 type: <class 'list'>] = [3, 6, 9]")
	contains(t, p.spindle(t, "logs", "verbs.py", resumed+"/end"), "seen [3, 6, 9]")
	contains(t, p.spindle(t, "tag", "add", "--run-id", id, "Verbs", "kept"), "kept")
	contains(t, p.spindle(t, "spin", "verbs.py", "join"), "ys", "same")
	p.spindle(t, "logs", "scrub", "verbs.py", resumed+"/end")
	contains(t, p.elsewhere(t).spindle(t, "logs", "verbs.py", resumed+"/end"), "[REDACTED runtime stdout]")
	script := "from metaflow import Flow, namespace; namespace(None); r = Flow('Verbs')['" + resumed + "']; print(r.successful, r['join'].task.data.ys, len(r['start'].task.data.text))"
	for _, ours := range []bool{true, false} {
		contains(t, p.elsewhere(t).python(t, ours, "-c", script), "True [3, 6, 9] 917504")
	}
	// Whoever asks from surroundings where values are local finds them all the same.
	local := p.elsewhere(t).with("METAFLOW_DEFAULT_DATASTORE=local")
	contains(t, local.spindle(t, "runs", "Verbs"), id+"\tfailed", resumed+"\tdone")
	contains(t, local.spindle(t, "dump", "Verbs/"+resumed+"/join"), "[3, 6, 9]")
	contains(t, local.python(t, true, "-c", script), "True [3, 6, 9] 917504")
}

// TestPlaces gives the store by each of the ways there are.
func TestPlaces(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	clean := regexp.MustCompile("^METAFLOW_(DEFAULT_DATASTORE|DATASTORE_SYSROOT_S3|S3_ENDPOINT_URL)=")
	for name, tc := range map[string]struct {
		env    []string
		args   []string
		config string
	}{
		"options":        {env: []string{"METAFLOW_S3_ENDPOINT_URL=" + server.Endpoint}, args: []string{"--datastore", "s3", "--datastore-root", "s3://bucket/here"}},
		"root alone":     {env: []string{"METAFLOW_S3_ENDPOINT_URL=" + server.Endpoint}, args: []string{"--datastore-root=s3://bucket/here/"}},
		"AWS's endpoint": {env: []string{"AWS_ENDPOINT_URL_S3=" + server.Endpoint}, args: []string{"--datastore-root=s3://bucket/here"}},
		"configuration":  {config: `{"METAFLOW_DEFAULT_DATASTORE": "s3", "METAFLOW_DATASTORE_SYSROOT_S3": "s3://bucket/here", "METAFLOW_S3_ENDPOINT_URL": "` + server.Endpoint + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, server.Endpoint)
			var env []string
			for _, entry := range p.env {
				if !clean.MatchString(entry) {
					env = append(env, entry)
				}
			}
			home := filepath.Join(p.dir, "config")
			if err := os.MkdirAll(home, 0o777); err != nil {
				t.Fatal(err)
			}
			if tc.config != "" {
				if err := os.WriteFile(filepath.Join(home, "config.json"), []byte(tc.config), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			p.env = append(append(env, "METAFLOW_HOME="+home), tc.env...)
			p.spindle(t, append([]string{"run", "linear.py"}, tc.args...)...)
			if _, err := os.Stat(filepath.Join(server.Dir, "bucket", "here", "LinearFlow", p.latest(t, "LinearFlow"), "end")); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRefusals says soon, in one line and a way out, why S3 cannot be used.
func TestRefusals(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	for name, tc := range map[string]struct {
		env  string
		want string
		way  string
		code int
	}{
		"no bucket":      {"METAFLOW_DATASTORE_SYSROOT_S3=s3://nobucket/x", `there is no bucket "nobucket"`, "aws s3 mb", 3},
		"wrong secret":   {"AWS_SECRET_ACCESS_KEY=wrong", "does not accept these credentials", "AWS_PROFILE", 3},
		"no credentials": {"AWS_ACCESS_KEY_ID=", "there are no credentials", "AWS_ACCESS_KEY_ID", 3},
		"nobody there":   {"METAFLOW_S3_ENDPOINT_URL=http://127.0.0.1:1", "connection refused", "METAFLOW_S3_ENDPOINT_URL", 3},
		"no root":        {"METAFLOW_DATASTORE_SYSROOT_S3=", "nothing says where in S3", "METAFLOW_DATASTORE_SYSROOT_S3", 2},
		"no address":     {"METAFLOW_DATASTORE_SYSROOT_S3=bucket/x", "s3://bucket/key", "", 2},
		"no count":       {"METAFLOW_S3_RETRY_COUNT=many", "is not a count", "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, server.Endpoint).with(tc.env)
			if tc.env == "AWS_ACCESS_KEY_ID=" {
				p = p.with("AWS_SECRET_ACCESS_KEY=")
			}
			for _, line := range [][]string{{"run", "linear.py"}, {"runs", "LinearFlow"}} {
				if line[0] == "runs" {
					if err := os.MkdirAll(filepath.Join(p.dir, ".metaflow"), 0o777); err != nil {
						t.Fatal(err)
					}
				}
				got := p.run(t, append([]string{binary}, line...)...)
				if got.code != tc.code || !strings.Contains(got.stderr, tc.want) || !strings.Contains(got.stderr, tc.way) || got.took > time.Minute {
					t.Errorf("%v: exit code %d after %s\n%s", line, got.code, got.took, got.stderr)
				}
			}
		})
	}
}

// TestExpiry ends a run whose credentials run out, and resumes it with fresh ones: what had finished is not run again.
func TestExpiry(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	expired := false
	proxy := s3server.NewProxy(t, server, plan(func(n int, object string) s3server.Fault {
		expired = expired || strings.Contains(object, "/join/")
		if expired {
			return s3server.Expired
		}
		return s3server.None
	}))
	p := verbsPlace(t, proxy.Endpoint)
	got := p.run(t, binary, "run", "verbs.py")
	if got.code != 3 {
		t.Errorf("exit code %d", got.code)
	}
	contains(t, got.stderr, "the credentials have expired", "aws sso login", "spindle resume verbs.py --origin-run-id "+p.latest(t, "Verbs"))
	p = p.with("METAFLOW_S3_ENDPOINT_URL=" + server.Endpoint)
	contains(t, p.spindle(t, "resume", "verbs.py", "--origin-run-id", p.latest(t, "Verbs")), "Done!")
	if got := p.effects(t); len(got) != 3 {
		t.Errorf("a finished step was run again: %v", got)
	}
}

// TestGC removes from S3 what no run has, and keeps what runs have.
func TestGC(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	if server.Kind.Name != s3server.Versitygw.Name {
		t.Skip("objects cannot be made old: only versitygw takes their times from the files")
	}
	p := verbsPlace(t, server.Endpoint)
	p.spindle(t, "run", "verbs.py")
	first := p.latest(t, "Verbs")
	p.spindle(t, "run", "verbs.py", "--alpha", "5")
	second := p.latest(t, "Verbs")
	top := filepath.Join(server.Dir, "bucket/some/root/Verbs")
	if err := os.RemoveAll(filepath.Join(top, first)); err != nil {
		t.Fatal(err)
	}
	contains(t, p.spindle(t, "gc", "--json"), `"blobs": 0`)
	old := time.Now().Add(-72 * time.Hour)
	err := filepath.WalkDir(filepath.Join(top, "data"), func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chtimes(path, old, old))
	})
	if err != nil {
		t.Fatal(err)
	}
	dry := p.spindle(t, "gc")
	if strings.HasPrefix(dry, "Verbs\t0\t") {
		t.Error(dry)
	}
	if deleted := p.spindle(t, "gc", "--delete"); deleted != dry {
		t.Errorf("announced %q, removed %q", dry, deleted)
	}
	contains(t, p.spindle(t, "gc"), "Verbs\t0\t")
	p = p.elsewhere(t)
	contains(t, p.spindle(t, "dump", "verbs.py", second+"/end", "--max-value-size", "10000000"), "[5, 10, 15]", "a line")
	contains(t, p.spindle(t, "resume", "verbs.py", "end", "--origin-run-id", second), "seen [5, 10, 15]")
}

// TestClientWithoutS3 looks at what is on this machine while S3 cannot be reached, and is told what is missing when a value is asked for.
func TestClientWithoutS3(t *testing.T) {
	t.Parallel()
	p := newPlace(t, bucket(t).Endpoint)
	p.spindle(t, "run", "linear.py")
	p = p.elsewhere(t).with("METAFLOW_S3_ENDPOINT_URL=http://127.0.0.1:1", "METAFLOW_S3_RETRY_COUNT=1")
	out := p.python(t, true, "-c", `
from metaflow import Flow, namespace
namespace(None)
run = Flow("LinearFlow").latest_run
print(run.id, [s.id for s in run])
try:
    run["end"].task["name"].data
except Exception as e:
    print(type(e).__name__, e)
`)
	contains(t, out, p.latest(t, "LinearFlow"), "'end'", "connection refused")
}
