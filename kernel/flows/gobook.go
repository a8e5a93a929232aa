package flows

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/build"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	source "github.com/spindle-flow/spindle/engine/source/golang"
	"github.com/spindle-flow/spindle/flow/names"
	"github.com/spindle-flow/spindle/kernel/flows/gotext"
)

// goBook is a flow in Go: the files of its package as they were read, and what cells have declared since.
type goBook struct {
	dir, class string
	session    *source.Session
	base       map[string]string // by absolute path
	pkg        *gotext.Package   // of base
	// edits replace declarations of the package, or are steps that come to it. %save writes them.
	edits []gotext.Edit
	// own are declarations of cells that the package has not, and imports those of all cells, the newest last. Cells alone have them.
	own     []gotext.Edit
	imports []gotext.Import
}

// openGo reads the package of a folder.
func openGo(session *source.Session, dir, class string) (*goBook, error) {
	base, err := readPackage(dir)
	if err != nil {
		return nil, err
	}
	if len(base) == 0 {
		return nil, fmt.Errorf("%s has no files of Go", dir)
	}
	return &goBook{dir: dir, class: class, session: session, base: base, pkg: gotext.NewPackage(base)}, nil
}

// readPackage reads the files that are built here.
func readPackage(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if here, err := build.Default.MatchFile(dir, name); err != nil || !here {
			continue // what can't be read the reader of flows tells of
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		files[filepath.Join(dir, name)] = string(data)
	}
	return files, nil
}

// place is the package's folder.
func (b *goBook) place() (file, class string) { return b.dir, b.class }

// inCell is false: a cell holds no package.
func (b *goBook) inCell() bool { return false }

// edited says whether the flow is not what is on disk.
func (b *goBook) edited() bool { return len(b.edits) > 0 }

// defined are the steps that cells have defined, and what else they have replaced.
func (b *goBook) defined() []string {
	list := make([]string, len(b.edits))
	for i, e := range b.edits {
		list[i] = editName(e.Decl)
	}
	return list
}

// editName is what an edit is called: a step as in the graph, all else as in the source.
func editName(d gotext.Decl) string {
	if d.Step {
		return names.Snake(d.Names[0])
	}
	return d.Key()
}

// stale says whether a file of the package has changed on disk, has gone or is new.
func (b *goBook) stale() bool {
	now, err := readPackage(b.dir)
	return err == nil && !maps.Equal(now, b.base)
}

// again is the flow as it is on disk now, with the declarations that cells alone have.
func (b *goBook) again() (book, error) {
	next, err := openGo(b.session, b.dir, b.class)
	if err != nil {
		return nil, err
	}
	next.own, next.imports = b.own, b.imports
	return next, nil
}

// isGo says whether a flow in Go is attached.
func isGo(b book) bool {
	_, ok := b.(*goBook)
	return ok
}

// claims says whether a cell that begins so is Go: all is but for magics and commands of the shell, which IPython has.
func (b *goBook) claims(first string) bool {
	return first != "" && !strings.HasPrefix(first, "%") && !strings.HasPrefix(first, "!")
}

// goStep is how a step in Go begins.
var goStep = regexp.MustCompile(`(?m)^func \(\w+ \*?\w+\) \w+\(.*flow\.Context`)

// definesGoSteps says whether a cell looks like one with steps in Go, where no flow says what cells are.
func definesGoSteps(code string) bool { return goStep.MatchString(code) }

// definesSteps says whether a cell is one that defines steps.
func (b *goBook) definesSteps(code string) bool {
	first, rest := cut(code)
	if strings.HasPrefix(first, "%%") {
		code = rest
	}
	return gotext.DefinesSteps(code)
}

// parsed takes a cell apart; a magic at its top counts as an empty line.
func parsed(cell, code string) (*gotext.Cell, error) {
	if first, _ := cut(code); strings.HasPrefix(first, "%%") {
		code = strings.Replace(code, first, "", 1) // its line stays, so that lines keep their numbers
	}
	c, err := gotext.Parse(strings.ReplaceAll(code, "\r\n", "\n"))
	if f, ok := errors.AsType[*gotext.Fault](err); ok {
		return nil, &cellError{cell, f.Line, f.Message}
	}
	return c, err
}

