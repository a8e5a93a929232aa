package linting

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// maxFile bounds what is read of one file: no source or config is larger, and memory is bounded.
const maxFile = 64 << 20

// errKind is what reading a socket, pipe or device ends with: they could block for ever.
var errKind = errors.New("it is not a regular file")

// ReadFile reads a file as the command is to see it.
func (in *Inputs) ReadFile(path string) ([]byte, error) {
	if path == in.StdinFile && path != "" {
		return in.Stdin, nil
	}
	return ReadFile(path)
}

// ReadFile reads a file of the user's from disk, unless it can't be a source or a config.
func ReadFile(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe must not make us wait
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "read", Path: path, Err: errKind}
	case info.Size() > maxFile:
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("it is too large")}
	}
	return io.ReadAll(f)
}
