package golang

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// loader parses and checks one package. What it keeps lives as long as what the package imports stays as it is.
type loader struct {
	dir     string // absolute
	fset    *token.FileSet
	names   []string // of the folder's Go files, when the go tool was asked
	sources []string // those of them that make the package, absolute
	path    string   // the package's import path
	version string   // of the language, as in go.mod
	parsed  map[string]*file
	imports *imports
	module  string // the go.mod, empty where there is none
	stamp   string // of it, when the go tool was asked
}

func newLoader(dir string) *loader {
	l := &loader{dir: dir, fset: token.NewFileSet(), parsed: map[string]*file{}}
	l.imports = newImports(dir, l.fset)
	return l
}

// check reads the package as it is now. Places are said with the folder as it is given.
func (l *loader) check(ctx context.Context, dir string, opts Options) (*Package, error) {
	if err := l.ask(ctx, opts); err != nil {
		return nil, err
	}
	p := &Package{Path: l.path, Dir: dir, Fset: l.fset}
	for _, path := range l.sources {
		f, err := l.parse(path, opts.Overlay)
		if errors.Is(err, os.ErrNotExist) {
			continue // it has gone since the go tool was asked
		} else if err != nil {
			return nil, fmt.Errorf("read the flow's package: %w", err)
		}
		f.name = filepath.Join(dir, filepath.Base(path))
		p.files = append(p.files, f)
	}
	if err := l.imports.want(ctx, opts, importPaths(p.files)); err != nil {
		return nil, err
	}
	p.typeCheck(l.imports, l.version)
	return p, ctx.Err()
}

// ask has the go tool say which files make the package. The first time it is asked for what they import meanwhile: each question takes it as
// long as reading a flow may take at all.
func (l *loader) ask(ctx context.Context, opts Options) error {
	if l.names != nil {
		return l.list(ctx, opts)
	}
	paths := l.importsOfAll(opts)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = l.imports.want(ctx, opts, paths) // asked again for what is not known then
	}()
	err := l.list(ctx, opts)
	<-done
	return err
}

// importsOfAll are the imports of all files of the folder, those that do not count for this system included.
func (l *loader) importsOfAll(opts Options) []string {
	names, err := l.goFiles(opts.Overlay)
	if err != nil {
		return nil // list says so
	}
	var files []*file
	for _, name := range names {
		if f, err := l.parse(filepath.Join(l.dir, name), opts.Overlay); err == nil {
			files = append(files, f)
		}
	}
	return importPaths(files)
}

// list asks the go tool which files make the package, unless the folder has the same files as when it was last asked.
func (l *loader) list(ctx context.Context, opts Options) error {
	names, err := l.goFiles(opts.Overlay)
	if err != nil {
		return fmt.Errorf("read the flow's package: %w", err)
	}
	if l.names != nil && slices.Equal(names, l.names) {
		return nil
	}
	found, err := packages.Load(&packages.Config{
		Context: ctx, Dir: l.dir, Env: opts.Env, Overlay: opts.Overlay,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedModule,
	}, ".")
	if err != nil {
		return fmt.Errorf("ask the go tool for the package in %s: %w", opts.where(), err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(found) == 0 || len(found[0].GoFiles) == 0 {
		return &NoPackageError{Dir: opts.where(), Reason: reason(found)}
	}
	l.names, l.path, l.sources = names, found[0].PkgPath, found[0].GoFiles
	if m := found[0].Module; m != nil {
		l.module, l.stamp = m.GoMod, stamp(m.GoMod)
		if m.GoVersion != "" {
			l.version = "go" + m.GoVersion
		}
	}
	return nil
}

// outdated reports whether the module's requirements have changed since the go tool was asked.
func (l *loader) outdated() bool { return l.module != "" && stamp(l.module) != l.stamp }

// stamp is the same text as long as a go.mod and its go.sum are as they were.
func stamp(module string) string {
	text := ""
	for _, path := range []string{module, strings.TrimSuffix(module, ".mod") + ".sum"} {
		if info, err := os.Stat(path); err == nil {
			text += fmt.Sprintln(info.Size(), info.ModTime().UnixNano())
		}
	}
	return text
}

// NoPackageError is a folder that is no package of Go.
type NoPackageError struct{ Dir, Reason string }

func (e *NoPackageError) Error() string {
	return fmt.Sprintf("%s is no Go package that can be built: %s", e.Dir, e.Reason)
}

func reason(found []*packages.Package) string {
	for _, p := range found {
		for _, e := range p.Errors {
			return strings.TrimSpace(e.Msg)
		}
	}
	return "it has no Go files"
}

func (o Options) where() string {
	if o.Dir != "" {
		return o.Dir
	}
	return filepath.Dir(o.File)
}

// goFiles lists the folder's Go files but for tests, those that only the overlay has included.
func (l *loader) goFiles(overlay map[string][]byte) ([]string, error) {
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, e := range entries {
		if name := e.Name(); isSource(name) {
			names = append(names, name)
		}
	}
	for path := range overlay {
		if name := filepath.Base(path); filepath.Dir(path) == l.dir && isSource(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func isSource(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

// parse returns a file as it is now, the parsed one from before where its text is the same.
func (l *loader) parse(path string, overlay map[string][]byte) (*file, error) {
	text, given := overlay[path]
	if !given {
		var err error
		if text, err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	old := l.parsed[path]
	if old != nil && string(old.text) == string(text) {
		return old, nil
	}
	if old != nil {
		l.fset.RemoveFile(old.tok)
	}
	tree, err := parser.ParseFile(l.fset, path, text, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	f := &file{text: slices.Clone(text), tree: tree, tok: l.fset.File(tree.FileStart), err: err}
	l.parsed[path] = f
	return f, nil
}

// importPaths are what the files import, each once.
func importPaths(files []*file) []string {
	var out []string
	for _, f := range files {
		for _, spec := range f.tree.Imports {
			if path := unquoted(spec.Path); path != "" && !slices.Contains(out, path) {
				out = append(out, path)
			}
		}
	}
	slices.Sort(out)
	return out
}

func unquoted(lit *ast.BasicLit) string {
	if lit == nil || len(lit.Value) < 2 {
		return ""
	}
	return lit.Value[1 : len(lit.Value)-1]
}

// typeCheck checks the package. It goes on behind errors, so that what can be told is told.
func (p *Package) typeCheck(from types.Importer, version string) {
	p.Info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{},
	}
	conf := types.Config{
		Importer: from, GoVersion: version, FakeImportC: true,
		Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) {
				p.Errors = append(p.Errors, e)
			}
		},
	}
	trees := make([]*ast.File, len(p.files))
	for i, f := range p.files {
		trees[i] = f.tree
	}
	p.Types, _ = conf.Check(p.Path, p.Fset, trees, p.Info)
}
