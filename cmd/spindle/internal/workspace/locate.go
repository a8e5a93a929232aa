package workspace

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/cmdline"
)

// Place is where a flow is, as the command line names it.
type Place struct {
	Given    string // as it was named: flow.py, flow.py:Class, ./train, train/main.go or ./train:Class
	File     string // the same without the class
	Path     string // File, absolute
	Class    string // empty for the flow the file runs
	Language Language

	folder bool // it was named by its folder
}

// Locate takes the name of a flow apart. A file whose name ends in .go is a flow in Go, and so is a folder with such files; all else is Python.
func (w *Workspace) Locate(spec string) Place {
	file, class := cmdline.Split(spec)
	if i := strings.LastIndexByte(spec, ':'); i > 0 && class == "" && !hasGo(w.Abs(spec)) && hasGo(w.Abs(spec[:i])) {
		file, class = spec[:i], spec[i+1:]
	}
	p := Place{Given: spec, File: file, Path: w.Abs(file), Class: class, Language: pythonLanguage{}}
	if p.folder = hasGo(p.Path); p.folder || isGoFile(file) {
		p.Language = goLanguage{}
	}
	return p
}

// Dir is the folder of the flow's code.
func (p Place) Dir() string {
	if p.folder {
		return p.Path
	}
	return filepath.Dir(p.Path)
}

// IsFlow is true for an argument that names a flow by where it is, rather than by its name.
func (w *Workspace) IsFlow(spec string) bool {
	return cmdline.IsPath(spec) || w.Locate(spec).folder
}

// Names is true for an argument that can only mean where a flow is.
func (w *Workspace) Names(spec string) bool {
	if w.IsFlow(spec) {
		return true
	}
	info, err := os.Stat(w.Abs(spec))
	return err == nil && info.Mode().IsRegular()
}

// isPython is true for a file that can only be in Python.
func isPython(file string) bool { return strings.HasSuffix(file, ".py") }
