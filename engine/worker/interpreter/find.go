// Package interpreter finds the Python interpreter that runs a flow, and says why it is that one.
//
// In this order: the one asked for on the command line, SPINDLE_PYTHON, the active virtual environment, a .venv at or above the flow's folder,
// python3 on the path. What was asked for must be there; what is merely around is passed over with a note when it is unusable.
package interpreter

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Source is where an interpreter was found.
type Source string

// The places to look, in order.
const (
	Flag       Source = "--python"
	Variable   Source = "SPINDLE_PYTHON"
	VirtualEnv Source = "VIRTUAL_ENV"
	DotVenv    Source = ".venv"
	Path       Source = "PATH"
)

// Request says for whom an interpreter is sought.
type Request struct {
	Flag     string   // the value of --python, empty if not given
	FlowDir  string   // absolute path of the flow's folder
	WorkDir  string   // absolute path of the working directory
	Env      []string // the environment, as of [os.Environ]
	CacheDir string   // where to remember what a shim stands for, empty for nowhere
}

// Found is an interpreter.
type Found struct {
	Path   string   // to be started under this name: it makes the virtual environment
	Source Source   // where it was found
	Why    string   // the same as a clause, for `doctor` and errors
	Shim   string   // the script on the path that stands for it, empty if none
	Notes  []string // what was passed over, and why
	env    []string
}

// hint says how to choose another interpreter.
const hint = "choose one with --python or SPINDLE_PYTHON"

// Find returns the interpreter for a flow. It runs nothing, except for a shim that it does not remember.
func Find(ctx context.Context, req Request) (Found, error) {
	s := search{Request: req, env: variables(req.Env)}
	for _, look := range []func(context.Context) (Found, error){s.flag, s.variable, s.virtualEnv, s.dotVenv, s.path} {
		found, err := look(ctx)
		if err != nil {
			return Found{}, err
		}
		if found.Path != "" {
			found.Notes, found.env = s.notes, req.Env
			return found, nil
		}
	}
	notes := ""
	if len(s.notes) > 0 {
		notes = " (" + strings.Join(s.notes, "; ") + ")"
	}
	return Found{}, fmt.Errorf("no Python found%s: %s", notes, hint)
}

// search is one look for an interpreter. Its methods return an empty Found when there is none at their place.
type search struct {
	Request
	env   map[string]string
	notes []string
}

func variables(env []string) map[string]string {
	m := make(map[string]string, len(env))
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		m[name] = value
	}
	return m
}

func (s *search) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

func (s *search) flag(ctx context.Context) (Found, error) {
	return s.asked(ctx, s.Flag, Flag)
}

func (s *search) variable(ctx context.Context) (Found, error) {
	return s.asked(ctx, s.env["SPINDLE_PYTHON"], Variable)
}

// asked takes what the user named: a program on the path, a file, or the folder of an environment.
func (s *search) asked(ctx context.Context, value string, source Source) (Found, error) {
	if value == "" {
		return Found{}, nil
	}
	if !strings.ContainsRune(value, filepath.Separator) {
		file := s.onPath(value)
		if file == "" {
			return Found{}, fmt.Errorf("python %q (from %s): no such program on the path", value, source)
		}
		return s.behindShim(ctx, Found{Path: file, Source: source, Why: fmt.Sprintf("%s is %q, found on the path", source, value)})
	}
	file := s.absolute(value)
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		inside := environmentPython(file)
		if inside == "" {
			return Found{}, fmt.Errorf("python %q (from %s) is a folder without bin/python3", value, source)
		}
		return Found{Path: inside, Source: source, Why: fmt.Sprintf("%s names the environment %s", source, file)}, nil
	}
	if err := executable(file); err != nil {
		return Found{}, fmt.Errorf("python %q (from %s): %w", value, source, err)
	}
	return s.behindShim(ctx, Found{Path: file, Source: source, Why: fmt.Sprintf("%s names it", source)})
}

func (s *search) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(s.WorkDir, path)
}

func (s *search) virtualEnv(context.Context) (Found, error) {
	dir := s.env["VIRTUAL_ENV"]
	if dir == "" {
		return Found{}, nil
	}
	if file := environmentPython(s.absolute(dir)); file != "" {
		return Found{Path: file, Source: VirtualEnv, Why: fmt.Sprintf("the virtual environment %s is active", dir)}, nil
	}
	s.note("VIRTUAL_ENV names %s, which has no bin/python3", dir)
	return Found{}, nil
}

// dotVenv looks in the flow's folder and those above. One that belongs to somebody else is not taken: in a shared folder such as
// /tmp anybody could have put it there.
func (s *search) dotVenv(context.Context) (Found, error) {
	if s.FlowDir == "" {
		return Found{}, nil
	}
	for dir := filepath.Clean(s.FlowDir); ; dir = filepath.Dir(dir) {
		venv := filepath.Join(dir, ".venv")
		if file := environmentPython(venv); file != "" {
			if !trusted(venv) {
				s.note("%s belongs to another user", venv)
			} else {
				return Found{Path: file, Source: DotVenv, Why: fmt.Sprintf("the flow's folder has or lies below %s", venv)}, nil
			}
		}
		if dir == filepath.Dir(dir) {
			return Found{}, nil
		}
	}
}

// trusted tells whether a folder belongs to the user or to root.
func trusted(dir string) bool {
	info, err := os.Stat(dir)
	if err != nil {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && (stat.Uid == 0 || int(stat.Uid) == os.Getuid())
}

func (s *search) path(ctx context.Context) (Found, error) {
	file := s.onPath("python3")
	if file == "" {
		s.note("python3 is not on the path")
		return Found{}, nil
	}
	return s.behindShim(ctx, Found{Path: file, Source: Path, Why: "python3 on the path"})
}

// onPath returns the first executable of a name on the path; entries that are not absolute are passed over.
func (s *search) onPath(name string) string {
	for _, dir := range filepath.SplitList(s.env["PATH"]) {
		if file := filepath.Join(dir, name); filepath.IsAbs(dir) && executable(file) == nil {
			return file
		}
	}
	return ""
}

// environmentPython returns the interpreter of a virtual environment, empty if there is none.
func environmentPython(dir string) string {
	for _, name := range []string{"python3", "python"} {
		if file := filepath.Join(dir, "bin", name); executable(file) == nil {
			return file
		}
	}
	return ""
}

func executable(file string) error {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("no such file")
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("is a folder")
	case info.Mode()&0o111 == 0:
		return errors.New("is not executable")
	default:
		return nil
	}
}
