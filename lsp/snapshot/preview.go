package snapshot

import (
	"maps"
	"slices"
)

// With is a snapshot in which some files have other texts, to see what would follow. The caller lets go of it when it is done.
func (s *Snapshot) With(texts map[string]string) (preview *Snapshot, release func()) {
	p := &Snapshot{env: s.env, number: s.number, open: maps.Clone(s.open), disk: s.disk, roots: s.roots, index: s.index, rules: s.rules}
	var changed []string
	var files []*File
	for path, text := range texts {
		f := s.File(path)
		if f == nil {
			continue
		}
		next := f.as(text, s.env.encoding)
		p.open[path] = next
		files, changed = append(files, next), append(changed, path)
	}
	p.analyses, p.preview = s.carried(slices.Clip(changed)), true
	return p, func() {
		for _, f := range files {
			f.release()
		}
	}
}
