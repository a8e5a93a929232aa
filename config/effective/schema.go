package effective

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/config/schema"
	"github.com/spindle-flow/spindle/engine/graph"
)

// schemaRef is a schema and who names it: a place in a file, or the file that it is beside.
type schemaRef struct {
	path string
	by   graph.Range
}

// findSchema notes the schema of a file. What "$schema" names is a file only where it ends like one: in many files it is the
// address of a standard.
func (r *resolver) findSchema(c *Config, v *graph.Value, file string) {
	if file == "" {
		return
	}
	if e := v.Entry(schemaKey); e != nil && e.Value.Kind == graph.StringKind {
		name := e.Value.Text
		if strings.Contains(name, "://") || !isFile(name) {
			return
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(file), name)
		}
		r.schemas[c] = append(r.schemas[c], schemaRef{name, e.Value.Range})
		return
	}
	beside := strings.TrimSuffix(file, filepath.Ext(file)) + ".schema.json"
	if _, err := r.around.ReadFile(r.abs(beside)); err == nil {
		first := graph.Range{File: file, Start: graph.Pos{Line: 1, Column: 1}, End: graph.Pos{Line: 1, Column: 1}}
		r.schemas[c] = append(r.schemas[c], schemaRef{beside, first})
	}
}

func isFile(name string) bool {
	return slices.Contains([]string{".json", ".yaml", ".yml", ".toml"}, strings.ToLower(filepath.Ext(name)))
}

// check holds the values against their schemas.
func (r *resolver) check() {
	for _, c := range r.configs {
		seen := map[string]bool{}
		for _, ref := range r.schemas[c] {
			if !seen[ref.path] && c.Value != nil {
				seen[ref.path] = true
				r.checkBy(c, ref)
			}
		}
	}
}

func (r *resolver) checkBy(c *Config, ref schemaRef) {
	read, fault := schema.Load(ref.path, func(path string) ([]byte, error) { return r.around.ReadFile(r.abs(path)) })
	if fault != nil {
		r.badSchema(c, ref, fault)
		return
	}
	found, fault := read.Check(withoutItsName(c.Value, read), "config \""+c.Declared.Name+"\"")
	if fault != nil {
		r.badSchema(c, ref, fault)
		return
	}
	for _, f := range found {
		d := r.at(f.Range, "%s", f.Message)
		if by := filepath.Base(ref.path); f.Hint == "" {
			d.Detail = by + " says so."
		} else {
			d.Detail = f.Hint + " (" + by + ")"
		}
	}
}

// withoutItsName is a value without the key that names its schema, unless the schema knows of it.
func withoutItsName(v *graph.Value, by *schema.Schema) *graph.Value {
	if v.Entry(schemaKey) == nil || by.Knows(schemaKey) {
		return v
	}
	out := *v
	out.Entries = slices.DeleteFunc(slices.Clone(v.Entries), func(e graph.Entry) bool { return e.Key == schemaKey })
	return &out
}

// badSchema reports a schema that is no use: at the place in it, or else where it is named.
func (r *resolver) badSchema(c *Config, ref schemaRef, fault *schema.Fault) {
	at := fault.Range
	if at == (graph.Range{}) {
		at = ref.by
	}
	r.at(at, "%s", fault.Message).Detail = "It is the schema of config \"" + c.Declared.Name + "\"."
}
