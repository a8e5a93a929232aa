package config

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// JSONSchema is the schema of the file as editors are given it: where a number, a word of a list or a text of a form stands, a reference may stand, too.
// The reader looks at the file twice instead, and tells more.
func JSONSchema() []byte {
	root, fault := document.ReadJSON(graph.Range{File: schemaFile, Start: graph.Pos{Line: 1, Column: 1}}, schemaText)
	if fault != nil {
		panic(fault.Message) // a test reads it
	}
	out := open(root)
	definitions := out.Entry("$defs").Value
	for _, fixed := range []string{"project", "name"} { // what others are named by is written out
		definitions.Entry(fixed).Value = root.Entry("$defs").Value.Entry(fixed).Value
	}
	definitions.Entries = append(definitions.Entries, entry("reference", mapping(
		entry("type", textual("string")), entry("pattern", textual(`\$\{`)), entry("description", textual("A text with references: ${country}, ${env:NAME}.")),
	)))
	return []byte(document.Indent(out) + "\n")
}

// open is a schema in which references fit.
func open(v *graph.Value) *graph.Value {
	switch v.Kind {
	case graph.ArrayKind:
		out := *v
		out.Items = nil
		for _, item := range v.Items {
			out.Items = append(out.Items, open(item))
		}
		return &out
	case graph.ObjectKind:
		if narrow(v) {
			return alternatives(v)
		}
		out := *v
		out.Entries = slices.Clone(v.Entries)
		for i, e := range out.Entries {
			out.Entries[i].Value = open(e.Value)
		}
		return &out
	}
	return v
}

// narrow is true for a schema of a value that may be a reference, and that a text with one would not fit.
func narrow(v *graph.Value) bool {
	if v.Entry("enum") != nil {
		return true
	}
	kind := v.Entry("type")
	if kind == nil {
		return false
	}
	types := kind.Value.Items
	if kind.Value.Kind == graph.StringKind {
		types = []*graph.Value{kind.Value}
	}
	texts := false
	for _, t := range types {
		switch t.Text {
		case "object", "array":
			return false
		case "string":
			texts = true
		}
	}
	return !texts || v.Entry("pattern") != nil
}

// alternatives is a schema or a reference.
func alternatives(v *graph.Value) *graph.Value {
	out := mapping()
	own := *v
	own.Entries = nil
	for _, e := range v.Entries {
		if e.Key == "description" {
			out.Entries = append(out.Entries, e)
		} else {
			own.Entries = append(own.Entries, e)
		}
	}
	reference := mapping(entry("$ref", textual("#/$defs/reference")))
	out.Entries = append(out.Entries, entry("anyOf", &graph.Value{Kind: graph.ArrayKind, Items: []*graph.Value{&own, reference}}))
	return out
}

func textual(s string) *graph.Value { return &graph.Value{Kind: graph.StringKind, Text: s} }

func mapping(entries ...graph.Entry) *graph.Value {
	return &graph.Value{Kind: graph.ObjectKind, Entries: entries}
}

func entry(key string, v *graph.Value) graph.Entry { return graph.Entry{Key: key, Value: v} }
