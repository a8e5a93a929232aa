package batch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/tests/s3server"
)

// What jobs have left beside their values goes once their run has ended and is a day old; what the run has left stays whole.
func TestGC(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	if p.s3.Kind.Name != s3server.Versitygw.Name {
		t.Skip("objects cannot be made old: only versitygw takes their times from the files")
	}
	p.must("run", "around.py", "--datastore", "s3")
	out, _ := p.must("gc", "--datastore", "s3")
	if !strings.HasPrefix(out, "AroundFlow\t0\t") || !strings.HasSuffix(strings.TrimSpace(out), "\t0") {
		t.Errorf("of a run that has just ended:\n%s", out)
	}
	top := filepath.Join(p.s3.Dir, "bucket/some/root/AroundFlow")
	jobs := filepath.Join(top, "_spindle/jobs")
	old := time.Now().Add(-48 * time.Hour)
	err := filepath.WalkDir(top, func(path string, _ os.DirEntry, err error) error { return errors.Join(err, os.Chtimes(path, old, old)) })
	if err != nil {
		t.Fatal(err)
	}
	before := len(files(t, jobs))
	if _, stderr := p.must("gc", "--datastore", "s3"); !strings.Contains(stderr, "are of jobs that have ended; --delete removes them, too") || len(files(t, jobs)) != before {
		t.Errorf("%d files of %d:\n%s", len(files(t, jobs)), before, stderr)
	}
	if err := os.RemoveAll(filepath.Join(p.dir, ".metaflow")); err != nil { // another machine of the team sees as much
		t.Fatal(err)
	}
	p.must("gc", "--datastore", "s3", "--delete")
	if left := files(t, jobs); before < 6 || len(left) != 1 || !strings.HasSuffix(left[0], "/job.json") {
		t.Errorf("left of %d files: %v", before, left)
	}
	out, _ = p.must("gc", "--datastore", "s3")
	if !strings.HasPrefix(out, "AroundFlow\t0\t") || !strings.HasSuffix(strings.TrimSpace(out), "\t0") {
		t.Errorf("once more:\n%s", out)
	}
	p.must("run", "around.py", "--datastore", "s3") // its code package and its helper are there
}

// files are those below a folder.
func files(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
