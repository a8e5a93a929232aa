package pipe_test

import (
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ends are the ways to make a pair.
var ends = map[string]func(string) (*pipe.Reader, *os.File, error){"pipe": pipe.New, "socket": pipe.Socket}

func eachKind(t *testing.T, test func(t *testing.T, r *pipe.Reader, w *os.File)) {
	t.Helper()
	for name, open := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, w, err := open(name)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _, _ = r.Close(), w.Close() })
			test(t, r, w)
		})
	}
}

func TestEnd(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, r *pipe.Reader, w *os.File) {
		if _, err := w.WriteString("hello"); err != nil {
			t.Fatal(err)
		}
		_ = w.Close()
		if got, err := io.ReadAll(r); err != nil || string(got) != "hello" {
			t.Errorf("read %q, %v", got, err)
		}
	})
}

// The writer's end stays open in a stranger's hands.
func TestRelease(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, r *pipe.Reader, w *os.File) {
		want := strings.Repeat("x", 50_000)
		if _, err := w.WriteString(want); err != nil {
			t.Fatal(err)
		}
		// Nobody has read by the time the reader is released, and the time for it is over.
		r.Release(0, 0)
		if got, err := io.ReadAll(r); err != nil || string(got) != want {
			t.Errorf("read %d bytes, %v", len(got), err)
		}
	})
}

func TestReleaseWhileReading(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, r *pipe.Reader, w *os.File) {
		got := make(chan error, 1)
		go func() {
			_, err := r.Read(make([]byte, 10))
			got <- err
		}()
		r.Release(time.Millisecond, time.Second)
		if err := <-got; !errors.Is(err, io.EOF) {
			t.Errorf("error = %v", err)
		}
	})
}

// A stranger that never stops writing is not read for ever.
func TestReleaseFlood(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, r *pipe.Reader, w *os.File) {
		over := make(chan struct{})
		go func() {
			defer close(over)
			for {
				if _, err := w.WriteString("more "); err != nil {
					return
				}
			}
		}()
		r.Release(time.Hour, 50*time.Millisecond)
		buf, err := make([]byte, 1000), error(nil)
		for err == nil {
			_, err = r.Read(buf)
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("error = %v", err)
		}
		_ = r.Close()
		<-over
	})
}

func TestClose(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, r *pipe.Reader, w *os.File) {
		_ = r.Close()
		if _, err := r.Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
			t.Errorf("error = %v", err)
		}
		r.Release(time.Second, time.Second) // harmless
	})
}

// The child's end is blocking, as programs expect, and neither end is inherited.
func TestFlags(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, r *pipe.Reader, w *os.File) {
		for name, f := range map[string]*os.File{"ours": r.File(), "theirs": w} {
			status, descriptor := flags(t, f)
			if nonblock := status&syscall.O_NONBLOCK != 0; nonblock != (name == "ours") {
				t.Errorf("%s: non-blocking %v", name, nonblock)
			}
			if descriptor&syscall.FD_CLOEXEC == 0 {
				t.Errorf("%s is inherited", name)
			}
		}
	})
}

func flags(t *testing.T, f *os.File) (status, descriptor int) {
	t.Helper()
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	err = raw.Control(func(fd uintptr) {
		status, descriptor = fcntl(t, int(fd), syscall.F_GETFL), fcntl(t, int(fd), syscall.F_GETFD)
	})
	if err != nil {
		t.Fatal(err)
	}
	return status, descriptor
}
