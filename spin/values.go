package spin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Values is the folder below which the values of spun tasks are kept. It is the workbench's alone: what is in there can be removed without asking
// who else might refer to it, which nobody could answer for a store that Metaflow writes to as well.
func (p Place) Values() string { return strings.TrimSuffix(p.path(), ".json") + ".values" }

// removed are what a reset has put aside to be removed; one that was killed leaves some.
func (p Place) removed() string { return p.Values() + ".removed-" }

// Use keeps the values from being freed until release is called. Any number of processes may use them at the same time.
func (p Place) Use(ctx context.Context) (release func(), err error) {
	if err := os.MkdirAll(filepath.Dir(p.path()), 0o777); err != nil {
		return nil, fmt.Errorf("use the workbench: %w", err)
	}
	release, err = flock(ctx, p.Values()+".lock", unix.LOCK_SH)
	if err != nil {
		return nil, fmt.Errorf("use the workbench: %w", err)
	}
	return release, nil
}

// Size is how many bytes the values take on the disk.
func (p Place) Size() (int64, error) {
	size, err := sizeBelow(p.Values())
	if err != nil {
		return 0, fmt.Errorf("look at the workbench's values: %w", err)
	}
	return size, nil
}

func sizeBelow(dir string) (size int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return ignoreGone(err)
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return ignoreGone(err)
	})
	return size, err
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// free removes the values, unless somebody uses them.
func (p Place) free() (size int64, busy bool, err error) {
	alone, err := tryFlock(p.Values()+".lock", unix.LOCK_EX)
	if err != nil {
		return 0, false, fmt.Errorf("free the workbench's values: %w", err)
	}
	if alone == nil {
		return 0, true, nil
	}
	// Whoever comes next finds nothing and makes the folder anew; removing what was in it may take its time.
	err = os.Rename(p.Values(), fmt.Sprintf("%s%d", p.removed(), time.Now().UnixNano()))
	alone()
	if ignoreGone(err) != nil {
		return 0, false, fmt.Errorf("free the workbench's values: %w", err)
	}
	old, err := filepath.Glob(p.removed() + "*")
	for _, dir := range old {
		if bytes, err := sizeBelow(dir); err == nil {
			size += bytes
		}
		err = errors.Join(err, os.RemoveAll(dir))
	}
	if err != nil {
		return size, false, fmt.Errorf("free the workbench's values: %w", err)
	}
	return size, false, nil
}

// flock waits for a lock. The system gives it back when the process dies.
func flock(ctx context.Context, file string, kind int) (unlock func(), err error) {
	for {
		if unlock, err = tryFlock(file, kind); unlock != nil || err != nil {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// tryFlock takes a lock that nobody is in the way of; else unlock is nil.
func tryFlock(file string, kind int) (unlock func(), err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR|unix.O_CLOEXEC, 0o666)
	if err != nil {
		return nil, err
	}
	switch err = unix.Flock(int(f.Fd()), kind|unix.LOCK_NB); {
	case err == nil:
		return func() { _ = f.Close() }, nil
	case errors.Is(err, unix.EWOULDBLOCK) || errors.Is(err, unix.EINTR):
		return nil, f.Close()
	}
	return nil, errors.Join(err, f.Close())
}
