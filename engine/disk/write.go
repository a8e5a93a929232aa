package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// WriteMode says what happens to a file that is already there.
type WriteMode int

const (
	// Replace puts the new content in the place of the old.
	Replace WriteMode = iota
	// KeepExisting leaves a file that is already there as it is.
	KeepExisting
)

// Failpoints inside every write of this package.
var (
	pointCreated = Register("disk.write.created")
	pointWritten = Register("disk.write.written")
	pointNamed   = Register("disk.write.named")
)

// WriteFile writes data under path, whole or not at all. The folder must exist.
func WriteFile(path string, data []byte, mode WriteMode) error {
	_, err := writeFile(path, data, mode)
	if err != nil {
		return err
	}
	return syncAlone(path)
}

// WriteNew is WriteFile with KeepExisting that says whether it made the file.
func WriteNew(path string, data []byte) (created bool, err error) {
	created, err = writeFile(path, data, KeepExisting)
	if err != nil || !created {
		return created, err
	}
	return true, syncAlone(path)
}

func writeFile(path string, data []byte, mode WriteMode) (created bool, err error) {
	t, err := CreateTemp(filepath.Dir(path))
	if err != nil {
		return false, err
	}
	defer t.Discard()
	if _, err := t.File.Write(data); err != nil {
		return false, fmt.Errorf("write %q: %w", path, err)
	}
	return t.Publish(path, mode)
}

// Temp is a file being written that has no final name yet.
type Temp struct {
	File *os.File
	path string
}

// CreateTemp makes an empty temporary file in dir, readable like any other new file.
func CreateTemp(dir string) (*Temp, error) {
	for range 100 {
		path := filepath.Join(dir, ".tmp-"+strconv.FormatUint(rand.Uint64(), 36))
		f, err := create(path)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("create file: %w", err)
		}
		t := &Temp{File: f, path: path}
		if err := Fail(pointCreated); err != nil {
			t.Discard()
			return nil, fmt.Errorf("create file %q: %w", path, err)
		}
		return t, nil
	}
	return nil, fmt.Errorf("create file in %q: %w", dir, fs.ErrExist)
}

// Publish closes the file and gives it its name. With KeepExisting and a file already there it reports false.
func (t *Temp) Publish(path string, mode WriteMode) (created bool, err error) {
	defer t.Discard()
	if err := Fail(pointWritten); err != nil {
		return false, fmt.Errorf("write %q: %w", path, err)
	}
	// Some filesystems (NFS) report a full disk only here.
	if err := t.File.Close(); err != nil {
		return false, fmt.Errorf("write %q: %w", path, err)
	}
	if mode == KeepExisting {
		err = renameNew(t.path, path)
		if errors.Is(err, fs.ErrExist) {
			return false, nil
		}
	} else {
		err = rename(t.path, path)
	}
	if err != nil {
		return false, fmt.Errorf("name file: %w", err)
	}
	t.path = ""
	if err := Fail(pointNamed); err != nil {
		return true, fmt.Errorf("write %q: %w", path, err)
	}
	return true, nil
}

// Discard removes a file that was not published; after Publish it does nothing.
func (t *Temp) Discard() {
	if t.path == "" {
		return
	}
	_ = t.File.Close() // closed already if Publish failed late
	_ = os.Remove(t.path)
	t.path = ""
}

// create makes a file that must not be there. os.OpenFile would ask the poller whether it wants a regular file: five system calls more.
func create(path string) (*os.File, error) {
	for {
		fd, err := unix.Open(path, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC, 0o666)
		switch {
		case err == nil:
			return os.NewFile(uintptr(fd), path), nil
		case !errors.Is(err, unix.EINTR):
			return nil, &fs.PathError{Op: "open", Path: path, Err: err}
		}
	}
}

// rename is os.Rename without its look at the target.
func rename(from, to string) error {
	for {
		err := unix.Rename(from, to)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, unix.EINTR):
			return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
		}
	}
}

// linkNew gives from the name to unless it is taken, with plain POSIX calls.
func linkNew(from, to string) error {
	if err := os.Link(from, to); err != nil {
		return err
	}
	return os.Remove(from)
}
