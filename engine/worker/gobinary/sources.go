package gobinary

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// Source is a file that a flow's binary is built of.
type Source struct {
	Path string // absolute
	// Name is its path in its module, with slashes; for files of another module than the flow's, the module's name comes before it.
	Name string
}

// listed is what the go command tells of a package.
type listed struct {
	Dir, ImportPath string
	Standard        bool
	Module          *module
	GoFiles, CgoFiles, CFiles, HFiles, SFiles,
	EmbedFiles []string
}

type module struct {
	Path, Dir, GoMod string
	Main             bool
	Replace          *module
	Version          string
}

// Sources are the files that a flow's binary is built of and that may change: those of the flow's module and of others that are worked on (replaced by a folder,
// or in the workspace), with their go.mod and go.sum. What a version of a module has never changes: go.sum tells it. The go command lists them, whether or not
// they can be compiled.
func Sources(ctx context.Context, o Options) ([]Source, error) {
	tool, err := goTool(o.Env)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, tool, "list", "-e", "-deps", "-json=Dir,ImportPath,Standard,Module,GoFiles,CgoFiles,CFiles,HFiles,SFiles,EmbedFiles", ".")
	var said bytes.Buffer
	cmd.Dir, cmd.Stderr = o.Dir, &said
	cmd.Env = append(append(slices.Clone(o.Env), "PWD="+o.Dir), o.Target.env()...)
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, new(*exec.ExitError)):
		return nil, &Error{Dir: o.Dir, Faults: parse(o.Dir, said.String(), nil)}
	case err != nil:
		return nil, fmt.Errorf("run %s: %w", tool, err)
	}
	return sourcesOf(out)
}

func sourcesOf(list []byte) ([]Source, error) {
	found := map[string]string{} // name by path
	for dec := json.NewDecoder(bytes.NewReader(list)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("list the flow's sources: %w", err)
		}
		if p.Standard || p.Module == nil || !p.Module.changes() {
			continue
		}
		for _, files := range [][]string{p.GoFiles, p.CgoFiles, p.CFiles, p.HFiles, p.SFiles, p.EmbedFiles} {
			for _, name := range files {
				p.Module.add(found, filepath.Join(p.Dir, name))
			}
		}
		for _, name := range []string{"go.mod", "go.sum"} {
			if file := filepath.Join(filepath.Dir(p.Module.mod()), name); exists(file) {
				p.Module.add(found, file)
			}
		}
	}
	sources := make([]Source, 0, len(found))
	for path, name := range found {
		sources = append(sources, Source{path, name})
	}
	slices.SortFunc(sources, func(a, b Source) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
	return sources, nil
}

// changes says whether the module's files may be others tomorrow.
func (m *module) changes() bool {
	if m.Replace != nil {
		return m.Replace.Version == ""
	}
	return m.Main
}

func (m *module) mod() string {
	if m.Replace != nil {
		return m.Replace.GoMod
	}
	return m.GoMod
}

func (m *module) add(found map[string]string, path string) {
	rel, err := filepath.Rel(filepath.Dir(m.mod()), path)
	if err != nil {
		return // it lies nowhere in the module
	}
	name := filepath.ToSlash(rel)
	if !m.Main {
		name = m.Path + "/" + name
	}
	found[path] = name
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
