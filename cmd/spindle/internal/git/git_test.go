package git

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestGit(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	if s := Look(t.Context(), top); s != (State{}) {
		t.Errorf("outside of a repository: %+v", s)
	}
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = top
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	file := func(name, text string) {
		t.Helper()
		path := filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "-q")
	file("project/flow.py", "one")
	file("beside.py", "one")
	git("add", ".")
	git("commit", "-qm", "one")
	dir := filepath.Join(top, "project")
	first := Look(t.Context(), dir, ".spindle")
	if len(first.Commit) != 40 || first.Dirty {
		t.Errorf("%+v", first)
	}
	file("beside.py", "two")
	file("project/.spindle/deployed/prod.json", "{}")
	if s := Look(t.Context(), dir, ".spindle"); s != first {
		t.Errorf("what is elsewhere counts: %+v", s)
	}
	file("project/flow.py", "two")
	if s := Look(t.Context(), dir, ".spindle"); !s.Dirty {
		t.Error("a change is not seen")
	}
	to := t.TempDir()
	if commit, err := Extract(t.Context(), dir, "HEAD", to); err != nil || commit != first.Commit {
		t.Errorf("%q, %v", commit, err)
	}
	if text, err := os.ReadFile(filepath.Join(to, "flow.py")); err != nil || string(text) != "one" {
		t.Errorf("%q, %v", text, err)
	}
	for _, ref := range []string{"nowhere", "--output=x"} {
		if _, err := Extract(t.Context(), dir, ref, to); err == nil || !strings.Contains(err.Error(), "git knows no commit") {
			t.Errorf("%s: %v", ref, err)
		}
	}
}
