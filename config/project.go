package config

import (
	"io/fs"
	"path/filepath"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// FileName is the name of the project's file.
const FileName = "spindle.yaml"

// Surroundings are where files and variables come from. What is nil is not asked: without ReadDir no pattern of files is looked up, without
// LookupEnv the values of variables are not known, and what has them neither.
type Surroundings struct {
	ReadFile  func(path string) ([]byte, error)
	ReadDir   func(path string) ([]fs.DirEntry, error)
	LookupEnv func(name string) (string, bool)
}

// Project is what a spindle.yaml says. It does not change.
type Project struct {
	File         string
	Name         Word
	Environments []Word // their names, in the order of the file

	root   *graph.Value // nil where the file is no mapping
	around Surroundings
	uses   []use
}

// Word is a text of the file with its place.
type Word struct {
	Text  string
	Range graph.Range
}

// Load reads the spindle.yaml of a folder. A project comes back in any case: what can be read is read, whatever else is wrong. A file that can't be read
// at all is an error.
func Load(dir string, around Surroundings) (*Project, []lint.Diagnostic, error) {
	file := filepath.Join(dir, FileName)
	data, err := around.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	p, found := parse(file, data, around)
	return p, found, nil
}

// Dir is the project's folder.
func (p *Project) Dir() string { return filepath.Dir(p.File) }
