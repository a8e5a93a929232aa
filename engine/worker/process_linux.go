package worker

import (
	"syscall"

	"golang.org/x/sys/unix"
)

const maxRSSUnit = 1 << 10 // ru_maxrss counts KiB

// taskAttr makes the process die with the engine: the kernel signals it when the thread that started it ends, which is why [Spawner]
// keeps one thread for starting.
func taskAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func signalName(s syscall.Signal) string { return unix.SignalName(s) }
