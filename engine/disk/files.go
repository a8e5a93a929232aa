package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile is the package function, recorded for the next commit, and it makes the folder if need be.
func (g *Group) WriteFile(path string, data []byte, mode WriteMode) error {
	_, err := g.write(path, data, mode)
	return err
}

// WriteNew is the package function, recorded for the next commit, and it makes the folder if need be.
func (g *Group) WriteNew(path string, data []byte) (created bool, err error) {
	return g.write(path, data, KeepExisting)
}

func (g *Group) write(path string, data []byte, mode WriteMode) (created bool, err error) {
	err = g.inFolder(path, func() error {
		created, err = writeFile(path, data, mode)
		return err
	})
	if created {
		g.Record(path)
	}
	return created, err
}

// CreateTemp makes a temporary file for a target that is to be published at path, and the target's folder if need be. Tell the group
// with [Group.Record] when it is published.
func (g *Group) CreateTemp(path string) (t *Temp, err error) {
	err = g.inFolder(path, func() error {
		t, err = CreateTemp(filepath.Dir(path))
		return err
	})
	return t, err
}

// inFolder makes path's folder and calls create, once more if a folder known to exist was removed meanwhile.
func (g *Group) inFolder(path string, create func() error) error {
	dir := filepath.Dir(path)
	if err := g.MkdirAll(dir); err != nil {
		return err
	}
	err := create()
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	g.dirs.Delete(dir)
	if err := g.MkdirAll(dir); err != nil {
		return err
	}
	return create()
}

// Mark makes a small file whose existence is the message, in one step and without a temporary file: after a crash it may be
// there without its content. An existing one is replaced.
func (g *Group) Mark(path string, data []byte) error {
	if err := Fail(pointMark); err != nil {
		return fmt.Errorf("write %q: %w", path, err)
	}
	if err := g.inFolder(path, func() error { return mark(path, data) }); err != nil {
		return err
	}
	g.Record(path)
	if err := Fail(pointMarked); err != nil {
		return fmt.Errorf("write %q: %w", path, err)
	}
	return nil
}

var (
	pointMark   = Register("disk.mark.before")
	pointMarked = Register("disk.mark.after")
)

func mark(path string, data []byte) error {
	f, err := create(path)
	if errors.Is(err, fs.ErrExist) {
		_, err = writeFile(path, data, Replace)
		return err
	}
	if err != nil {
		return fmt.Errorf("create file: %w", err)
	}
	_, err = f.Write(data)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		_ = os.Remove(path)
		return fmt.Errorf("write %q: %w", path, err)
	}
	return nil
}

// knownFolders bounds the memory for folders: when there are more, knowing starts anew.
const knownFolders = 8192

// MkdirAll makes dir and what is missing above it. Folders it has seen are not looked up again.
func (g *Group) MkdirAll(dir string) error {
	if _, ok := g.dirs.Load(dir); ok {
		return nil
	}
	err := os.Mkdir(dir, 0o777)
	if errors.Is(err, fs.ErrNotExist) {
		parent := filepath.Dir(dir)
		if parent == dir {
			return fmt.Errorf("make folder: %w", err)
		}
		g.dirs.Delete(parent)
		if err := g.MkdirAll(parent); err != nil {
			return err
		}
		err = os.Mkdir(dir, 0o777)
	}
	if err != nil && !isDir(dir, err) {
		return fmt.Errorf("make folder: %w", err)
	}
	if err == nil {
		g.Record(dir)
	}
	if g.dirCount.Add(1) > knownFolders {
		g.dirs.Clear()
		g.dirCount.Store(0)
	}
	g.dirs.Store(dir, struct{}{})
	return nil
}

// isDir tells whether making dir failed only because it is there.
func isDir(dir string, err error) bool {
	if !errors.Is(err, fs.ErrExist) {
		return false
	}
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}
