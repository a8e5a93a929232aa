package document

import (
	"bytes"
	"encoding/json"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Encode writes a value as JSON. Numbers are written as they were read.
func Encode(v *graph.Value) string {
	var b bytes.Buffer
	encode(&b, v)
	return b.String()
}

func encode(b *bytes.Buffer, v *graph.Value) {
	switch v.Kind {
	case graph.ObjectKind:
		b.WriteByte('{')
		for i, key := range v.Keys() {
			if i > 0 {
				b.WriteString(", ")
			}
			text(b, key)
			b.WriteString(": ")
			encode(b, v.Entry(key).Value)
		}
		b.WriteByte('}')
	case graph.ArrayKind:
		b.WriteByte('[')
		for i, item := range v.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			encode(b, item)
		}
		b.WriteByte(']')
	case graph.StringKind:
		text(b, v.Text)
	case graph.NullKind:
		b.WriteString("null")
	default:
		b.WriteString(v.Text)
	}
}

func text(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text can always be encoded
	b.Truncate(b.Len() - 1)
}

// Plain is a value as encoding/json would give it, but with numbers as [json.Number].
func Plain(v *graph.Value) any {
	switch v.Kind {
	case graph.ObjectKind:
		out := make(map[string]any, len(v.Entries))
		for _, e := range v.Entries {
			out[e.Key] = Plain(e.Value)
		}
		return out
	case graph.ArrayKind:
		out := make([]any, len(v.Items))
		for i, item := range v.Items {
			out[i] = Plain(item)
		}
		return out
	case graph.BoolKind:
		return v.Text == "true"
	case graph.NullKind:
		return nil
	case graph.IntegerKind, graph.NumberKind:
		if json.Valid([]byte(v.Text)) {
			return json.Number(v.Text)
		}
	}
	return v.Text
}

// Indent is [Encode] with a line for each key and element.
func Indent(v *graph.Value) string {
	var b bytes.Buffer
	indent(&b, v, "\n")
	return b.String()
}

func indent(b *bytes.Buffer, v *graph.Value, line string) {
	if len(v.Entries)+len(v.Items) == 0 {
		encode(b, v)
		return
	}
	below := line + "  "
	if v.Kind == graph.ArrayKind {
		for i, item := range v.Items {
			b.WriteString([]string{"[", ","}[min(i, 1)] + below)
			indent(b, item, below)
		}
		b.WriteString(line + "]")
		return
	}
	for i, key := range v.Keys() {
		b.WriteString([]string{"{", ","}[min(i, 1)] + below)
		text(b, key)
		b.WriteString(": ")
		indent(b, v.Entry(key).Value, below)
	}
	b.WriteString(line + "}")
}
