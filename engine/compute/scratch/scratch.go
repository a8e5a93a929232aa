// Package scratch gives a run its folder for values on their way from a task to the store: in memory where there is room.
//
// The folder is named after the engine's process and locked while the engine lives, so that the next engine can tell what a killed
// one has left behind, and remove it.
package scratch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// Shared is the memory-backed folder that Linux systems have.
const Shared = "/dev/shm"

// MinFree is how many bytes a memory-backed folder must have free to be chosen.
const MinFree = 64 << 20

// prefix of the folders' names; the engine's process id and a random part follow.
const prefix = "spindle-"

// lockName is the file in a folder that its engine holds a lock on.
const lockName = ".lock"

// Dir is the scratch folder of a running engine.
type Dir struct {
	path string
	lock *os.File
}

// Base returns the first folder that is writable and has [MinFree] bytes free, else fallback.
func Base(fallback string, memory ...string) string {
	for _, dir := range memory {
		if free, err := freeBytes(dir); err == nil && free >= MinFree && writable(dir) {
			return dir
		}
	}
	return fallback
}

func writable(dir string) bool {
	probe, err := os.MkdirTemp(dir, ".spindle-probe-")
	if err != nil {
		return false
	}
	return os.Remove(probe) == nil
}

// Open makes a folder below base, for this user only, and removes what dead engines have left there.
func Open(base string) (*Dir, error) {
	sweep(base)
	path, err := os.MkdirTemp(base, prefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return nil, fmt.Errorf("make scratch folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		err = flock(lock)
	}
	if err != nil {
		if lock != nil {
			err = errors.Join(err, lock.Close())
		}
		return nil, errors.Join(fmt.Errorf("lock scratch folder %q: %w", path, err), os.RemoveAll(path))
	}
	return &Dir{path: path, lock: lock}, nil
}

// Path returns the folder's path.
func (d *Dir) Path() string { return d.path }

// VanishedError says that something outside removed the folder while the engine needed it.
type VanishedError struct{ Path string }

// Error names the folder and what may be to blame.
func (e *VanishedError) Error() string {
	return fmt.Sprintf("the scratch folder %q has vanished: something else (a cleaner of temporary files?) removed it while the run was using it", e.Path)
}

// Is makes the error one of a file that does not exist.
func (e *VanishedError) Is(target error) bool { return target == fs.ErrNotExist }

// Check returns a [*VanishedError] when the folder is gone.
func (d *Dir) Check() error {
	if info, err := os.Stat(d.path); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return &VanishedError{Path: d.path}
	} else if err != nil {
		return fmt.Errorf("check scratch folder: %w", err)
	}
	return nil
}

// Sub makes a folder inside, for one task. The error is a [*VanishedError] when the scratch folder is gone.
func (d *Dir) Sub(name string) (string, error) {
	path := filepath.Join(d.path, name)
	err := os.Mkdir(path, 0o700)
	if err == nil {
		return path, nil
	}
	if gone := d.Check(); gone != nil {
		return "", gone
	}
	return "", fmt.Errorf("make scratch folder for a task: %w", err)
}

// Close removes the folder with all that is in it. That it is gone already is no error.
func (d *Dir) Close() error {
	err := os.RemoveAll(d.path)
	if err != nil {
		err = fmt.Errorf("remove scratch folder: %w", err)
	}
	return errors.Join(err, d.lock.Close())
}

func flock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
