package python

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Exit is how a process ended.
type Exit struct {
	Code   int
	Signal syscall.Signal // 0 when the process exited by itself
}

// String says it as a clause.
func (e Exit) String() string {
	switch e.Signal {
	case 0:
		return fmt.Sprintf("exited with code %d", e.Code)
	case syscall.SIGKILL:
		return "was killed by SIGKILL (by the system if memory ran out)"
	case syscall.SIGSEGV:
		return "was killed by SIGSEGV: compiled code, of Python or of a package, touched memory that is not its own"
	default:
		return "was killed by " + unix.SignalName(e.Signal)
	}
}

func exitOf(state *os.ProcessState) Exit {
	if state == nil {
		return Exit{}
	}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return Exit{Signal: status.Signal()}
	}
	return Exit{Code: state.ExitCode()}
}
