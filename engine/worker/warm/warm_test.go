package warm_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/warm"
	sdk "github.com/spindle-flow/spindle/python"
	"github.com/spindle-flow/spindle/tests/processes"
)

var python = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out)), err
})

// project is a folder with a flow, and all that a keeper for it needs.
type project struct {
	t      *testing.T
	dir    string
	python string
	env    []string
	place  warm.Place
}

const flowText = `import os, helper, pack.inner, thirdparty
from metaflow import FlowSpec, step, current
print("importing")

class F(FlowSpec):
    @step
    def start(self):
        self.next(self.end)
    @step
    def end(self):
        pass

F.__doc__ = f"{helper.VALUE} {pack.inner.VALUE} {thirdparty.PID} {os.getpid()} {os.environ.get('CHOSEN')}"
if __name__ == "__main__":
    F()
`

func newProject(t *testing.T) *project {
	t.Helper()
	path, err := python()
	if err != nil {
		t.Skipf("no python3: %v", err)
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	sdkDir, err := sdk.Unpack(filepath.Join(root, "cache"))
	if err != nil {
		t.Fatal(err)
	}
	p := &project{t: t, dir: filepath.Join(root, "project"), python: path}
	p.write("flow.py", flowText)
	p.write("helper.py", "VALUE = 'one'\n")
	p.write("pack/__init__.py", "")
	p.write("pack/inner.py", "VALUE = 'in'\n")
	p.write("../site-packages/thirdparty.py", "import os\nPID = os.getpid()\n")
	p.env = append(os.Environ(), "PYTHONPATH="+sdkDir+":"+filepath.Join(root, "site-packages"), "PYTHONDONTWRITEBYTECODE=1")
	runtimeDir, err := os.MkdirTemp("", "warm") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	if p.place, err = warm.PlaceOf(runtimeDir, p.dir, path); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = p.place.Stop(context.Background())
		_ = os.RemoveAll(runtimeDir)
	})
	return p
}

// write saves a file as if that had been a while ago: what is saved while it is imported is not kept.
func (p *project) write(name, text string) {
	p.t.Helper()
	file := filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		p.t.Fatal(err)
	}
	ago := time.Now().Add(-time.Second)
	if err := os.Chtimes(file, ago, ago); err != nil {
		p.t.Fatal(err)
	}
}

func (p *project) session(env ...string) warm.Session {
	return warm.Session{
		Surroundings: warm.SurroundingsOf(append(append([]string{}, p.env...), env...), p.dir, []string{p.python}),
		Flow:         worker.DescribeRequest{Source: filepath.Join(p.dir, "flow.py")},
	}
}

// keep starts a keeper and waits until it has imported the flow and, if wanted, the libraries.
func (p *project) keep(idle time.Duration, env ...string) warm.Status {
	p.t.Helper()
	if err := p.place.Start(p.python, p.session(env...), idle); err != nil {
		p.t.Fatal(err)
	}
	return p.await(func(s warm.Status) bool { return len(s.Flows) > 0 && s.Base })
}

