package artifact

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spindle-flow/spindle/engine/disk"
)

// local is a store in a folder.
type local struct {
	root     string
	values   string   // below it values are written
	also     []string // below these they are looked for, too
	group    *disk.Group
	now      func() time.Time
	trust    time.Duration
	verified recent[verifiedBlob]
	moved    movedFiles
	packing  chan struct{} // held while a large value is compressed
}

func newLocal(root string, opts Options) *local {
	values := opts.Values
	if values == "" {
		values = root
	}
	return &local{
		root: root, values: values, also: opts.Also, group: opts.Group, now: opts.Now, trust: opts.Trust,
		verified: recent[verifiedBlob]{limit: verifiedLimit}, packing: make(chan struct{}, 1),
	}
}

func (s *local) path(name string) string {
	if name == "" {
		return s.root
	}
	return s.root + string(filepath.Separator) + filepath.FromSlash(name)
}

func (s *local) read(name string) ([]byte, error) { return os.ReadFile(s.path(name)) }

func (s *local) write(name string, data []byte) error {
	return s.group.WriteFile(s.path(name), data, disk.Replace)
}

func (s *local) mark(name string, data []byte) error { return s.group.Mark(s.path(name), data) }

func (s *local) exists(name string) (bool, error) {
	_, err := os.Lstat(s.path(name))
	return err == nil, nil
}

func (s *local) names(dir string) ([]string, error) {
	f, err := os.Open(s.path(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

func (s *local) folders(dir string) ([]string, error) {
	dir = s.path(dir)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if isFolder(dir, e) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func (s *local) written(name string) (time.Time, error) {
	info, err := os.Stat(s.path(name))
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime().UTC(), nil
}

func (s *local) changed(dir string) (time.Time, error) { return s.written(dir) }

func (s *local) present(_ context.Context, flow string, key Key) error {
	_, err := inOne(s, flow, key, func(b blob) (struct{}, error) {
		info, err := os.Stat(b.path)
		if errors.Is(err, fs.ErrNotExist) {
			err = b.missing()
		}
		if err == nil && info.Size() == 0 {
			err = b.corrupt("it is empty")
		}
		return struct{}{}, err
	})
	return err
}

func (s *local) width() int { return 2 * runtime.GOMAXPROCS(0) }

// isFolder follows links: a flow may have been moved to another disk.
func isFolder(dir string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(filepath.Join(dir, e.Name()))
	return err == nil && info.IsDir()
}
