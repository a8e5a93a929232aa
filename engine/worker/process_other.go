//go:build unix && !linux

package worker

import (
	"syscall"

	"golang.org/x/sys/unix"
)

const maxRSSUnit = 1 // ru_maxrss counts bytes

// taskAttr leaves dying with the engine to the process, which sees its channel end.
func taskAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

func signalName(s syscall.Signal) string { return unix.SignalName(s) }
