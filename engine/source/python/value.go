package python

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// plainValue reads a literal as JSON would have it; what is no literal is a computed value.
func (f *file) plainValue(n *flatNode, depth int) *graph.Value {
	n = f.unwrap(n)
	v := &graph.Value{Kind: graph.ComputedKind, Range: f.span(n), Text: f.source(n)}
	if depth > maxNesting {
		return v
	}
	switch f.kind(n) {
	case "none":
		v.Kind = graph.NullKind
	case "true", "false":
		v.Kind = graph.BoolKind
	case "integer":
		v.Kind, v.Text = graph.IntegerKind, strings.ReplaceAll(v.Text, "_", "")
	case "float":
		v.Kind, v.Text = graph.NumberKind, strings.ReplaceAll(v.Text, "_", "")
	case "unary_operator":
		if inner := f.plainValue(f.field(n, fieldArgument), depth+1); v.Text[0] == '-' && (inner.Kind == graph.IntegerKind || inner.Kind == graph.NumberKind) {
			v.Kind, v.Text = inner.Kind, "-"+inner.Text
		}
	case "string", "concatenated_string":
		if text, ok := f.stringValue(n); ok {
			v.Kind, v.Text, v.Inner = graph.StringKind, text, f.innerText(n, text)
		}
	case "list", "tuple":
		v.Kind, v.Text = graph.ArrayKind, ""
		for _, c := range f.children(n) {
			if f.is(c, "list_splat") {
				v.Open = true
				continue
			}
			v.Items = append(v.Items, f.plainValue(c, depth+1))
		}
	case "dictionary":
		v.Kind, v.Text = graph.ObjectKind, ""
		f.plainEntries(n, v, depth)
	}
	return v
}

func (f *file) plainEntries(n *flatNode, v *graph.Value, depth int) {
	for _, pair := range f.children(n) {
		key := f.plainValue(f.field(pair, fieldKey), depth+1)
		switch {
		case !f.is(pair, "pair"):
			v.Open = true
		case key.Kind == graph.StringKind, key.Kind == graph.IntegerKind: // JSON makes a number's key a string
			v.Entries = append(v.Entries, graph.Entry{Key: key.Text, KeyRange: key.Range, Value: f.plainValue(f.field(pair, fieldValue), depth+1)})
		default:
			v.Open = true
		}
	}
}

// innerText is the range between the quotes of a string that stands in the source letter by letter, nothing for any other.
func (f *file) innerText(n *flatNode, text string) graph.Range {
	if start, ok := f.innerStart(n, text); ok {
		return f.between(start, start+len(text))
	}
	return graph.Range{}
}

func (f *file) innerStart(n *flatNode, text string) (start int, ok bool) {
	n = f.unwrap(n)
	if !f.is(n, "string") {
		return 0, false
	}
	source := f.source(n)
	prefix, body := splitString(source)
	if body != text {
		return 0, false
	}
	return int(n.StartByte()) + len(prefix) + (len(source)-len(prefix)-len(body))/2, true
}
