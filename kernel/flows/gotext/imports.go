package gotext

import (
	"go/ast"
	"go/parser"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// standard are packages of the standard library that a cell may name without importing them, by their names. Names that two packages share are left out.
var standard = byName(`bufio bytes cmp compress/gzip container/heap container/list context crypto/sha256 database/sql encoding/base64 encoding/binary encoding/csv
encoding/gob encoding/hex encoding/json encoding/xml errors flag fmt hash/fnv html image image/color image/png io io/fs iter log log/slog maps math math/big math/bits
math/cmplx net net/http net/url os os/exec path path/filepath reflect regexp runtime runtime/debug slices sort strconv strings sync sync/atomic text/tabwriter time
unicode unicode/utf8`)

func byName(paths string) map[string]string {
	m := map[string]string{}
	for _, p := range strings.Fields(paths) {
		m[path.Base(p)] = p
	}
	return m
}

var version = regexp.MustCompile(`^v[0-9]+$`)

// names are those that the package of an import may have. Only its source could tell for certain; by far the most are called as their folders.
func (i Import) names() []string {
	if i.Name != "" {
		return []string{i.Name}
	}
	base := path.Base(i.Path)
	if version.MatchString(base) && strings.Contains(i.Path, "/") {
		base = path.Base(path.Dir(i.Path))
	}
	if stem, suffix, cut := strings.Cut(base, ".v"); cut && version.MatchString("v"+suffix) {
		base = stem
	}
	list := []string{base, strings.ReplaceAll(base, "-", ""), strings.ReplaceAll(base, "-", "_")}
	list = append(list, strings.TrimPrefix(base, "go-"), strings.TrimSuffix(strings.TrimSuffix(base, "-go"), ".go"))
	if n := strings.LastIndexAny(base, "-."); n >= 0 {
		list = append(list, base[n+1:], base[:n])
	}
	return list
}

// always says whether an import is there for more than its name.
func (i Import) always() bool { return i.Name == "_" || i.Name == "." }

func (i Import) usedBy(used map[string]bool) bool {
	return i.always() || slices.ContainsFunc(i.names(), func(n string) bool { return used[n] })
}

func (i Import) spec() string {
	if i.Name == "" {
		return strconv.Quote(i.Path)
	}
	return i.Name + " " + strconv.Quote(i.Path)
}

// importsOf are those of a file.
func importsOf(f *ast.File) []Import {
	var list []Import
	for _, s := range f.Imports {
		list = append(list, importOf(s))
	}
	return list
}

// selected are the names before a dot that a text of Go uses and does not declare: those of packages, and of what other files declare.
func selected(text string) (map[string]bool, error) {
	f, err := parse(text, parser.Mode(0))
	if err != nil {
		return nil, err
	}
	free := map[*ast.Ident]bool{}
	for _, id := range f.Unresolved {
		free[id] = true
	}
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok && free[id] {
				used[id.Name] = true
			}
		}
		return true
	})
	return used, nil
}

// provide are the imports for the names, each from the first list that has it, else from the standard library. declared are names that are no packages.
func provide(used, declared map[string]bool, lists ...[]Import) []Import {
	var found []Import
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if declared[name] {
			continue
		}
		if i, ok := find(name, lists); ok {
			found = append(found, i)
		} else if p := standard[name]; p != "" {
			found = append(found, Import{Path: p})
		}
	}
	return found
}

func find(name string, lists [][]Import) (Import, bool) {
	for _, list := range lists {
		for _, i := range slices.Backward(list) { // what was said last
			if !i.always() && i.names()[0] == name {
				return i, true
			}
		}
		for _, i := range slices.Backward(list) {
			if !i.always() && slices.Contains(i.names(), name) {
				return i, true
			}
		}
	}
	return Import{}, false
}
