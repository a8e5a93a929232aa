package warm_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/spindle-flow/spindle/engine/worker/warm"
)

// stranger is another user: nobody.
const stranger = 65534

// asStranger does something as another user.
func asStranger(t *testing.T, do func() error) error {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can be another user")
	}
	if info, err := os.Stat(os.TempDir()); err != nil || info.Mode()&1 == 0 {
		t.Skipf("no other user may enter %s", os.TempDir())
	}
	runtime.LockOSThread() // the system has users for each thread
	defer runtime.UnlockOSThread()
	become := func(user uintptr) {
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, ^uintptr(0), user, ^uintptr(0)); errno != 0 {
			t.Fatal(errno)
		}
	}
	become(stranger)
	defer become(0)
	return do()
}

func TestFolderOfAStranger(t *testing.T) {
	t.Parallel()
	for name, lay := range map[string]func(dir string) error{
		"theirs": func(dir string) error {
			return errors.Join(os.Mkdir(dir, 0o700), os.Chown(dir, stranger, -1))
		},
		"open":         func(dir string) error { return errors.Join(os.Mkdir(dir, 0o700), os.Chmod(dir, 0o770)) },
		"a link":       func(dir string) error { return os.Symlink(t.TempDir(), dir) },
		"not a folder": func(dir string) error { return os.WriteFile(dir, nil, 0o600) },
	} {
		dir := t.TempDir()
		if err := lay(filepath.Join(dir, "spindle")); errors.Is(err, fs.ErrPermission) {
			continue // to give a folder away takes root
		} else if err != nil {
			t.Fatal(err)
		}
		if place, err := warm.PlaceOf(dir, "/p", "python"); err == nil || !strings.Contains(err.Error(), "not a folder of this user alone") {
			t.Errorf("%s: %+v, %v", name, place, err)
		}
	}
}

// TestListenerOfAStranger: what another user listens on is not talked to; it would get our code's environment, and give us its own code.
func TestListenerOfAStranger(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "warm") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	place := warm.Place{Socket: filepath.Join(dir, "s"), Folder: dir}
	fd := -1
	err = asStranger(t, func() (err error) {
		if fd, err = unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0); err != nil {
			return err
		}
		return errors.Join(unix.Bind(fd, &unix.SockaddrUnix{Name: place.Socket}), unix.Listen(fd, 8))
	})
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if _, err := place.Status(t.Context()); err == nil || !strings.Contains(err.Error(), "is of user 65534") {
		t.Errorf("a keeper of another user was asked: %v", err)
	}
	session := warm.Session{Surroundings: warm.SurroundingsOf(nil, dir, nil)}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if _, err := place.Launch(t.Context(), session, null, null, null); err == nil || !strings.Contains(err.Error(), "is of user 65534") {
		t.Errorf("a session was asked of another user: %v", err)
	}
}

// TestStrangersAreNotServed: the keeper's socket is this user's alone, and who comes in all the same gets no answer.
func TestStrangersAreNotServed(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.keep(time.Minute)
	dial := func() (string, error) {
		conn, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "unix", p.place.Socket)
		if err != nil {
			return "", err
		}
		defer conn.Close()
		if _, err := conn.Write([]byte("{\"type\":\"status\"}\n")); err != nil {
			return "", err
		}
		answer := make([]byte, 1000)
		n, _ := conn.Read(answer)
		return string(answer[:n]), nil
	}
	if answer, err := dial(); err != nil || !strings.Contains(answer, "status") {
		t.Fatalf("its own user gets %q, %v", answer, err)
	}
	if err := asStranger(t, func() error { _, err := dial(); return err }); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a stranger may connect: %v", err)
	}
	for dir := filepath.Dir(p.place.Socket); dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(p.place.Socket, 0o777); err != nil {
		t.Fatal(err)
	}
	err := asStranger(t, func() error {
		answer, err := dial()
		if answer != "" {
			t.Errorf("a stranger was told %q", answer)
		}
		if err != nil && !errors.Is(err, unix.EPIPE) && !errors.Is(err, unix.ECONNRESET) {
			return err
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
