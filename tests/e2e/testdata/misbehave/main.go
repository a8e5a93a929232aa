// Command misbehave does one bad thing in its middle step: the twin of misbehave.py.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/flow"
)

// Misbehave is the flow.
type Misbehave struct {
	flow.Flow
	How    string `param:"how" default:"well"`
	Before string
	After  string
}

// Start works.
func (t *Misbehave) Start(ctx flow.Context) (flow.Next, error) {
	t.Before = "kept"
	return flow.To(t.Middle), nil
}

// Middle does what it is told to.
func (t *Misbehave) Middle(ctx flow.Context) (flow.Next, error) {
	misdeeds := map[string]func() error{
		"well":       func() error { return nil },
		"panic":      func() error { panic("at the disco") },
		"goroutine":  inGoroutine,
		"overflow":   func() error { return fmt.Errorf("%d", deeper(1)) },
		"exit_zero":  func() error { os.Exit(0); return nil },
		"exit_three": func() error { os.Exit(3); return nil },
		"kill":       func() error { return syscall.Kill(os.Getpid(), syscall.SIGKILL) },
		"memory":     hoard,
		"wait":       wait,
		"vanish":     vanish,
		"stubborn":   func() error { signal.Ignore(syscall.SIGTERM, syscall.SIGINT); return wait() },
	}
	if err := misdeeds[t.How](); err != nil {
		return flow.Next{}, err
	}
	t.After = "also kept"
	return flow.To(t.End), nil
}

// End prints.
func (t *Misbehave) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.Before, t.After)
	return flow.End(), nil
}

// inGoroutine panics where nobody can recover.
func inGoroutine() error {
	go func() { panic("far away") }()
	select {}
}

func deeper(n int) int {
	var room [1 << 10]int
	room[n%len(room)] = deeper(n + 1)
	return room[0]
}

func hoard() error {
	var kept [][]byte
	for {
		block := make([]byte, 16<<20)
		for i := range block {
			block[i] = byte(i)
		}
		kept = append(kept, block)
		if len(kept) > 1<<20 {
			return nil
		}
	}
}

// wait waits with a child of its own, whose pid it leaves where the test finds it.
func wait() error {
	child := exec.Command("sleep", "600")
	if err := child.Start(); err != nil {
		return err
	}
	if err := os.WriteFile(os.Getenv("SIDE_EFFECTS"), fmt.Appendf(nil, "%d %d", os.Getpid(), child.Process.Pid), 0o644); err != nil {
		return err
	}
	time.Sleep(10 * time.Minute)
	return nil
}

// vanish removes the scratch folders of the engine, which is this process's parent, wherever it has put them.
func vanish() error {
	for _, base := range []string{"/dev/shm", os.Getenv("TMPDIR")} {
		found, err := filepath.Glob(filepath.Join(base, fmt.Sprintf("spindle-%d-*", os.Getppid())))
		if err != nil {
			return err
		}
		for _, dir := range found {
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
		}
	}
	return nil
}

func main() { flow.Main(&Misbehave{}) }
