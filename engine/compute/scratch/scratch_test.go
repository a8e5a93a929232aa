package scratch_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spindle-flow/spindle/engine/compute/scratch"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "hold-a-folder" {
		hold(os.Args[2])
	}
	goleak.VerifyTestMain(m)
}

// hold opens a folder, prints its path and waits to be killed.
func hold(base string) {
	d, err := scratch.Open(base)
	if err != nil {
		panic(err)
	}
	fmt.Println(d.Path())
	select {}
}

func open(t testing.TB, base string) *scratch.Dir {
	t.Helper()
	d, err := scratch.Open(base)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func TestOpenAndClose(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	d := open(t, base)
	info, err := os.Stat(d.Path())
	if err != nil || info.Mode() != fs.ModeDir|0o700 || !strings.HasPrefix(d.Path(), filepath.Join(base, fmt.Sprintf("spindle-%d-", os.Getpid()))) {
		t.Errorf("folder %s has mode %v, %v", d.Path(), info.Mode(), err)
	}
	sub, err := d.Sub("task-1")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(sub, "a"), []byte("x"), 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Sub("task-1"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the same folder again: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(base); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestVanished(t *testing.T) {
	t.Parallel()
	d := open(t, t.TempDir())
	if err := d.Check(); err != nil {
		t.Error(err)
	}
	if err := os.RemoveAll(d.Path()); err != nil {
		t.Fatal(err)
	}
	_, err := d.Sub("x")
	for _, err := range []error{err, d.Check()} {
		if !errors.As(err, new(*scratch.VanishedError)) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), d.Path()) {
			t.Errorf("error = %v", err)
		}
	}
	if err := d.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// A folder of a living engine stays, that of a killed one goes.
func TestSweep(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "hold-a-folder", base)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	theirs := strings.TrimSpace(line)
	open(t, base)
	if _, err := os.Stat(theirs); err != nil {
		t.Errorf("the folder of a living engine: %v", err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	open(t, base)
	if _, err := os.Stat(theirs); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder of a killed engine is still there: %v", err)
	}
}

func TestSweepIsCareful(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	const dead = "999999999" // larger than any process id
	old := time.Now().Add(-time.Hour)
	// Its engine lives where we don't see its process id.
	elsewhere := open(t, base)
	hidden := filepath.Join(base, "spindle-"+dead+"-elsewhere")
	if err := os.Rename(elsewhere.Path(), hidden); err != nil {
		t.Fatal(err)
	}
	folder := func(name string, lock bool) string {
		path := filepath.Join(base, name)
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if lock {
			if err := os.WriteFile(filepath.Join(path, ".lock"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	gone := []string{folder("spindle-"+dead+"-lock", true), folder("spindle-"+dead+"-old", false)}
	stay := []string{
		folder("spindle-"+dead+"-new", false), folder("spindle-x-1", true), folder("spindle-1-1", true),
		folder("spindle-"+dead, true), folder("other-"+dead+"-1", true), folder("spindle-0-1", true),
	}
	link := filepath.Join(base, "spindle-"+dead+"-link")
	if err := os.Symlink(stay[0], link); err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Concat(gone, stay[1:]) {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	open(t, base)
	for _, path := range gone {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is still there", path)
		}
	}
	for _, path := range append(stay, hidden, link) {
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s was removed", path)
		}
	}
}

func TestBase(t *testing.T) {
	t.Parallel()
	fallback, memory := t.TempDir(), t.TempDir()
	if got := scratch.Base(fallback, "/no/such/folder", memory); got != memory {
		t.Errorf("base = %s, want %s", got, memory)
	}
	if got := scratch.Base(fallback, "/no/such/folder", "/proc"); got != fallback {
		t.Errorf("base = %s, want %s", got, fallback)
	}
	if left, err := os.ReadDir(memory); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := scratch.Open("/no/such/folder"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "/no/such/folder") {
		t.Errorf("error = %v", err)
	}
}
