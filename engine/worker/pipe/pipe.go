// Package pipe makes the pipes and sockets between the engine and its child processes, and reads them to a sure end.
//
// The end of a pipe comes only when the last process that holds it is gone, and a task may leave processes behind that hold it for
// ever. A [Reader] therefore knows two ways to end: the real end of file, and [Reader.Release], called when the
// process of interest has exited, after which the reader takes what is still there, waits a short while and gives up.
package pipe

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// Reader is the engine's end of a pipe or socket. One goroutine may read while others call the other methods.
type Reader struct {
	file *os.File

	mu       sync.Mutex    // guards the rest
	quiet    time.Duration // 0 until released
	deadline time.Time     // when the reader gives up at the latest
}

// NewReader returns a reader of f, which must be non-blocking.
func NewReader(f *os.File) *Reader { return &Reader{file: f} }

// File returns the underlying file.
func (r *Reader) File() *os.File { return r.file }

// Close closes the underlying file. A Read in progress returns [os.ErrClosed].
func (r *Reader) Close() error { return r.file.Close() }

// Read reads like the file does. After [Reader.Release] it returns [io.EOF] instead of waiting for long.
func (r *Reader) Read(p []byte) (int, error) {
	n, err := r.file.Read(p)
	if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		return n, plainEnd(err)
	}
	return r.readLeft(p)
}

// Release says that the process which writes has exited: Read returns [io.EOF] when nothing has come for the duration quiet, at the
// latest after limit. Bytes that were written before the call are read in any case, however late the reader comes to it.
func (r *Reader) Release(quiet, limit time.Duration) {
	now := time.Now()
	r.mu.Lock()
	r.quiet, r.deadline = quiet, now.Add(limit)
	r.mu.Unlock()
	// An error means that the file is closed or has no deadlines: the reader then ends by itself.
	_ = r.file.SetReadDeadline(now.Add(min(quiet, limit)))
}

// readLeft reads without waiting once the deadline has passed. The runtime refuses to read past a deadline even when bytes are
// there, hence the bare system call.
func (r *Reader) readLeft(p []byte) (int, error) {
	r.mu.Lock()
	quiet, deadline := r.quiet, r.deadline
	r.mu.Unlock()
	n, err := readNow(r.file, p)
	if err != nil || n == 0 {
		return 0, io.EOF // nothing left, or the end, or broken: all the same after the writer's exit
	}
	next := time.Now().Add(quiet)
	if next.After(deadline) {
		next = deadline
	}
	if err := r.file.SetReadDeadline(next); err != nil {
		return n, fmt.Errorf("set read deadline: %w", err)
	}
	return n, nil
}

// readNow reads once without blocking.
func readNow(f *os.File, p []byte) (n int, err error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	var readErr error
	err = raw.Control(func(fd uintptr) {
		for {
			n, readErr = syscall.Read(int(fd), p)
			if readErr != syscall.EINTR {
				return
			}
		}
	})
	if err != nil {
		return 0, err
	}
	return max(n, 0), readErr
}

// plainEnd turns a reset by a killed peer into a plain end.
func plainEnd(err error) error {
	if errors.Is(err, syscall.ECONNRESET) {
		return io.EOF
	}
	return err
}