func (p *project) await(good func(warm.Status) bool) warm.Status {
	p.t.Helper()
	for {
		s, err := p.place.Status(p.t.Context())
		if err == nil && good(s) {
			return s
		}
		if p.t.Context().Err() != nil {
			p.t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// gone waits for the end of a keeper.
func (p *project) gone() {
	p.t.Helper()
	for {
		if _, err := p.place.Status(p.t.Context()); err != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// seen is what the import of a flow saw: helper, package, the process that imported the library, that which imported the flow, CHOSEN.
type seen struct{ helper, inner, library, flow, chosen, printed string }

// spin gets a worker from the keeper and describes the flow with it.
func (p *project) spin(env ...string) (*worker.Worker, seen, error) {
	p.t.Helper()
	var mu sync.Mutex
	var out strings.Builder
	session := p.session(env...)
	w, err := worker.Start(p.t.Context(), worker.Options{
		Program: worker.Program{Argv: []string{p.python}},
		Stdout: func(b []byte) {
			mu.Lock()
			defer mu.Unlock()
			out.Write(b)
		},
		Launch: func(ctx context.Context, control, stdout, stderr *os.File) (worker.Launched, error) {
			return p.place.Launch(ctx, session, control, stdout, stderr)
		},
	})
	if err != nil {
		return nil, seen{}, err
	}
	d, err := w.Describe(p.t.Context(), session.Flow)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = w.Close()
	mu.Lock()
	defer mu.Unlock()
	f := strings.Fields(d.Doc)
	return w, seen{f[0], f[1], f[2], f[3], f[4], out.String()}, nil
}

func (p *project) mustSpin(env ...string) seen {
	p.t.Helper()
	_, s, err := p.spin(env...)
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

func TestKeepsTheFlow(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.keep(time.Minute)
	first, second := p.mustSpin(), p.mustSpin()
	if first != second {
		t.Errorf("imported twice: %+v, %+v", first, second)
	}
	if first.printed != "importing\n" {
		t.Errorf("what the import printed was %q", first.printed)
	}
}

func TestReloadsWhatIsTheProjects(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.keep(time.Minute)
	p.mustSpin()
	p.write("helper.py", "VALUE = 'second'\n")
	second := p.mustSpin()
	if second.helper != "second" || second.library == second.flow {
		t.Errorf("after an edit of a module: %+v", second)
	}
	p.write("pack/inner.py", "VALUE = 'deeper'\n")
	third := p.mustSpin()
	if third.inner != "deeper" || third.helper != "second" || third.library != second.library || third.flow == second.flow {
		t.Errorf("after an edit of a package's module: %+v, before %+v", third, second)
	}
	p.write("flow.py", strings.Replace(flowText, `print("importing")`, `print("anew")`, 1))
	fourth := p.mustSpin()
	if fourth.printed != "anew\n" || fourth.library != second.library {
		t.Errorf("after an edit of the flow: %+v", fourth)
	}
	p.await(func(s warm.Status) bool { return len(s.Flows) > 0 })
	if again := p.mustSpin(); again != fourth {
		t.Errorf("not kept after edits: %+v, %+v", again, fourth)
	}
	// A module that hides a library from now on.
	p.write("thirdparty.py", "PID = 'own'\n")
	if fifth := p.mustSpin(); fifth.library != "own" {
		t.Errorf("a new module of the project is not seen: %+v", fifth)
	}
}

func TestOtherSurroundings(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.keep(time.Minute)
	if _, _, err := p.spin("CHOSEN=other"); err == nil {
		t.Error("a keeper served another environment")
	}
	p.gone()
	p.keep(time.Minute, "CHOSEN=other")
	if s := p.mustSpin("CHOSEN=other", "COLUMNS=99"); s.chosen != "other" {
		t.Errorf("the new keeper has %+v", s)
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(p *project, pid int){
		"idle":     func(*project, int) {},
		"folder":   func(p *project, _ int) { _ = os.Rename(p.dir, p.dir+"-gone") },
		"sigterm":  func(_ *project, pid int) { _ = syscall.Kill(pid, syscall.SIGTERM) },
		"sigkill":  func(_ *project, pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) },
		"replaced": func(p *project, _ int) { _ = os.Remove(p.place.Socket) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			var pid int
			if name == "idle" {
				if err := p.place.Start(p.python, p.session(), 4*time.Second); err != nil {
					t.Fatal(err)
				}
				// Not until it is warm: on a busy machine that may take longer than it stays.
				pid = p.await(func(warm.Status) bool { return true }).PID
			} else {
				pid = p.keep(time.Hour).PID
			}
			end(p, pid)
			processes.AwaitGone(t, pid)
			if _, _, err := p.spin(); err == nil {
				t.Error("something still answers")
			}
			if name != "folder" { // a stale socket is in nobody's way
				p.keep(time.Hour)
				p.mustSpin()
			}
		})
	}
}

func TestKilledInBetween(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	pid := p.keep(time.Minute).PID
	session := p.session()
	w, err := worker.Start(t.Context(), worker.Options{
		Program: worker.Program{Argv: []string{p.python}},
		Launch: func(ctx context.Context, control, stdout, stderr *os.File) (worker.Launched, error) {
			return p.place.Launch(ctx, session, control, stdout, stderr)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
	processes.AwaitGone(t, pid)
	if _, err := w.Describe(t.Context(), session.Flow); err != nil {
		t.Errorf("a worker whose keeper was killed: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.keep(time.Minute)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, s, err := p.spin(); err != nil || s.helper != "one" {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
	all.Wait()
}

func TestPlaceIsTheUsersAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "spindle"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "spindle"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := warm.PlaceOf(dir, "/p", "python"); err == nil {
		t.Error("a folder that others can look into was taken")
	}
}