// define lets the steps of a cell replace those of the flow, with what else the cell declares.
func (b *goBook) define(_ context.Context, cell, code string) (book, []string, error) {
	c, err := parsed(cell, code)
	if err != nil {
		return nil, nil, err
	}
	next := *b
	next.edits = slices.Clone(b.edits)
	var steps []string
	for _, d := range c.Decls {
		next.replace(gotext.Edit{Decl: d, Cell: cell, Imports: c.Imports})
		if d.Step {
			steps = append(steps, editName(d))
		}
	}
	return &next, steps, nil
}

// replace adds an edit, in place of the one that declares the same.
func (b *goBook) replace(e gotext.Edit) {
	b.edits = append(slices.DeleteFunc(b.edits, func(old gotext.Edit) bool { return old.Shares(&e.Decl) }), e)
}

// without is the book without an edit, or all for the empty name, and the names of what it has forgotten.
func (b *goBook) without(step string) (book, []string) {
	next := *b
	var gone []string
	next.edits = slices.DeleteFunc(slices.Clone(b.edits), func(e gotext.Edit) bool {
		name := editName(e.Decl)
		is := step == "" || step == name || step == e.Names[0]
		if is {
			gone = append(gone, name)
		}
		return is
	})
	return &next, gone
}

// source is the flow with its edits.
func (b *goBook) source(ctx context.Context) (*Source, error) {
	texts, err := b.pkg.With(b.edits, false)
	if f, ok := errors.AsType[*gotext.Fault](err); ok {
		return nil, &cellError{b.edits[len(b.edits)-1].Cell, f.Line, f.Message}
	} else if err != nil {
		return nil, err
	}
	return b.read(ctx, texts)
}

// read reads the flow from texts.
func (b *goBook) read(ctx context.Context, texts map[string]gotext.Text) (*Source, error) {
	r, err := b.check(ctx, b.session, texts)
	if err != nil {
		return nil, err
	}
	s := &Source{File: b.dir, Class: b.class, Language: graph.Go, Texts: texts, Flow: r.Flow, Faults: r.Faults}
	if r.Flow == nil {
		return s, nil
	}
	// Cells are part of the program's package, and steps of the flow's.
	if home := filepath.Dir(r.Flow.File); home != b.dir {
		return nil, fmt.Errorf("the flow %s is of another package, in %s, than the program that runs it: a notebook takes flows in Go whose func main stands beside them", r.Flow.Name, home)
	}
	s.File, s.Graph = r.Flow.File, graph.New(r.Flow)
	return s, nil
}

// check reads the package with texts in place of files. Faults are told of what it imports as that is now, not as it was when the session looked last.
func (b *goBook) check(ctx context.Context, session *source.Session, texts map[string]gotext.Text) (*source.Result, error) {
	opts := source.Options{Dir: b.dir, Class: b.class, Overlay: overlayOf(texts)}
	r, err := session.Read(ctx, opts)
	if err == nil && len(r.Faults) == 0 {
		return r, nil
	}
	session.Forget(b.dir)
	return session.Read(ctx, opts)
}

func overlayOf(texts map[string]gotext.Text) map[string][]byte {
	overlay := map[string][]byte{}
	for file, t := range texts {
		overlay[file] = []byte(t.Data)
	}
	return overlay
}

// saved writes the edits into the files of the package, each formatted; all else of them stays byte for byte.
func (b *goBook) saved(ctx context.Context) (book, []string, error) {
	texts, err := b.pkg.With(b.edits, true)
	if err != nil {
		return nil, nil, err
	}
	files := slices.Sorted(maps.Keys(texts))
	for _, file := range files {
		now, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(now, []byte(b.base[file])) {
			return nil, nil, changedOnDisk(file)
		}
	}
	for _, file := range files {
		if err := rewrite(file, []byte(texts[file].Data)); err != nil {
			return nil, nil, err
		}
	}
	next, err := b.again()
	return next, files, err
}
