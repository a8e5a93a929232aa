package config

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// glob lists the files that fit a pattern, from the project's folder and with slashes, in order. Hidden ones and schemas of configs are none.
func (p *Project) glob(v *graph.Value, f *findings) []string {
	pattern := v.Text
	if _, err := path.Match(pattern, ""); err != nil {
		f.malformed(v.Range, "* stands for any letters, ? for one, [ab] for one of some.", "%q is no pattern of files", pattern)
		return nil
	}
	if dynamic(pattern) {
		f.malformed(v.Range, "Write the pattern out.", "a pattern of files can't have references")
		return nil
	}
	if p.around.ReadDir == nil {
		return []string{pattern}
	}
	found := p.fitting(".", strings.Split(path.Clean(filepath.ToSlash(pattern)), "/"))
	if len(found) == 0 {
		f.missing(v.Range, "The pattern starts at the project's folder, "+p.Dir()+".", "no file fits %q", pattern)
	}
	slices.Sort(found)
	return found
}

func (p *Project) fitting(dir string, parts []string) []string {
	var out []string
	last := len(parts) == 1
	if !last && !strings.ContainsAny(parts[0], "*?[") {
		return p.fitting(path.Join(dir, parts[0]), parts[1:])
	}
	entries, err := p.around.ReadDir(p.path(dir))
	if err != nil {
		return nil
	}
	for _, e := range entries {
		name := e.Name()
		if ok, _ := path.Match(parts[0], name); !ok || strings.HasPrefix(name, ".") && !strings.HasPrefix(parts[0], ".") {
			continue
		}
		switch {
		case last && !e.IsDir() && !strings.HasSuffix(name, ".schema.json"):
			out = append(out, path.Join(dir, name))
		case !last && e.IsDir():
			out = append(out, p.fitting(path.Join(dir, name), parts[1:])...)
		}
	}
	return out
}

// stem is a file's name without folder and suffix.
func stem(file string) string {
	return strings.TrimSuffix(path.Base(file), path.Ext(file))
}

// path is where a file that is named from the project's folder is.
func (p *Project) path(name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(p.Dir(), name)
}
