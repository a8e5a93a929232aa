// Package process tells whether a process that wrote down its number is still the one of that number: systems give numbers anew.
package process

import (
	"errors"

	"golang.org/x/sys/unix"
)

// Alive says whether the process of a number exists, and is the one that was born then. An empty birth is that of any process: it was not written down, or
// could not be told. A process of another user exists, too.
func Alive(pid int, birth string) bool {
	if pid <= 0 {
		return false
	}
	if err := unix.Kill(pid, 0); err != nil && !errors.Is(err, unix.EPERM) {
		return false
	}
	if birth == "" {
		return true
	}
	now := Birth(pid)
	return now == "" || now == birth
}
