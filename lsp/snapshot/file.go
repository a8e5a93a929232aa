package snapshot

import (
	"context"
	"path/filepath"
	"strings"
	"sync"

	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/lsp/position"
)

// File is one version of one file.
type File struct {
	URI      uri.URI
	Path     string
	Open     bool   // an editor has it; else it is as on disk
	Version  int32  // of an open document
	Language string // as the editor calls it; empty for files on disk

	text string
	data []byte // what readers are given
	maps func() *position.Map

	mu     sync.Mutex
	parsed *python.Parsed // guarded by mu
	failed error          // guarded by mu: why there is no tree
	older  *python.Parsed // guarded by mu: a version to parse from
	lent   bool           // guarded by mu: older belongs to another file
	moved  bool           // guarded by mu: a newer version has taken the trees over, or the file is closed
}

// PathOf is the path of the file a URI names, or the URI itself where it names none.
func PathOf(u uri.URI) string {
	if u.IsFile() {
		return filepath.Clean(u.FsPath())
	}
	return u.String()
}

// URIOf is the URI of a path as [PathOf] returns them.
func URIOf(path string) uri.URI {
	if filepath.IsAbs(path) {
		return uri.File(path)
	}
	u, err := uri.Parse(path)
	if err != nil {
		return uri.File(path)
	}
	return u
}

func newDocument(u uri.URI, language string, version int32, text string, encoding position.Encoding) *File {
	f := &File{URI: u, Path: PathOf(u), Open: true, Version: version, Language: language, text: text, data: []byte(text)}
	f.maps = sync.OnceValue(func() *position.Map { return position.NewMap(f.text, encoding) })
	return f
}

func newDiskFile(path string, data []byte, encoding position.Encoding) *File {
	f := &File{URI: URIOf(path), Path: path, data: data, text: string(data)}
	if strings.HasSuffix(path, ".py") {
		f.text = python.Text(data)
	}
	f.maps = sync.OnceValue(func() *position.Map { return position.NewMap(f.text, encoding) })
	return f
}

// Text is the text as the editor has it, or would have it.
func (f *File) Text() string { return f.text }

// Map converts positions in the text.
func (f *File) Map() *position.Map { return f.maps() }

// IsPython reports whether the file may hold a flow. A cell of a notebook is no file of Python's by itself.
func (f *File) IsPython() bool {
	if strings.HasPrefix(string(f.URI), "vscode-notebook-cell:") {
		return false
	}
	return f.Language == "python" || f.Language == "" && strings.HasSuffix(f.Path, ".py")
}

// IsGo reports whether the file is Go's.
func (f *File) IsGo() bool {
	return (f.Language == "go" || f.Language == "") && strings.HasSuffix(f.Path, ".go")
}

// IsSource reports whether the file is of a language that flows are written in.
func (f *File) IsSource() bool { return f.IsPython() || f.IsGo() }

// Parsed is the file's syntax tree, made when it is first asked for.
func (f *File) Parsed(ctx context.Context) (*python.Parsed, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.parsed != nil || f.failed != nil {
		return f.parsed, f.failed
	}
	p, err := f.parse(ctx)
	if err != nil {
		if ctx.Err() == nil {
			f.failed = err
		}
		return nil, err
	}
	if !f.lent {
		f.older.Release()
	}
	f.older = nil
	if !f.moved { // else nobody would give it back but the collector
		f.parsed = p
	}
	return p, nil
}

func (f *File) parse(ctx context.Context) (*python.Parsed, error) {
	if f.Open {
		return python.ParseBytes(ctx, f.Path, f.text, f.data, f.older)
	}
	return python.Parse(ctx, f.Path, f.data)
}

// succeed makes a newer version, which takes over the trees of this one: what still reads this one parses it again.
func (f *File) succeed(version int32, text string, encoding position.Encoding) *File {
	next := newDocument(f.URI, f.Language, version, text, encoding)
	f.mu.Lock()
	defer f.mu.Unlock()
	next.older = f.parsed
	if next.older == nil {
		next.older = f.older
	}
	f.older, f.moved = nil, true
	return next
}

// release gives the trees back.
func (f *File) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.parsed.Release()
	if !f.lent {
		f.older.Release()
	}
	f.older, f.moved = nil, true
}

// as is the file with another text, whose trees are made with the help of this one's and take nothing from it.
func (f *File) as(text string, encoding position.Encoding) *File {
	next := newDocument(f.URI, f.Language, f.Version, text, encoding)
	f.mu.Lock()
	defer f.mu.Unlock()
	next.older, next.lent = f.parsed, true
	return next
}

// rest gives the trees back until somebody asks for them again.
func (f *File) rest() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.parsed.Release()
	f.parsed = nil
}
