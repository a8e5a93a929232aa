package metadata

import (
	"encoding/json"
	"io/fs"

	"github.com/spindle-flow/spindle/engine/disk"
	"golang.org/x/sys/unix"
)

// dir is an open folder. Its files are written with the plainest calls there are: thirty small files per task are most
// of what recording a task costs, and names relative to an open folder need no long path lookups.
type dir struct {
	fd    int
	path  string
	group *disk.Group // of a folder to write to
}

func openDir(path string) (dir, error) {
	for {
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return dir{}, &fs.PathError{Op: "open", Path: path, Err: err}
		}
		return dir{fd: fd, path: path}, nil
	}
}

func (d dir) close() { _ = unix.Close(d.fd) } // a folder opened for reading has nothing to lose

func (d dir) fault(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: d.path + "/" + name, Err: err}
}

// create writes a new file in its place. It is not there in half only because nobody looks before it is complete. An
// existing file is fs.ErrExist and left alone.
func (d dir) create(name string, data []byte) error {
	fd, err := d.open(name, unix.O_CREAT|unix.O_EXCL|unix.O_WRONLY)
	if err != nil {
		return d.fault("create", name, err)
	}
	if err = disk.Fail(pointCreated); err == nil {
		err = writeAll(fd, data)
	}
	if cerr := unix.Close(fd); err == nil {
		err = cerr
	}
	if err != nil {
		_ = unix.Unlinkat(d.fd, name, 0)
		return d.fault("write", name, err)
	}
	d.group.Record(d.path + "/" + name)
	return disk.Fail(pointWritten)
}

// place makes a new file appear whole. An existing file is fs.ErrExist and left alone.
func (d dir) place(temp, name string, data []byte) error {
	if err := d.create(temp, data); err != nil {
		return err
	}
	if err := renameNew(d.fd, temp, name); err != nil {
		_ = unix.Unlinkat(d.fd, temp, 0)
		return d.fault("rename", name, err)
	}
	d.group.Record(d.path + "/" + name)
	return nil
}

// repair replaces a file that is not JSON: what is left of a write cut short. A sound one stays.
func (d dir) repair(temp, name string, data []byte) error {
	old, err := d.read(name)
	if err == nil && json.Valid(old) {
		return nil
	}
	if err := d.create(temp, data); err != nil {
		return err
	}
	if err := unix.Renameat(d.fd, temp, d.fd, name); err != nil {
		_ = unix.Unlinkat(d.fd, temp, 0)
		return d.fault("rename", name, err)
	}
	d.group.Record(d.path + "/" + name)
	return nil
}

// maxFile is the size above which a metadata file is taken to be damaged: real ones have a few hundred bytes.
const maxFile = 16 << 20

// read is the whole of a file.
func (d dir) read(name string) ([]byte, error) {
	fd, err := d.open(name, unix.O_RDONLY)
	if err != nil {
		return nil, d.fault("open", name, err)
	}
	defer unix.Close(fd)
	buf := make([]byte, 1024)
	for n := 0; ; {
		k, err := unix.Read(fd, buf[n:])
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, d.fault("read", name, err)
		}
		if n += k; k == 0 {
			return buf[:n], nil
		}
		if n > maxFile {
			return nil, &CorruptError{Path: d.path + "/" + name, Reason: "it is too large"}
		}
		if n == len(buf) {
			buf = append(buf, make([]byte, len(buf))...)
		}
	}
}

func (d dir) open(name string, flags int) (int, error) {
	for {
		fd, err := unix.Openat(d.fd, name, flags|unix.O_CLOEXEC, 0o666)
		if err != unix.EINTR {
			return fd, err
		}
	}
}

func writeAll(fd int, data []byte) error {
	for len(data) > 0 {
		n, err := unix.Write(fd, data)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// linkNew is renameNew where the file system has no rename that refuses to replace.
func linkNew(fd int, from, to string) error {
	if err := unix.Linkat(fd, from, fd, to, 0); err != nil {
		return err
	}
	return unix.Unlinkat(fd, from, 0)
}
