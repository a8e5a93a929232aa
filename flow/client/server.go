package client

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

var errNoSpindle = errors.New("spindle is not on the PATH, and SPINDLE_BIN does not name it: the client reads the store through it")

// startServer starts a server of the store for this process alone. It ends with its channel.
func startServer(ctx context.Context) (*wire.Conn, func() error, error) {
	spindle := os.Getenv("SPINDLE_BIN")
	if spindle == "" {
		found, err := exec.LookPath("spindle")
		if err != nil {
			return nil, nil, errNoSpindle
		}
		spindle = found
	}
	ours, theirs, err := socketPair()
	if err != nil {
		return nil, nil, err
	}
	defer theirs.Close()
	cmd := exec.CommandContext(ctx, spindle, "store-server")
	cmd.Env = append(os.Environ(), "SPINDLE_TASK_FD=3")
	cmd.ExtraFiles = []*os.File{theirs}
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C in a shell is not for it
	if err := cmd.Start(); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("start %s: %w", spindle, err), ours.Close())
	}
	conn := wire.New(ours)
	end := func() error {
		err := conn.Close()
		_ = cmd.Wait() // it has nothing to say any more
		return err
	}
	hello := wire.Hello{Type: "hello", Protocol: wire.Protocol, Language: "go", Version: strings.TrimPrefix(runtime.Version(), "go"), PID: os.Getpid()}
	if err := conn.Greet(hello); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s store-server: %w", spindle, err), end())
	}
	return conn, end, nil
}

func socketPair() (ours, theirs *os.File, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("make a channel: %w", err)
	}
	for _, fd := range fds {
		syscall.CloseOnExec(fd)
	}
	return os.NewFile(uintptr(fds[0]), "store channel"), os.NewFile(uintptr(fds[1]), "store channel"), nil
}
