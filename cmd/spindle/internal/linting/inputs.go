// Package linting gathers what `spindle lint` works on: the files that its arguments name, the settings that hold for each of them, and the disk as
// it is to be read.
package linting

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/project"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/settings"
	"github.com/spindle-flow/spindle/engine/source"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

// Inputs are the files of one command with all that says how to lint them.
type Inputs struct {
	Dir     string       // the working folder
	Choice  rules.Choice // of the command line
	Targets []string     // of the command line; those of the settings and of spindle.yaml hold where it names none
	Workers int
	Env     []string // of the go tool, for flows in Go
	// Stdin is the text of a file that is not, or not yet, as it is on disk; StdinFile is its absolute path.
	Stdin     []byte
	StdinFile string
	// FlowsOnly passes over named files without a flow, as it does over those that were found.
	FlowsOnly bool

	Sources []project.Source
	// roots are the folders in which fixes may change files.
	roots []string
	// folders are those whose projects are linted with all their variants.
	folders []string
	// named are project's files that were named themselves.
	named    []string
	projects projects

	mu       sync.Mutex
	settings map[string]*settings.Settings // by folder; guarded by mu
	failed   error                         // the first settings that could not be read; guarded by mu
}

// Gather finds the files for the arguments of a command.
func (in *Inputs) Gather(ctx context.Context, paths []string) error {
	in.roots = append(in.roots, in.Dir)
	in.projects.around = in.around()
	if isProject(in.StdinFile) {
		in.name(in.StdinFile)
		return in.settle()
	}
	if in.StdinFile != "" {
		in.Sources = []project.Source{{File: in.StdinFile, Found: in.FlowsOnly}}
		return in.settle()
	}
	dirs, err := in.take(paths)
	if err != nil {
		return err
	}
	disk := project.Disk{ReadDir: os.ReadDir, ReadFile: in.ReadFile, Excluded: in.excluded, Workers: in.Workers}
	found, err := disk.Search(ctx, dirs)
	if err != nil {
		return readable(err)
	}
	for _, file := range found {
		in.add(file, true)
	}
	return in.settle()
}

// take notes the files that are named and returns the folders.
func (in *Inputs) take(paths []string) (dirs []string, err error) {
	for _, path := range paths {
		abs := path
		if !filepath.IsAbs(path) {
			abs = filepath.Join(in.Dir, path)
		}
		info, err := os.Stat(abs)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, missing(path)
		case err == nil && isProject(path) && !info.IsDir():
			in.name(filepath.Clean(abs))
		case err == nil && info.IsDir():
			dirs = append(dirs, filepath.Clean(abs))
			in.folders = append(in.folders, filepath.Clean(abs))
			in.roots = append(in.roots, filepath.Clean(abs))
		default: // what stands in the way of reading it is a finding
			in.add(filepath.Clean(abs), in.FlowsOnly)
			in.roots = append(in.roots, filepath.Dir(filepath.Clean(abs)))
		}
	}
	return dirs, nil
}

// name notes a project's file that is to be linted.
func (in *Inputs) name(file string) {
	in.folders, in.named = append(in.folders, filepath.Dir(file)), append(in.named, file)
}

func missing(path string) error {
	err := fault.Usagef("there is no file %q", path)
	if file, class, ok := strings.Cut(path, ".py:"); ok && class != "" {
		return fault.WithHint(err, "every flow of a file is linted: spindle lint %s.py", file)
	}
	if at := strings.LastIndexByte(path, ':'); at > 0 {
		return fault.WithHint(err, "every flow of a package is linted: spindle lint %s", path[:at])
	}
	return err
}

func readable(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return fault.Usagef("the folder %q can't be searched: %v", pathErr.Path, pathErr.Err)
	}
	return err
}

func (in *Inputs) add(file string, found bool) {
	if !slices.ContainsFunc(in.Sources, func(s project.Source) bool { return s.File == file }) {
		in.Sources = append(in.Sources, project.Source{File: file, Found: found})
	}
}

// settle reads the settings of all files, so that a fault in them is told before anything else.
func (in *Inputs) settle() error {
	for _, s := range in.Sources {
		in.of(filepath.Dir(s.File))
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	f, ok := errors.AsType[*settings.Fault](in.failed)
	switch {
	case ok:
		return fault.WithHint(fault.Usagef("%s", f), "%s", f.Hint)
	case in.failed != nil:
		return fault.Usagef("%v", in.failed)
	}
	return nil
}

// of are the settings for the files of a folder.
func (in *Inputs) of(dir string) *settings.Settings {
	in.mu.Lock()
	defer in.mu.Unlock()
	if s, ok := in.settings[dir]; ok {
		return s
	}
	s, err := settings.Find(dir, in.ReadFile)
	if err != nil {
		s = &settings.Settings{}
		if in.failed == nil {
			in.failed = err
		}
	}
	if in.settings == nil {
		in.settings = map[string]*settings.Settings{}
	}
	in.settings[dir] = s
	return s
}

func (in *Inputs) excluded(path string) bool { return in.of(filepath.Dir(path)).Excluded(path) }

// Options say how to lint the files.
func (in *Inputs) Options() project.Options {
	session := golang.NewSession()
	return project.Options{Workers: in.Workers, Of: func(file string) files.Options {
		o := files.Options{ReadFile: in.ReadFile, Roots: []string{in.Dir}, Choice: in.choice(file), ChoiceOf: in.choice}
		o.Go = files.Go{Session: session, Env: in.Env, Overlay: in.overlay()}
		in.targets(file, &o)
		return o
	}}
}

// overlay is the Go file on standard input.
func (in *Inputs) overlay() map[string][]byte {
	if source.Of(in.StdinFile) != source.Go {
		return nil
	}
	return map[string][]byte{in.StdinFile: in.Stdin}
}

func (in *Inputs) choice(file string) rules.Choice {
	return in.Choice.Over(in.of(filepath.Dir(file)).Choice(file))
}

// May reports whether a fix may change a file: one below the working folder or below what was named, and not of somebody else's package.
func (in *Inputs) May(file string) bool {
	if in.StdinFile != "" {
		return file == in.StdinFile
	}
	if slices.ContainsFunc(in.Sources, func(s project.Source) bool { return s.File == file }) {
		return true
	}
	return slices.ContainsFunc(in.roots, func(root string) bool {
		rel, err := filepath.Rel(root, file)
		return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) && !project.Foreign(rel)
	})
}
