package pipe

import (
	"fmt"
	"os"
	"syscall"
)

// New returns a pipe: the engine's reader and the end to give to a child. Neither is inherited by accident.
func New(name string) (*Reader, *os.File, error) {
	r, w, err := pipeFDs()
	if err != nil {
		return nil, nil, fmt.Errorf("make pipe %q: %w", name, err)
	}
	ours, err := nonBlocking(r, name)
	if err != nil {
		_ = syscall.Close(w)
		return nil, nil, err
	}
	return NewReader(ours), os.NewFile(uintptr(w), name+" (child)"), nil
}

// Socket returns a connected pair of stream sockets: the engine's end and the end to give to a child.
func Socket(name string) (*Reader, *os.File, error) {
	a, b, err := socketFDs()
	if err != nil {
		return nil, nil, fmt.Errorf("make socket pair %q: %w", name, err)
	}
	ours, err := nonBlocking(a, name)
	if err != nil {
		_ = syscall.Close(b)
		return nil, nil, err
	}
	return NewReader(ours), os.NewFile(uintptr(b), name+" (child)"), nil
}

// nonBlocking makes a file of fd that the runtime can wait for. The child's end stays blocking, as programs expect.
func nonBlocking(fd int, name string) (*os.File, error) {
	if err := syscall.SetNonblock(fd, true); err != nil {
		_ = syscall.Close(fd)
		return nil, fmt.Errorf("make %q non-blocking: %w", name, err)
	}
	return os.NewFile(uintptr(fd), name), nil
}
