package golang

import (
	"bufio"
	"context"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"
)

// imports are the packages that a package imports, as the compiler has left them in its cache.
type imports struct {
	dir     string
	fset    *token.FileSet
	exports map[string]string         // file by import path; empty for one that can't be built
	broken  map[string]string         // why, by import path
	known   map[string]*types.Package // what was read, whole or in part
	whole   map[string]bool
}

func newImports(dir string, fset *token.FileSet) *imports {
	return &imports{dir: dir, fset: fset, exports: map[string]string{}, broken: map[string]string{}, known: map[string]*types.Package{}, whole: map[string]bool{}}
}

// want makes sure that the go tool was asked for some packages. It builds what is not built yet.
func (im *imports) want(ctx context.Context, opts Options, paths []string) error {
	var missing []string
	for _, path := range paths {
		switch _, known := im.exports[path]; {
		case known, path == "unsafe", path == "C":
		case !importable(path):
			im.exports[path], im.broken[path] = "", "it is no path of a package"
		default:
			missing = append(missing, path)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	found, err := packages.Load(&packages.Config{
		Context: ctx, Dir: im.dir, Env: opts.Env, Overlay: opts.Overlay, Mode: packages.NeedName | packages.NeedExportFile,
	}, missing...)
	if err != nil {
		return fmt.Errorf("ask the go tool for what %s imports: %w", opts.where(), err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, path := range missing {
		im.exports[path] = ""
	}
	for _, p := range found {
		im.exports[p.PkgPath] = p.ExportFile
		for _, e := range p.Errors {
			if im.broken[p.PkgPath] == "" {
				im.broken[p.PkgPath] = strings.TrimSpace(e.Msg)
			}
		}
	}
	return nil
}

// importable reports whether a path is one of a package, and not a pattern or an option of the go tool.
func importable(path string) bool {
	switch path {
	case "", "all", "std", "cmd", "tool", "work":
		return false
	}
	for part := range strings.SplitSeq(path, "/") {
		if part == "" || part[0] == '.' || part[0] == '-' || strings.Contains(part, "...") {
			return false
		}
	}
	return !strings.ContainsFunc(path, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune("\\!\"#$%&'()*,:;<=>?[]^`{|}@", r)
	})
}

// Import returns a package.
func (im *imports) Import(path string) (*types.Package, error) {
	switch {
	case path == "unsafe":
		return types.Unsafe, nil
	case im.whole[path]:
		return im.known[path], nil
	case im.exports[path] == "":
		if why := im.broken[path]; why != "" {
			return nil, fmt.Errorf("it can't be built: %s", why)
		}
		return nil, fmt.Errorf("it can't be built")
	}
	f, err := os.Open(im.exports[path])
	if err != nil {
		delete(im.exports, path) // the go tool's cache was trimmed: it is asked again next time
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(bufio.NewReader(f))
	if err != nil {
		return nil, err
	}
	p, err := gcexportdata.Read(r, im.fset, im.known, path)
	if err == nil {
		im.whole[path] = true
	}
	return p, err
}
