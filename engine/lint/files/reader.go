package files

import (
	"slices"
	"sync"
)

// reader reads each file once and remembers which were asked for.
type reader struct {
	read func(path string) ([]byte, error)

	mu    sync.Mutex
	files map[string]answer // guarded by mu
}

type answer struct {
	data []byte
	err  error
}

func (r *reader) file(path string) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a, ok := r.files[path]; ok {
		return a.data, a.err
	}
	data, err := r.read(path)
	r.files[path] = answer{data, err}
	return data, err
}

// list returns the files that were asked for and some more, one of them first.
func (r *reader) list(first string, more []string) []string {
	out := []string{first}
	for path := range r.files {
		if path != first {
			out = append(out, path)
		}
	}
	for _, path := range more {
		if _, asked := r.files[path]; !asked && path != first {
			out = append(out, path)
		}
	}
	slices.Sort(out[1:])
	return slices.Compact(out)
}
