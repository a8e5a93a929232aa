package config

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// over puts settings over others. Files of configs pile up, so do tags and the like; mappings are merged key by key; anything else replaces what was
// there. null takes away.
func over(below, above *graph.Value) *graph.Value {
	out := &graph.Value{Kind: graph.ObjectKind}
	if below != nil {
		out.Range, out.Entries = below.Range, slices.Clone(below.Entries)
	}
	for _, key := range keys(above) {
		e := *above.Entry(key)
		switch {
		case key == "extends" || key == "matrix" || key == "in":
			continue
		case e.Value.Kind == graph.NullKind:
			remove(out, key)
			continue
		case key == "configs" && e.Value.Kind == graph.ObjectKind:
			e.Value = piled(value(out, key), e.Value)
		case (key == "tags" || key == "with" || key == "package_suffixes") && e.Value.Kind == graph.ArrayKind:
			e.Value = joined(value(out, key), e.Value)
		case (key == "set" || key == "parameters") && e.Value.Kind == graph.ObjectKind:
			e.Value = merged(value(out, key), e.Value, values)
		case key == "resources" && e.Value.Kind == graph.ObjectKind:
			e.Value = merged(value(out, key), e.Value, mappings)
		case (key == "timeouts" || key == "env" || key == "step-functions") && e.Value.Kind == graph.ObjectKind:
			e.Value = merged(value(out, key), e.Value, scalars)
		}
		put(out, e)
	}
	return out
}

// value is what stands under a key, nil where nothing does.
func value(v *graph.Value, key string) *graph.Value {
	if e := v.Entry(key); e != nil {
		return e.Value
	}
	return nil
}

func remove(v *graph.Value, key string) {
	v.Entries = slices.DeleteFunc(v.Entries, func(e graph.Entry) bool { return e.Key == key })
}

// put puts an entry at the end, in place of one with its key: what is said later counts later.
func put(v *graph.Value, e graph.Entry) {
	remove(v, e.Key)
	v.Entries = append(v.Entries, e)
}

// depth says what becomes of the entries of mappings that are merged.
type depth int

const (
	scalars  depth = iota // null takes an entry away
	values                // null is a value like any other
	mappings              // the entries are merged, too
)

func merged(below, above *graph.Value, how depth) *graph.Value {
	out := &graph.Value{Kind: graph.ObjectKind, Range: above.Range}
	if below != nil {
		out.Entries = slices.Clone(below.Entries)
	}
	for _, key := range above.Keys() {
		e := *above.Entry(key)
		switch {
		case how != values && e.Value.Kind == graph.NullKind:
			remove(out, key)
			continue
		case how == mappings && e.Value.Kind == graph.ObjectKind:
			e.Value = merged(value(out, key), e.Value, scalars)
		}
		put(out, e)
	}
	return out
}

// joined puts lists one behind the other; what is there twice is there once.
func joined(below, above *graph.Value) *graph.Value {
	out := &graph.Value{Kind: graph.ArrayKind, Range: above.Range}
	if below != nil {
		out.Items = slices.Clone(below.Items)
	}
	for _, item := range above.Items {
		if !slices.ContainsFunc(out.Items, func(v *graph.Value) bool { return v.Kind == item.Kind && v.Text == item.Text }) {
			out.Items = append(out.Items, item)
		}
	}
	return out
}

// piled puts the files of configs over those that are there, as lists.
func piled(below, above *graph.Value) *graph.Value {
	out := &graph.Value{Kind: graph.ObjectKind, Range: above.Range}
	if below != nil {
		out.Entries = slices.Clone(below.Entries)
	}
	for _, key := range above.Keys() {
		e := *above.Entry(key)
		list := &graph.Value{Kind: graph.ArrayKind, Range: e.Value.Range}
		if old := value(out, key); old != nil {
			list.Items = slices.Clone(old.Items)
		}
		switch e.Value.Kind {
		case graph.NullKind:
			remove(out, key)
			continue
		case graph.StringKind:
			list.Items = append(list.Items, e.Value)
		case graph.ArrayKind:
			list.Items = append(list.Items, e.Value.Items...)
		case graph.ObjectKind:
			if only := value(e.Value, "only"); only != nil && only.Kind == graph.ArrayKind {
				list.Items = only.Items
			} else if only != nil {
				list.Items = []*graph.Value{only}
			}
		default:
			continue
		}
		e.Value = list
		put(out, e)
	}
	return out
}
