package effective

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// The keys at the top of a file that say what to do with it.
const (
	interpolateKey = "$interpolate"
	schemaKey      = "$schema"
)

// directives takes what a file says of itself out of its value, but for the name of its schema: Metaflow leaves that in.
func (r *resolver) directives(c *Config, v *graph.Value, path string) *graph.Value {
	r.findSchema(c, v, path)
	e := v.Entry(interpolateKey)
	if e == nil {
		return v
	}
	if e.Value.Kind != graph.BoolKind {
		r.at(head(e.Value.Range), "%s is true or false, and not %s", interpolateKey, e.Value.Kind.InWords())
		return v
	}
	out := *v
	out.Entries = slices.DeleteFunc(slices.Clone(v.Entries), func(e graph.Entry) bool { return e.Key == interpolateKey })
	if e.Value.Text == "true" {
		r.mark(&out)
	}
	return &out
}

func (r *resolver) mark(v *graph.Value) {
	if v.Kind == graph.StringKind && strings.Contains(v.Text, "${") {
		r.dynamic[v] = true
	}
	for _, item := range v.Items {
		r.mark(item)
	}
	for _, e := range v.Entries {
		r.mark(e.Value)
	}
}

// interpolate replaces all references.
func (r *resolver) interpolate() {
	if len(r.dynamic) == 0 {
		return
	}
	x := &expander{resolver: r, open: map[*graph.Value]bool{}, done: map[*graph.Value]*graph.Value{}}
	for _, c := range r.configs {
		if c.Value != nil {
			c.Value = x.value(c.Value)
		}
	}
}

type expander struct {
	*resolver
	open map[*graph.Value]bool         // texts whose references are being followed
	done map[*graph.Value]*graph.Value // texts and what they have become
}

func (x *expander) value(v *graph.Value) *graph.Value {
	switch v.Kind {
	case graph.StringKind:
		if x.dynamic[v] {
			return x.text(v)
		}
		return v
	case graph.ObjectKind:
		out := *v
		out.Entries = slices.Clone(v.Entries)
		for i := range out.Entries {
			out.Entries[i].Value = x.value(out.Entries[i].Value)
		}
		return &out
	case graph.ArrayKind:
		out := *v
		out.Items = slices.Clone(v.Items)
		for i := range out.Items {
			out.Items[i] = x.value(out.Items[i])
		}
		return &out
	}
	return v
}

// text replaces the references in a text. One that is a reference and nothing else becomes the value it names.
func (x *expander) text(v *graph.Value) *graph.Value {
	if out := x.done[v]; out != nil {
		return out
	}
	if x.open[v] {
		x.at(v.Range, "%q refers to itself, by way of what it names", short(v.Text))
		x.done[v] = v
		return v
	}
	x.open[v] = true
	defer delete(x.open, v)
	out := x.replaced(v)
	x.done[v] = out
	return out
}

func (x *expander) replaced(v *graph.Value) *graph.Value {
	out, problem := Replace(v, x.follow)
	if problem != nil {
		x.at(v.Range, "%s", problem.Message).Detail = problem.Hint
		return v
	}
	return out
}

// follow is the value of a reference: env:NAME, env:NAME:-otherwise, or a config's name and keys.
func (x *expander) follow(reference string) (*graph.Value, error) {
	if v, err := Variable(reference, x.around.LookupEnv); v != nil || err != nil {
		return v, err
	}
	keys, err := splitKeys(reference)
	if err != nil {
		return nil, err
	}
	c := x.config(keys[0])
	if c == nil {
		var names []string
		for _, other := range x.configs {
			names = append(names, other.Declared.Name)
		}
		return nil, fmt.Errorf("there is no config %q%s", keys[0], meant(near.Word(keys[0], names)))
	}
	if c.Value == nil {
		return nil, fmt.Errorf("config %q has no keys", keys[0])
	}
	v, err := at(c.Value, keys[1:])
	if err != nil {
		return nil, err
	}
	return x.value(v), nil
}

func at(v *graph.Value, keys []string) (*graph.Value, error) {
	for _, key := range keys {
		switch v.Kind {
		case graph.ObjectKind:
			e := v.Entry(key)
			if e == nil {
				return nil, fmt.Errorf("there is no key %q%s", key, meant(near.Word(key, v.Keys())))
			}
			v = e.Value
		case graph.ArrayKind:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(v.Items) {
				return nil, fmt.Errorf("a list of %d has no element %q", len(v.Items), key)
			}
			v = v.Items[i]
		default:
			return nil, fmt.Errorf("%s has no key %q", v.Kind.InWords(), key)
		}
	}
	return v, nil
}

func meant(word string) string {
	if word == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", word)
}

func short(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}
