package deploy

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/tests/lint/peer"
	"github.com/spindle-flow/spindle/tests/motoserver"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

var binary string

func TestMain(m *testing.M) {
	code := surroundings.Main(m, &binary)
	theMoto.Stop()
	os.Exit(code)
}

// theMoto is one moto for all tests of the package; each has buckets and a project of its own.
var theMoto motoserver.One

func moto(t testing.TB) *motoserver.Server {
	t.Helper()
	if found, _ := filepath.Glob("../../engine/compute/remote/helper/bin/linux-*.gz"); len(found) == 0 {
		t.Skip("the helper that runs tasks in containers has not been built: make bin/spindle")
	}
	return theMoto.Get(t, motoserver.Options{Dir: filepath.Dir(binary), Queues: []string{"demand-staging", "demand-prod"}}, nil)
}

// repository is a project in Git: a bare repository, which is what CI clones, and a folder in which a person works on it.
type repository struct {
	t    testing.TB
	bare string
	dir  string
	env  []string // of the person and of jobs alike, without AWS
}

// newRepository has half of examples/demand's variants, seven in staging and eight in prod, under another name, so that tests don't meet each other's deployments.
func newRepository(t testing.TB, project string) *repository {
	t.Helper()
	root := t.TempDir()
	r := &repository{t: t, bare: filepath.Join(root, "origin.git"), dir: filepath.Join(root, "work")}
	r.env = append(surroundings.Env(binary, filepath.Join(root, "runs"), peer.Python(t)), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.org", "GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.org")
	if err := os.CopyFS(r.dir, os.DirFS("../../examples/demand")); err != nil {
		t.Fatal(err)
	}
	_ = os.RemoveAll(filepath.Join(r.dir, ".metaflow"))
	for _, metric := range []string{"return", "rating"} {
		if err := os.Remove(filepath.Join(r.dir, "configs/metrics", metric+".json")); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(r.dir, "spindle.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	whole, rest, _ := strings.Cut(string(text), "        full:\n")
	_, rest, found := strings.Cut(rest, "    configs:")
	if !found {
		t.Fatal("examples/demand/spindle.yaml is no longer what this test knows")
	}
	r.write("spindle.yaml", whole+"    configs:"+rest)
	r.change("spindle.yaml", "project: demand\n", "project: "+project+"\n")
	r.change("spindle.yaml", "s3://demand-", "s3://"+project+"-")
	for _, line := range []string{"init -q -b main", "init -q --bare -b main ../origin.git", "remote add origin ../origin.git"} {
		r.git(strings.Fields(line)...)
	}
	return r
}

// change replaces a text in a file; all its occurrences.
func (r *repository) change(file, from, to string) {
	r.t.Helper()
	path := filepath.Join(r.dir, file)
	text, err := os.ReadFile(path)
	if err != nil {
		r.t.Fatal(err)
	}
	if !strings.Contains(string(text), from) {
		r.t.Fatalf("%s has no %q", file, from)
	}
	r.write(file, strings.ReplaceAll(string(text), from, to))
}

func (r *repository) write(file, text string) {
	r.t.Helper()
	path := filepath.Join(r.dir, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repository) git(args ...string) string {
	r.t.Helper()
	cmd := exec.CommandContext(context.Background(), "git", args...)
	cmd.Dir, cmd.Env = r.dir, r.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// push commits all that is there to a branch, and returns the commit.
func (r *repository) push(branch, message string) string {
	r.t.Helper()
	r.git("checkout", "-q", "-B", branch)
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", message) // a merge may change nothing
	r.git("push", "-q", "origin", branch)
	return r.git("rev-parse", "HEAD")
}
