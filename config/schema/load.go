package schema

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// Fault is something wrong with a schema: where, and what. The range is empty where the file can't be read at all.
type Fault struct {
	Range   graph.Range
	Message string
}

func (f *Fault) Error() string { return f.Message }

// Schema is a schema that was read, with those it refers to.
type Schema struct {
	// File is its name.
	File  string
	root  *graph.Value
	files *files
}

// Knows is true when the schema itself names a property at the top.
func (s *Schema) Knows(property string) bool {
	e := s.root.Entry("properties")
	return e != nil && e.Value.Entry(property) != nil
}

// files are the schemas that were read, by path. Documents are checked side by side against one schema, and a check may
// be the first to need a file.
type files struct {
	read  func(path string) ([]byte, error)
	mu    sync.Mutex
	known map[string]*graph.Value
}

// Load reads a schema.
func Load(path string, read func(path string) ([]byte, error)) (*Schema, *Fault) {
	f := &files{read: read, known: map[string]*graph.Value{}}
	root, fault := f.load(path)
	if fault != nil {
		return nil, fault
	}
	return &Schema{File: path, root: root, files: f}, nil
}

func (f *files) load(path string) (*graph.Value, *Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if v := f.known[path]; v != nil {
		return v, nil
	}
	data, err := f.read(path)
	if err != nil {
		var problem *fs.PathError
		if errors.As(err, &problem) {
			err = problem.Err
		}
		return nil, &Fault{Message: fmt.Sprintf("the schema %q can't be read: %v", path, err)}
	}
	v, bad := document.Read(path, data)
	if bad != nil {
		return nil, &Fault{bad.Range, fmt.Sprintf("%s is not %s: %s", filepath.Base(path), document.FormatOf(path), bad.Message)}
	}
	f.known[path] = v
	return v, nil
}

// refer finds what a $ref names, seen from the file that it stands in.
func (f *files) refer(ref *graph.Value) (*graph.Value, *Fault) {
	bad := func(format string, args ...any) *Fault {
		return &Fault{ref.Range, "the reference \"" + ref.Text + "\" " + fmt.Sprintf(format, args...)}
	}
	file, fragment, _ := strings.Cut(ref.Text, "#")
	if strings.Contains(file, "://") {
		return nil, bad("is an address; schemas are read from files only")
	}
	path := ref.Range.File
	if file != "" {
		path = filepath.FromSlash(file)
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(ref.Range.File), path)
		}
	}
	at, fault := f.load(path)
	if fault != nil {
		if fault.Range == (graph.Range{}) {
			fault.Range = ref.Range
		}
		return nil, fault
	}
	if fragment != "" && !strings.HasPrefix(fragment, "/") {
		if at = anchored(at, fragment); at == nil {
			return nil, bad("names no anchor of %s", filepath.Base(path))
		}
		return at, nil
	}
	for _, key := range pointer(fragment) {
		next := child(at, key)
		if next == nil {
			return nil, bad("leads nowhere: there is no %q", key)
		}
		at = next
	}
	return at, nil
}

// pointer takes a JSON pointer apart.
func pointer(fragment string) []string {
	if fragment == "" {
		return nil
	}
	keys := strings.Split(fragment[1:], "/")
	for i, key := range keys {
		if unescaped, err := url.PathUnescape(key); err == nil {
			key = unescaped
		}
		if strings.Contains(key, "~") {
			key = strings.NewReplacer("~1", "/", "~0", "~").Replace(key)
		}
		keys[i] = key
	}
	return keys
}

func child(v *graph.Value, key string) *graph.Value {
	if e := v.Entry(key); e != nil {
		return e.Value
	}
	if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(v.Items) {
		return v.Items[i]
	}
	return nil
}

func anchored(v *graph.Value, name string) *graph.Value {
	for _, key := range []string{"$anchor", "$id", "id"} {
		if e := v.Entry(key); e != nil && strings.TrimPrefix(e.Value.Text, "#") == name {
			return v
		}
	}
	for _, e := range v.Entries {
		if found := anchored(e.Value, name); found != nil {
			return found
		}
	}
	for _, item := range v.Items {
		if found := anchored(item, name); found != nil {
			return found
		}
	}
	return nil
}
