package snapshot

import (
	"io/fs"
	"maps"
	"path/filepath"
	"sync"

	"github.com/spindle-flow/spindle/lsp/position"
)

// disk is one state of the files that are not open, read when they are first asked for. Snapshots share it until a file changes.
type disk struct {
	read     func(path string) ([]byte, error)
	encoding position.Encoding

	mu    sync.Mutex
	files map[string]answer // guarded by mu
}

type answer struct {
	file *File
	err  error
}

func (d *disk) file(path string) (*File, error) {
	if isDocumentOnly(path) || !filepath.IsAbs(path) {
		return nil, fs.ErrNotExist
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if a, ok := d.files[path]; ok {
		return a.file, a.err
	}
	var a answer
	data, err := d.read(path)
	if a.err = err; err == nil {
		a.file = newDiskFile(path, data, d.encoding)
	}
	d.files[path] = a
	return a.file, a.err
}

// without is the state in which some files have to be read again.
func (d *disk) without(paths []string) *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	next := &disk{read: d.read, encoding: d.encoding, files: maps.Clone(d.files)}
	for _, path := range paths {
		if f := next.files[path].file; f != nil {
			f.release()
		}
		delete(next.files, path)
	}
	return next
}

// keep forgets what is not used: it is read again if somebody asks.
func (d *disk) keep(used func(path string) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for path, a := range d.files {
		if used(path) {
			continue
		}
		if a.file != nil {
			a.file.release()
		}
		delete(d.files, path)
	}
}

// rest gives back the trees of the files that are not used.
func (d *disk) rest(used func(path string) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for path, a := range d.files {
		if a.file != nil && !used(path) {
			a.file.rest()
		}
	}
}

// restFile gives back the tree of one file.
func (d *disk) restFile(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.files[path].file; f != nil {
		f.rest()
	}
}

// forget lets go of one file: it is read again if somebody asks.
func (d *disk) forget(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.files[path].file; f != nil {
		f.release()
	}
	delete(d.files, path)
}
