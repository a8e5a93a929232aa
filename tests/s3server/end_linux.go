package s3server

import (
	"os/exec"
	"syscall"
)

// endWithUs has the kernel end the server when the test's process is killed.
func endWithUs(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
