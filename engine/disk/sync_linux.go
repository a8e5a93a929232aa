package disk

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// syncfsReports tells whether syncfs returns write-back errors: since Linux 5.8 it does, before it always succeeds.
func syncfsReports() bool {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return false
	}
	return kernelAtLeast(unix.ByteSliceToString(u.Release[:]), 5, 8)
}

func kernelAtLeast(release string, major, minor int) bool {
	parts := strings.FieldsFunc(release, func(r rune) bool { return r < '0' || r > '9' })
	if len(parts) < 2 {
		return false
	}
	a, errA := strconv.Atoi(parts[0])
	b, errB := strconv.Atoi(parts[1])
	if errA != nil || errB != nil {
		return false
	}
	return a > major || a == major && b >= minor
}

// syncRoot syncs the filesystem that holds the root. errors.ErrUnsupported: it cannot be done this way here.
func (g *Group) syncRoot() error {
	f, err := g.openRoot()
	if err != nil {
		return err
	}
	for {
		err := unix.Syncfs(int(f.Fd()))
		switch {
		case err == nil:
			return nil
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.EINVAL):
			return errors.ErrUnsupported
		default:
			return fmt.Errorf("sync filesystem of %q: %w", g.root, err)
		}
	}
}

// openRoot opens the root once: syncfs reports the errors since the descriptor was opened.
func (g *Group) openRoot() (*os.File, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.rootDir != nil {
		return g.rootDir, nil
	}
	f, err := os.Open(g.root)
	if err != nil {
		return nil, fmt.Errorf("sync: %w", err)
	}
	g.rootDir = f
	return f, nil
}

// syncAll writes everything dirty to all disks.
func syncAll() error {
	unix.Sync()
	return nil
}

// syncAlone makes a file durable that was written without a group. Here the group's syncfs covers it.
func syncAlone(string) error { return nil }
