package snapshot

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// folder marks the reading of a folder among those of files, so that a file that comes or goes is noticed.
const folder = "folder:"

// projectFindings is what is wrong with the project that a file belongs to, its variants held against their flows. Some lies in files of configs. The
// project is worked out again when something that it was read from has changed.
func (s *Snapshot) projectFindings(ctx context.Context, path string) []lint.Diagnostic {
	r := &recorder{s: s, files: map[string]struct{}{}}
	p, _ := s.env.projectOf(path, r.read)
	if p == nil {
		return nil
	}
	read := func(path string) ([]byte, error) {
		if dir, ok := strings.CutPrefix(path, folder); ok {
			r.files[dir] = struct{}{}
			return listing(s.env.readDir(dir))
		}
		return r.read(path)
	}
	// What is kept must be whole, even if nobody waits for it any more.
	ctx = context.WithoutCancel(ctx)
	f := s.env.judged.get(p.File, read, func(read func(path string) ([]byte, error)) found {
		return found{faults: s.judgeProject(ctx, p.File, r, read)}
	})
	var out []lint.Diagnostic
	for _, d := range f.faults {
		if d, wanted := s.choice(d.Range.File, r).Judge(d); wanted {
			out = append(out, d)
		}
	}
	if !s.preview { // last: what is noted is read by others, so nothing may be recorded any more
		s.env.note(s.number, &Analysis{Path: p.File, files: r.files})
	}
	return out
}

func (s *Snapshot) judgeProject(ctx context.Context, file string, r *recorder, read func(path string) ([]byte, error)) []lint.Diagnostic {
	around := config.Surroundings{ReadFile: read, ReadDir: func(dir string) ([]fs.DirEntry, error) {
		if _, err := read(folder + dir); err != nil {
			return nil, err
		}
		return s.env.readDir(dir)
	}}
	p, list, err := config.Load(filepath.Dir(file), around)
	if err != nil {
		return nil
	}
	variants, more := p.ResolveAll()
	judged, err := p.Judge(ctx, variants, func(ctx context.Context, file, class string) (*python.Result, error) {
		return python.Read(ctx, python.Options{File: file, Class: class, Roots: s.roots, ReadFile: read, Parsed: r.parsed})
	})
	if err != nil {
		return nil
	}
	return append(append(list, more...), judged...)
}

// SuggestInProject lists the names that may stand at a place of a project's file, and where the word begins that they stand for.
func (s *Snapshot) SuggestInProject(ctx context.Context, f *File, offset int) ([]config.Suggestion, int) {
	r := &recorder{s: s, files: map[string]struct{}{}}
	around := config.Surroundings{ReadFile: s.ReadFile, ReadDir: s.env.readDir}
	return config.Suggest(ctx, f.Path, f.Text(), offset, around, func(ctx context.Context, file, class string) (*python.Result, error) {
		return python.Read(ctx, python.Options{File: file, Class: class, Roots: s.roots, ReadFile: r.read, Parsed: r.parsed})
	})
}

// listing is what a folder holds, as one text.
func listing(entries []fs.DirEntry, err error) ([]byte, error) {
	var b strings.Builder
	for _, e := range entries {
		b.WriteString(e.Name() + "\n")
	}
	return []byte(b.String()), err
}
