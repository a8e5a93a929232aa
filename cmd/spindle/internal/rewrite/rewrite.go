// Package rewrite puts new contents into a file of the user's: all of them or none, with the file's mode, through links.
package rewrite

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrChanged is the error for a file that is not what it was when it was read.
var ErrChanged = errors.New("it has changed meanwhile")

// File replaces the contents of a file, which must still be old.
func File(path string, old, data []byte) error {
	if err := file(path, old, data); err != nil {
		// The cause is told as text: it is about a file of the user's, not about a store.
		return fmt.Errorf("change %q: %s", path, reason(err))
	}
	return nil
}

func reason(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}

func file(path string, old, data []byte) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(real)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o222 == 0 {
		return errors.New("it is read-only")
	}
	now, err := os.ReadFile(real)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, old) {
		return ErrChanged
	}
	return replace(real, data, info.Mode().Perm())
}

func replace(path string, data []byte, mode fs.FileMode) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), ".spindle-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
	}()
	if err := write(temp, data, mode); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

func write(temp *os.File, data []byte, mode fs.FileMode) error {
	_, err := temp.Write(data)
	return errors.Join(err, temp.Chmod(mode), temp.Sync(), temp.Close())
}
