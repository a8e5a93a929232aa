package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/rules"
)

// FileName is the file that holds the settings.
const FileName = "pyproject.toml"

// Settings are the choices of a project. The zero value is a project that has made none.
type Settings struct {
	File    string // the pyproject.toml, empty where there is none
	Targets []string

	choice  rules.Choice
	exclude []string
	perFile []perFile
}

type perFile struct {
	pattern string
	codes   []string
}

// Fault is something in the settings that can't be meant.
type Fault struct {
	Range   graph.Range
	Message string // one sentence without a full stop
	Hint    string // what to do about it, empty where nothing is to be said
}

// Error implements error.
func (f *Fault) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.Range.File, f.Range.Start.Line, f.Range.Start.Column, f.Message)
}

// Find reads the settings that hold for the files of a folder: those of the nearest pyproject.toml, in the folder or above it, that has a
// table [tool.spindle]. An error is a [Fault] or says why a file can't be read.
func Find(dir string, read func(path string) ([]byte, error)) (*Settings, error) {
	for {
		file := filepath.Join(dir, FileName)
		data, err := read(file)
		switch {
		case err == nil:
			s, mine, err := parse(file, data)
			if err != nil || mine {
				return s, err
			}
		case !missing(err):
			return nil, fmt.Errorf("read the settings: %w", err)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return &Settings{}, nil
		}
		dir = parent
	}
}

// missing is true for a file that is not there, and for one in a folder that must not be looked into: nothing can be set there.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)
}

// Parse reads the settings in a file.
func Parse(file string, data []byte) (*Settings, error) {
	s, _, err := parse(file, data)
	return s, err
}

// Dir is the folder that patterns start from.
func (s *Settings) Dir() string { return filepath.Dir(s.File) }

// Choice says which rules count in a file.
func (s *Settings) Choice(file string) rules.Choice {
	c := rules.Choice{
		Select: slices.Clone(s.choice.Select), Ignore: slices.Clone(s.choice.Ignore), Severity: maps.Clone(s.choice.Severity),
	}
	for _, p := range s.perFile {
		if s.matches(p.pattern, file) {
			c.Off = append(c.Off, p.codes...)
		}
	}
	return c
}

// Excluded reports whether a file or folder is not to be looked at when a folder above it is linted.
func (s *Settings) Excluded(file string) bool {
	return slices.ContainsFunc(s.exclude, func(pattern string) bool { return s.matches(pattern, file) })
}

// matches applies a pattern to a path: one without a slash to each name in it below the settings, one with a slash to the path from there or to a
// folder it is in. A star stands for anything within one name, two stars for any folders.
func (s *Settings) matches(pattern, file string) bool {
	rel, err := filepath.Rel(s.Dir(), file)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return false
	}
	names := strings.Split(filepath.ToSlash(rel), "/")
	parts := strings.Split(strings.Trim(strings.TrimPrefix(pattern, "./"), "/"), "/")
	if len(parts) == 1 && !strings.HasPrefix(pattern, "/") && !strings.HasPrefix(pattern, "./") {
		return slices.ContainsFunc(names, func(name string) bool { return matchName(parts[0], name) })
	}
	for n := 1; n <= len(names); n++ {
		if matchPath(parts, names[:n]) {
			return true
		}
	}
	return false
}

func matchPath(parts, names []string) bool {
	switch {
	case len(parts) == 0:
		return len(names) == 0
	case parts[0] == "**":
		for n := 0; n <= len(names); n++ {
			if matchPath(parts[1:], names[n:]) {
				return true
			}
		}
		return false
	case len(names) == 0:
		return false
	}
	return matchName(parts[0], names[0]) && matchPath(parts[1:], names[1:])
}

func matchName(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}
