package worker

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// The variables that tell a process the descriptor of its channel.
const (
	controlVariable = "SPINDLE_WORKER_FD"
	taskVariable    = "SPINDLE_TASK_FD"
)

// Program is how to start a worker.
type Program struct {
	Argv []string // the program and its arguments
	Env  []string // the whole environment; the engine adds the channel's variable
	Dir  string   // working directory, empty for the engine's own
}

// String returns the command line for messages.
func (p Program) String() string { return strings.Join(p.Argv, " ") }

// Exit is how a process ended.
type Exit struct {
	Code   int            // 0 when Signal is set
	Signal syscall.Signal // 0 when the process exited by itself
	MaxRSS int64          // bytes, 0 when not known
	User   time.Duration
	System time.Duration
	// Lost means that nobody could say how the process ended: the worker that would have known died first.
	Lost bool
}

// String says how the process ended, as a clause.
func (e Exit) String() string {
	switch {
	case e.Lost:
		return "was killed because its worker died"
	case e.Signal == syscall.SIGKILL:
		return "was killed by SIGKILL (by the kernel if memory ran out)"
	case e.Signal != 0:
		return "was killed by " + signalName(e.Signal)
	default:
		return fmt.Sprintf("exited with code %d", e.Code)
	}
}

// process is a program started by the engine itself.
type process struct {
	pid  int
	done chan struct{}
	exit Exit // valid once done is closed
	// parts says that it closes all it has of ours before it ends.
	parts bool
}

// launch starts a program with its channel as descriptor 3, announced in the variable. The child's files stay the caller's to close.
func launch(p Program, variable string, channel, stdout, stderr *os.File, attr *syscall.SysProcAttr) (*process, error) {
	if len(p.Argv) == 0 {
		return nil, errors.New("start worker: no program given")
	}
	cmd := exec.Command(p.Argv[0], p.Argv[1:]...)
	cmd.Env = append(withoutChannels(p.Env), variable+"=3")
	cmd.Dir = p.Dir
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.ExtraFiles = []*os.File{channel}
	cmd.SysProcAttr = attr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start worker %q: %w", p.String(), err)
	}
	proc := &process{pid: cmd.Process.Pid, done: make(chan struct{})}
	go func() {
		// The error repeats the exit status, which is read from the state.
		_ = cmd.Wait()
		proc.exit = exitOf(cmd.ProcessState)
		close(proc.done)
	}()
	return proc, nil
}

// withoutChannels drops channel variables that the engine itself inherited, being started by a task.
func withoutChannels(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return name == controlVariable || name == taskVariable
	})
}

func exitOf(state *os.ProcessState) Exit {
	if state == nil {
		return Exit{Lost: true}
	}
	e := Exit{User: state.UserTime(), System: state.SystemTime()}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		e.Signal = status.Signal()
	} else {
		e.Code = state.ExitCode()
	}
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		e.MaxRSS = int64(usage.Maxrss) * maxRSSUnit
	}
	return e
}

// signalGroup sends a signal to the group of a process, or to the process alone in the instant before it has its own group.
func signalGroup(pid int, sig syscall.Signal) {
	if pid <= 1 {
		return // -1 would be every process of the user
	}
	if err := syscall.Kill(-pid, sig); errors.Is(err, syscall.ESRCH) {
		_ = syscall.Kill(pid, sig)
	}
}
