package settings

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/spindle-flow/spindle/engine/graph"
)

// places tells where the keys and values of a TOML file stand.
type places struct {
	file string
	at   map[string]graph.Range // by path
}

func (p places) key(path []string) string { return strings.Join(path, "\x00") }

// of is the place of a key or value, or of what it is in.
func (p places) of(path []string) graph.Range {
	for n := len(path); n > 0; n-- {
		if r, ok := p.at[p.key(path[:n])]; ok {
			return r
		}
	}
	return fileStart(p.file)
}

// inOrder are the keys of a table in the order of the file.
func (p places) inOrder(path []string, m map[string]any) []string {
	names := slices.Sorted(maps.Keys(m))
	slices.SortStableFunc(names, func(a, b string) int {
		x, y := p.of(append(slices.Clone(path), a)).Start, p.of(append(slices.Clone(path), b)).Start
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
	})
	return names
}

// index finds the places of a file that is known to be TOML.
func index(file string, data []byte) places {
	x := &indexer{places: places{file, map[string]graph.Range{}}, data: data}
	var p unstable.Parser
	p.Reset(data)
	var prefix []string
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			prefix = x.keys(nil, e.Key())
		case unstable.KeyValue:
			x.keyValue(prefix, e)
		}
	}
	return x.places
}

type indexer struct {
	places
	data []byte
}

// keys notes the places of a dotted key and returns its path.
func (x *indexer) keys(prefix []string, it unstable.Iterator) []string {
	path := slices.Clone(prefix)
	for it.Next() {
		path = append(path, string(it.Node().Data))
		x.note(path, it.Node().Raw)
	}
	return path
}

func (x *indexer) keyValue(prefix []string, n *unstable.Node) {
	x.value(x.keys(prefix, n.Key()), n.Value())
}

func (x *indexer) value(path []string, n *unstable.Node) {
	switch n.Kind {
	case unstable.InlineTable:
		for it := n.Children(); it.Next(); {
			x.keyValue(path, it.Node())
		}
	case unstable.Array:
		i := 0
		for it := n.Children(); it.Next(); {
			here := append(slices.Clone(path), strconv.Itoa(i))
			x.note(here, it.Node().Raw)
			x.value(here, it.Node())
			i++
		}
	}
}

func (x *indexer) note(path []string, raw unstable.Range) {
	key := x.key(path)
	if _, known := x.at[key]; known || raw.Length == 0 {
		return
	}
	start, end := int(raw.Offset), int(raw.Offset+raw.Length)
	x.at[key] = graph.Range{File: x.file, Start: x.pos(start), End: x.pos(end)}
}

func (x *indexer) pos(offset int) graph.Pos {
	before := x.data[:offset]
	line := strings.Count(string(before), "\n")
	start := strings.LastIndexByte(string(before), '\n') + 1
	return graph.Pos{Line: line + 1, Column: utf8.RuneCount(before[start:]) + 1}
}

func fileStart(file string) graph.Range {
	one := graph.Pos{Line: 1, Column: 1}
	return graph.Range{File: file, Start: one, End: one}
}
