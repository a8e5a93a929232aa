package python

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// maxFiles bounds how many files of the workspace one flow can make the reader parse.
const maxFiles = 200

// workspace finds and holds the modules that a flow's classes come from.
type workspace struct {
	ctx     context.Context
	read    func(path string) ([]byte, error)
	parsed  func(ctx context.Context, path string, data []byte) (*Parsed, error) // may be nil
	search  []string
	modules map[string]*module // by path; nil for a file that is not there
	files   []string
	sources map[string][]byte // what was read, by path
	touched *[]string         // takes the paths that are looked for, where somebody wants to know
	err     error             // a failure that is not about one file, like the end of the context
}

func newWorkspace(ctx context.Context, opts Options) *workspace {
	w := &workspace{ctx: ctx, read: opts.readFile(), parsed: opts.Parsed, modules: map[string]*module{}, sources: map[string][]byte{}}
	w.search = append(w.search, filepath.Dir(opts.File))
	for _, r := range opts.Roots {
		if r = filepath.Clean(r); r != w.search[0] {
			w.search = append(w.search, r)
		}
	}
	return w
}

func (w *workspace) close() {
	for _, m := range w.modules {
		if m != nil {
			m.close()
		}
	}
}

// module returns the module in a file, nil where there is none that can be read.
func (w *workspace) module(path string) *module {
	if w.touched != nil && !slices.Contains(*w.touched, path) {
		*w.touched = append(*w.touched, path)
	}
	if m, known := w.modules[path]; known {
		return m
	}
	if len(w.files) >= maxFiles || w.err != nil {
		return nil
	}
	w.modules[path] = nil
	data, err := w.read(path)
	if err != nil {
		return nil
	}
	w.sources[path] = data
	m, err := w.open(path, data)
	var bad *unreadable
	if err != nil && !errors.As(err, &bad) {
		w.err = err
	}
	return m
}

func (w *workspace) open(path string, data []byte) (*module, error) {
	f, err := w.parse(path, data)
	if err != nil {
		return nil, err
	}
	m := &module{file: f, dir: filepath.Dir(path)}
	m.scan()
	w.modules[path] = m
	w.files = append(w.files, path)
	return m, nil
}

func (w *workspace) parse(path string, data []byte) (*file, error) {
	if w.parsed == nil {
		return open(w.ctx, path, data)
	}
	p, err := w.parsed(w.ctx, path, data)
	if err != nil {
		return nil, err
	}
	return p.file(w.ctx)
}

// place is where an import leads: a module, or folders that may hold some.
type place struct {
	mod  *module
	dirs []string
}

// sdkPackages are the names under which flows import the SDK.
func sdkPackage(path string) bool {
	first, _, _ := strings.Cut(path, ".")
	return first == "metaflow" || first == "spindle"
}

// locate follows an import as seen from a module.
func (w *workspace) locate(from *module, ref importRef) place {
	var parts []string
	if ref.path != "" {
		parts = strings.Split(ref.path, ".")
	}
	if ref.level == 0 {
		return w.find(w.search, parts)
	}
	dir := from.dir
	for range ref.level - 1 {
		dir = filepath.Dir(dir)
	}
	if len(parts) == 0 {
		return place{mod: w.module(filepath.Join(dir, "__init__.py")), dirs: []string{dir}}
	}
	return w.find([]string{dir}, parts)
}

// find looks for a dotted name below the first of several folders that has it.
func (w *workspace) find(dirs, parts []string) place {
	var folders []string
	for _, dir := range dirs {
		base := filepath.Join(append([]string{dir}, parts...)...)
		if m := w.module(filepath.Join(base, "__init__.py")); m != nil {
			return place{mod: m, dirs: []string{base}}
		}
		if m := w.module(base + ".py"); m != nil {
			return place{mod: m}
		}
		folders = append(folders, base)
	}
	return place{dirs: folders}
}

// syntaxFaults are the faults of files whose classes a flow is made of.
func syntaxFaults(classes []*class) []graph.Fault {
	var faults []graph.Fault
	seen := map[*module]bool{}
	for _, c := range classes {
		if !seen[c.mod] && c.mod.fault != nil {
			faults = append(faults, *c.mod.fault)
		}
		seen[c.mod] = true
	}
	return faults
}
