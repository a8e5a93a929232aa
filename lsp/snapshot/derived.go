package snapshot

import (
	"bytes"
	"sync"
)

// derived keeps what was made of some files for as long as they read the same. The settings of a project are asked for at every keystroke.
type derived[T any] struct {
	mu   sync.Mutex
	last map[string]derivation[T] // guarded by mu: by what was asked
}

// derivation is one result with all that was read for it.
type derivation[T any] struct {
	value T
	reads []reading
}

// reading is the answer to one reading of a file.
type reading struct {
	path, err string
	data      []byte
}

func newReading(path string, data []byte, err error) reading {
	r := reading{path: path, data: data}
	if err != nil {
		r.err = err.Error()
	}
	return r
}

// mostDerived bounds how much is kept.
const mostDerived = 200

// get returns what make makes of the files that it reads. They are read again in any case, so that whoever notes what is read does.
func (d *derived[T]) get(what string, read func(path string) ([]byte, error), make func(read func(path string) ([]byte, error)) T) T {
	d.mu.Lock()
	last, ok := d.last[what]
	d.mu.Unlock()
	if ok && last.holds(read) {
		return last.value
	}
	var now derivation[T]
	now.value = make(func(path string) ([]byte, error) {
		data, err := read(path)
		now.reads = append(now.reads, newReading(path, data, err))
		return data, err
	})
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.last == nil || len(d.last) >= mostDerived {
		d.last = map[string]derivation[T]{}
	}
	d.last[what] = now
	return now.value
}

func (d *derivation[T]) holds(read func(path string) ([]byte, error)) bool {
	for _, r := range d.reads {
		data, err := read(r.path)
		if now := newReading(r.path, data, err); now.err != r.err || !bytes.Equal(now.data, r.data) {
			return false
		}
	}
	return true
}
