package effective

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// set puts a single value into a config: cfg.optimizer.lr=0.01. The value is JSON, or else a text.
func (r *resolver) set(c *Config, s Choice) {
	at := s.place()
	if opaque(&c.Declared) {
		r.at(at, "config %q has no keys that can be set: its value is made by its %s", c.Declared.Name, byWhat(&c.Declared))
		return
	}
	path, text, _ := cutPath(s.Text)
	keys, err := splitKeys(path)
	if err != nil {
		r.at(at, "%s: %v", s.From, err)
		return
	}
	v, fault := document.ReadJSON(at, []byte(text))
	if fault != nil {
		v = &graph.Value{Kind: graph.StringKind, Text: text}
	}
	move(v, at)
	if c.Value == nil {
		c.Value = &graph.Value{Kind: graph.ObjectKind, Range: at}
	}
	changed, err := put(c.Value, keys, v, at)
	if err != nil {
		r.at(at, "%s: %v", s.From, err)
		return
	}
	c.Value = changed
}

// cutPath cuts a path from the value behind it. A quoted key may have any letter in it.
func cutPath(text string) (path, value string, ok bool) {
	quoted := false
	for i, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '=' && !quoted:
			return text[:i], text[i+1:], true
		}
	}
	return strings.Cut(text, "=")
}

// splitKeys takes a path apart at its dots. A key with a dot in it is quoted: a."b.c".d
func splitKeys(path string) ([]string, error) {
	var keys []string
	for rest := path; ; {
		key := rest
		if strings.HasPrefix(rest, `"`) {
			end := strings.IndexByte(rest[1:], '"')
			if end < 0 {
				return nil, fmt.Errorf("a quote is left open in %q", path)
			}
			key, rest = rest[1:end+1], rest[end+2:]
		} else if i := strings.IndexByte(rest, '.'); i >= 0 {
			key, rest = rest[:i], rest[i:]
		} else {
			rest = ""
		}
		if key == "" {
			return nil, fmt.Errorf("an empty key in %q", path)
		}
		keys = append(keys, key)
		if rest == "" {
			return keys, nil
		}
		if rest[0] != '.' {
			return nil, fmt.Errorf("a dot is missing behind the quoted key in %q", path)
		}
		rest = rest[1:]
	}
}

// put returns a value with another at a path in it; the keys on the way there are made. What is shared stays as it was.
func put(in *graph.Value, keys []string, v *graph.Value, at graph.Range) (*graph.Value, error) {
	if len(keys) == 0 {
		return v, nil
	}
	key := keys[0]
	out := *in
	switch in.Kind {
	case graph.ObjectKind:
		out.Entries = slices.Clone(in.Entries)
		e := out.Entry(key)
		if e == nil {
			out.Entries = append(out.Entries, graph.Entry{Key: key, KeyRange: at, Value: &graph.Value{Kind: graph.ObjectKind, Range: at}})
			e = &out.Entries[len(out.Entries)-1]
		}
		below, err := put(e.Value, keys[1:], v, at)
		e.Value = below
		if len(keys) == 1 {
			e.KeyRange = at
		}
		return &out, err
	case graph.ArrayKind:
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(in.Items) {
			return in, fmt.Errorf("a list of %d has no element %q", len(in.Items), key)
		}
		out.Items = slices.Clone(in.Items)
		out.Items[i], err = put(in.Items[i], keys[1:], v, at)
		return &out, err
	}
	return in, fmt.Errorf("%s has no key %q", in.Kind.InWords(), key)
}
