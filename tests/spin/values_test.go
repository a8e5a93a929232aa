package spin

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// heavy leaves a value of a megabyte in each step, and waits in the last one while a file says so.
const heavy = `import os, time
from metaflow import FlowSpec, step

class Heavy(FlowSpec):
    word = "first"
    @step
    def start(self):
        self.first = os.urandom(1 << 20)
        self.next(self.mid)

    @step
    def mid(self):
        self.second = self.first[::-1]
        self.next(self.end)

    @step
    def end(self):
        self.third = self.second[::-1]
        print("in the step", flush=True)
        while os.path.exists("wait"):
            time.sleep(0.01)

if __name__ == "__main__":
    Heavy()
`

func newHeavy(t *testing.T) *place {
	t.Helper()
	p := newPlace(t, "heavy")
	if err := os.WriteFile(filepath.Join(p.dir, p.file), []byte(heavy), 0o644); err != nil {
		t.Fatal(err)
	}
	p.command(binary, "run", p.file)
	return p
}

// workbench is what `workbench VERB --json` says.
type workbench struct {
	Tasks       any
	Size, Freed int64
	Busy        bool
}

func (p *place) workbench(verb string, env ...string) (w workbench) {
	p.t.Helper()
	cmd := p.start(env, "workbench", verb, p.file, "--json")
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &w)
	}
	if err != nil {
		p.t.Fatalf("workbench %s: %v\n%s", verb, err, out)
	}
	return w
}

// start makes a command that has not been started.
func (p *place) start(env []string, args ...string) *exec.Cmd {
	cmd := exec.Command(binary, args...)
	cmd.Dir = p.dir
	cmd.Env = append(append(os.Environ(), "METAFLOW_USER=tester", "SPINDLE_WARM_MINUTES=0", "METAFLOW_DATASTORE_SYSROOT_LOCAL="+p.dir), env...)
	return cmd
}

// tree are all files below a folder with their sizes.
func (p *place) tree(dir string) map[string]int64 {
	p.t.Helper()
	files := map[string]int64{}
	err := filepath.Walk(filepath.Join(p.dir, dir), func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			files[path] = info.Size()
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return files
}

// TestResetFrees: a reset deletes the values of this workbench and nobody else's: not the origin's, not another user's, not what was spun for
// Metaflow's readers, also where that has inherited from what is freed.
func TestResetFrees(t *testing.T) {
	t.Parallel()
	peer := peerPython(t)
	p := newHeavy(t)
	origin := p.tree(".metaflow")
	p.command(binary, "spin", p.file, "start")
	p.command(binary, "spin", p.file, "mid")
	p.command(binary, "spin", p.file, "end", "--persist", "--run-id-file", filepath.Join(p.dir, "id"))
	bob := func(step string) {
		t.Helper()
		if out, err := p.start([]string{"METAFLOW_USER=bob"}, "spin", p.file, step, "--namespace", "").CombinedOutput(); err != nil {
			t.Fatalf("bob's %s: %v\n%s", step, err, out)
		}
	}
	bob("start")
	bob("mid")
	if w := p.workbench("show"); w.Size < 2<<20 {
		t.Errorf("two random megabytes take %d bytes", w.Size)
	}
	if w := p.workbench("reset"); w.Freed < 2<<20 || w.Busy || w.Tasks != float64(3) {
		t.Errorf("reset: %+v", w)
	}
	if w := p.workbench("show"); w.Size != 0 {
		t.Errorf("after a reset %d bytes are left", w.Size)
	}
	for path, size := range origin {
		if info, err := os.Stat(path); err != nil || info.Size() != size {
			t.Errorf("the origin's %s: %v", path, err)
		}
	}
	id, err := os.ReadFile(filepath.Join(p.dir, "id"))
	if err != nil {
		t.Fatal(err)
	}
	out := p.command(peer, script(t, "look.py"), "Heavy/"+string(id)+"/end/0")
	for _, name := range []string{"first b'", "second b'", "third b'"} {
		if !strings.Contains(out, name) {
			t.Errorf("%s… is not in what was persisted:\n%s", name, out)
		}
	}
	bob("end")
	p.command(binary, "spin", p.file, "mid")
}

// TestResetWhileSpinning: what a running spin may need stays until the next reset.
func TestResetWhileSpinning(t *testing.T) {
	t.Parallel()
	p := newHeavy(t)
	p.command(binary, "spin", p.file, "mid")
	wait := filepath.Join(p.dir, "wait")
	if err := os.WriteFile(wait, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := p.start(nil, "spin", p.file, "end")
	out := &output{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for !strings.Contains(out.String(), "in the step") {
		time.Sleep(10 * time.Millisecond)
	}
	if w := p.workbench("reset"); !w.Busy || w.Freed != 0 || w.Tasks != float64(1) {
		t.Errorf("reset while a spin is running: %+v", w)
	}
	if err := os.Remove(wait); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the spin: %v\n%s", err, out)
	}
	if w := p.workbench("reset"); w.Busy || w.Freed < 2<<20 || w.Tasks != float64(1) {
		t.Errorf("reset after it: %+v", w)
	}
}
