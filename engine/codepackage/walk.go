package codepackage

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// File is a file of a package.
type File struct {
	// Name is its name in the package, with slashes.
	Name string
	// Path is where it is on this machine; empty for one that is made.
	Path string
	Size int64
	// Executable says whether its owner may execute it.
	Executable bool

	data []byte // of one that is made
}

// The folders of the layout, which an extracted package has at its top.
const (
	codeDir = ".mf_code"
	metaDir = ".mf_meta"
)

// neverTop are folders that are left out at the top level.
var neverTop = []string{codeDir, metaDir, "_escape_trampolines"}

// LinkError is a link that leads nowhere.
type LinkError struct{ Path, Target string }

// Error says what to do.
func (e *LinkError) Error() string {
	return fmt.Sprintf("code package: %q is a link to %q, which does not exist: remove it, or name it in .spindleignore", e.Path, e.Target)
}

// walker collects the files of a flow's folder.
type walker struct {
	root     string
	suffixes []string
	always   map[string]bool // names that are taken whatever the rules say
	found    []File
}

// walk takes the files of a folder. real are the resolved links that lead here: none is followed twice.
func (w *walker) walk(rel string, rules rules, real map[string]bool) error {
	dir := filepath.Join(w.root, filepath.FromSlash(rel))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("code package: %w", err)
	}
	if rel != "" && isEnvironment(entries) {
		return nil
	}
	if rules, err = rules.in(dir, rel, entries); err != nil {
		return err
	}
	for _, e := range entries {
		if err := w.entry(path.Join(rel, e.Name()), e, rules, real); err != nil {
			return err
		}
	}
	return nil
}

// isEnvironment is true for a virtual environment, which is no code of the flow's.
func isEnvironment(entries []fs.DirEntry) bool {
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "pyvenv.cfg" })
}

func (w *walker) entry(rel string, e fs.DirEntry, rules rules, real map[string]bool) error {
	full := filepath.Join(w.root, filepath.FromSlash(rel))
	link := e.Type()&fs.ModeSymlink != 0
	isDir := e.IsDir()
	if link {
		info, err := os.Stat(full)
		if err != nil && w.wanted(rel) && !rules.ignored(rel, false) && errors.Is(err, fs.ErrNotExist) {
			target, _ := os.Readlink(full)
			return &LinkError{full, target}
		}
		if err != nil {
			return nil // nothing that would have been taken
		}
		isDir = info.IsDir()
	}
	switch {
	case isDir && w.leftOut(rel):
		return nil
	case isDir && rules.ignored(rel, true):
		return w.insistOn(rel)
	case isDir && link:
		return w.follow(rel, full, rules, real)
	case isDir:
		return w.walk(rel, rules, real)
	case !w.always[rel] && (!w.wanted(rel) || rules.ignored(rel, false)):
		return nil
	}
	return w.take(rel, full)
}

// leftOut says whether a folder is never looked into.
func (w *walker) leftOut(rel string) bool {
	name := path.Base(rel)
	return name == "__pycache__" || strings.HasPrefix(name, ".") || rel == name && slices.Contains(neverTop, name)
}

// follow goes into a linked folder, once on each way.
func (w *walker) follow(rel, full string, rules rules, real map[string]bool) error {
	target, err := filepath.EvalSymlinks(full)
	if err != nil {
		return fmt.Errorf("code package: %w", err)
	}
	if real[target] {
		return nil
	}
	real = maps.Clone(real)
	real[target] = true
	return w.walk(rel, rules, real)
}

// wanted says whether a file has one of the suffixes. A hidden file has none; it is wanted if it is called like one.
func (w *walker) wanted(rel string) bool {
	name := strings.ToLower(path.Base(rel))
	if strings.HasPrefix(name, ".") {
		return slices.Contains(w.suffixes, name)
	}
	return slices.ContainsFunc(w.suffixes, func(s string) bool { return strings.HasSuffix(name, s) })
}

// insistOn takes the files of an ignored folder that are taken in any case.
func (w *walker) insistOn(dir string) error {
	for _, rel := range slices.Sorted(maps.Keys(w.always)) {
		if !strings.HasPrefix(rel, dir+"/") {
			continue
		}
		if err := w.take(rel, filepath.Join(w.root, filepath.FromSlash(rel))); err != nil {
			return err
		}
	}
	return nil
}

// take takes a file; what is none (a socket) is passed by.
func (w *walker) take(rel, full string) error {
	info, err := os.Stat(full)
	if err != nil {
		return fmt.Errorf("code package: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil
	}
	w.found = append(w.found, File{Name: rel, Path: full, Size: info.Size(), Executable: info.Mode()&0o100 != 0})
	return nil
}
