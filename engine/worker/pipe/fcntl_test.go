package pipe_test

import (
	"testing"

	"golang.org/x/sys/unix"
)

func fcntl(t *testing.T, fd, command int) int {
	t.Helper()
	flags, err := unix.FcntlInt(uintptr(fd), command, 0)
	if err != nil {
		t.Fatal(err)
	}
	return flags
}
