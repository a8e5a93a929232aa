//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/tests/processes"
)

// TestTaskEndings: each way a task's process can end badly has its words, fails the run with exit code 1, and leaves what was
// finished before readable.
func TestTaskEndings(t *testing.T) {
	common := map[string][]string{
		"exit_zero":  {"without", "result"},
		"exit_three": {"exit code 3"},
		"kill":       {"SIGKILL"},
	}
	own := map[string]map[string][]string{
		"python": {"segfault": {"segmentation fault"}},
		"go":     {"panic": {"at the disco", "main.go"}, "goroutine": {"far away", "exit code 2"}, "overflow": {"stack overflow", "exit code 2"}},
	}
	for _, l := range languages() {
		ways := maps.Clone(common)
		maps.Copy(ways, own[l.name])
		for how, words := range ways {
			t.Run(l.name+"/"+how, func(t *testing.T) {
				t.Parallel()
				p := l.place(t, "misbehave")
				o := p.spindle(t, "run", "flow.py", "--how", how)
				wantCode(t, o, 1)
				wantText(t, o, append(words, "Task failed", "Workflow failed.", "middle (task-id 2) failed")...)
				p.wantResumable(t, "Misbehave")
			})
		}
	}
}

// wantResumable: the store reads, and a resume that is told to behave can't be given parameters, so it fails in the same step
// and nowhere else.
func (p *place) wantResumable(t *testing.T, flow string) {
	t.Helper()
	before := p.spindle(t, "dump", "flow.py", p.latest(t, flow)+"/start", "--include", "before")
	wantCode(t, before, 0)
	wantText(t, before, "kept")
}

func (p *place) latest(t *testing.T, flow string) string {
	t.Helper()
	id, err := os.ReadFile(filepath.Join(p.store, flow, "latest_run"))
	if err != nil {
		t.Fatal(err)
	}
	return string(id)
}

// TestKilledForMemory puts the engine into a memory cgroup that the task outgrows: the kernel kills the task, not the engine.
func TestKilledForMemory(t *testing.T) {
	for _, l := range languages() {
		t.Run(l.name, func(t *testing.T) {
			group := memoryGroup(t, 400<<20)
			p := l.place(t, "misbehave")
			cmd := p.command(t, "run", "flow.py", "--how", "memory")
			join := fmt.Sprintf("echo $$ > %s/cgroup.procs && exec \"$@\"", group)
			inner := append([]string{"sh", "-c", join, "sh"}, cmd.Args...)
			cmd.Path, cmd.Args = "/bin/sh", inner
			o := finish(t, cmd, time.Minute)
			wantCode(t, o, 1)
			wantText(t, o, "memory", "SIGKILL", "middle (task-id 2) failed")
			p.wantResumable(t, "Misbehave")
		})
	}
}

