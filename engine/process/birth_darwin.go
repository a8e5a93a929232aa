package process

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Birth tells when a process was started, as text that no later process of the number has; empty where it can't be told.
func Birth(pid int) string {
	info, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil || int(info.Proc.P_pid) != pid {
		return ""
	}
	return fmt.Sprintf("%d.%06d", info.Proc.P_starttime.Sec, info.Proc.P_starttime.Usec)
}