// memoryGroup makes a memory cgroup (either version) or skips.
func memoryGroup(t *testing.T, limit int) string {
	t.Helper()
	name := fmt.Sprintf("spindle-test-%d", os.Getpid())
	for root, file := range map[string]string{"/sys/fs/cgroup/memory": "memory.limit_in_bytes", "/sys/fs/cgroup": "memory.max"} {
		dir := filepath.Join(root, name)
		if os.Mkdir(dir, 0o755) != nil {
			continue
		}
		// The kernel makes the file in a new cgroup; where it does not, this is an ordinary folder.
		f, err := os.OpenFile(filepath.Join(dir, file), os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteString(strconv.Itoa(limit))
			_ = f.Close()
		}
		if err != nil {
			_ = os.Remove(dir)
			continue
		}
		t.Cleanup(func() {
			for range 50 {
				if os.Remove(dir) == nil {
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
			t.Errorf("%s still has processes", dir)
		})
		return dir
	}
	t.Skip("no memory cgroup can be made here (needs root and a writable /sys/fs/cgroup)")
	return ""
}

// TestSignals: a task that waits with a child of its own, and an engine that is told to stop.
func TestSignals(t *testing.T) {
	cases := []struct {
		name, how string
		signals   []syscall.Signal
		code      int
		words     []string
	}{
		{"SIGTERM", "wait", []syscall.Signal{syscall.SIGTERM}, 143, []string{"interrupted"}},
		{"Ctrl-C", "wait", []syscall.Signal{syscall.SIGINT}, 130, []string{"Workflow interrupted"}},
		{"double Ctrl-C on a task that ignores it", "stubborn", []syscall.Signal{syscall.SIGINT, syscall.SIGINT}, 130, []string{"Workflow interrupted"}},
	}
	for _, l := range languages() {
		for _, c := range cases {
			t.Run(l.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				signalled(t, l.place(t, "misbehave"), c.how, c.signals, c.code, c.words)
			})
		}
	}
}

func signalled(t *testing.T, p *place, how string, signals []syscall.Signal, code int, words []string) {
	t.Helper()
	cmd := p.command(t, "run", "flow.py", "--how", how)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pids := p.waitingTask(t)
	for i, s := range signals {
		if i > 0 {
			time.Sleep(300 * time.Millisecond)
		}
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	o := endWithin(t, cmd, &out, 30*time.Second)
	wantCode(t, o, code)
	wantText(t, o, words...)
	for _, pid := range pids {
		processes.AwaitGone(t, pid)
	}
	p.wantResumable(t, "Misbehave")
	wantText(t, p.spindle(t, "runs", "flow.py", "--json"), "interrupted")
}

func endWithin(t *testing.T, cmd *exec.Cmd, out *bytes.Buffer, limit time.Duration) outcome {
	t.Helper()
	timer := time.AfterFunc(limit, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	if !timer.Stop() {
		t.Fatalf("did not end within %v:\n%s", limit, out.String())
	}
	return outcome{code: cmd.ProcessState.ExitCode(), stdout: out.String()}
}

// waitingTask awaits the pids that the waiting step leaves.
func (p *place) waitingTask(t *testing.T) []int {
	t.Helper()
	for range 1200 {
		text, err := os.ReadFile(filepath.Join(p.dir, "side-effects"))
		var task, child int
		if err == nil {
			if n, _ := fmt.Sscan(string(text), &task, &child); n == 2 {
				return []int{task, child}
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the waiting step never came")
	return nil
}

// TestEngineKilled: a killed engine takes its tasks with it, and the run shows as interrupted.
func TestEngineKilled(t *testing.T) {
	for _, l := range languages() {
		t.Run(l.name, func(t *testing.T) {
			p := l.place(t, "misbehave")
			cmd := p.command(t, "run", "flow.py", "--how", "wait")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			pids := p.waitingTask(t)
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			for _, pid := range pids {
				processes.AwaitGone(t, pid)
			}
			p.wantResumable(t, "Misbehave")
			wantText(t, p.spindle(t, "runs", "flow.py", "--json"), "interrupted")
		})
	}
}

// TestTwoRunsAtOnce: two runs of one flow in one store.
func TestTwoRunsAtOnce(t *testing.T) {
	for _, l := range languages() {
		t.Run(l.name, func(t *testing.T) { twoRunsAtOnce(t, l.place(t, "fan300")) })
	}
}

func twoRunsAtOnce(t *testing.T, p *place) {
	t.Helper()
	results := make(chan outcome)
	for range 2 {
		go func() { results <- finish(t, p.command(t, "run", "flow.py", "--max-num-splits", "300"), 2*time.Minute) }()
	}
	for range 2 {
		wantCode(t, <-results, 0)
	}
	reader := startReader(t)
	runs := p.runs(t, "Fan300")
	if len(runs) != 2 {
		t.Fatalf("runs %v, want two", runs)
	}
	for _, run := range runs {
		if a := reader.read(t, filepath.Dir(p.store), "Fan300", run); len(a.Errors) > 0 || !a.Successful {
			t.Errorf("run %s: successful %v, errors %v", run, a.Successful, a.Errors)
		}
	}
}
