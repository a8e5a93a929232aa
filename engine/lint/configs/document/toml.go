package document

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/spindle-flow/spindle/engine/graph"
)

// tomlReader builds the tree from what the library parses. That the text as a whole is TOML the library has said before.
type tomlReader struct {
	file   string
	data   []byte
	parser unstable.Parser
	places *lines
}

func readTOML(file string, data []byte) (*graph.Value, *Fault) {
	var valid map[string]any
	if err := toml.Unmarshal(data, &valid); err != nil {
		return nil, tomlFault(file, err)
	}
	r := &tomlReader{file: file, data: data, places: newLines(data)}
	root := &graph.Value{Kind: graph.ObjectKind, Range: r.span(0, 0)}
	r.parser.Reset(data)
	at := root
	for r.parser.NextExpression() {
		switch e := r.parser.Expression(); e.Kind {
		case unstable.Table:
			at = r.table(root, e.Key(), false)
		case unstable.ArrayTable:
			at = r.table(root, e.Key(), true)
		case unstable.KeyValue:
			r.pair(at, e)
		}
	}
	if err := r.parser.Error(); err != nil {
		return nil, tomlFault(file, err)
	}
	return root, nil
}

func tomlFault(file string, err error) *Fault {
	at := graph.Pos{Line: 1, Column: 1}
	if e, ok := errors.AsType[*toml.DecodeError](err); ok {
		at.Line, at.Column = e.Position()
	}
	end := graph.Pos{Line: at.Line, Column: at.Column + 1}
	return &Fault{graph.Range{File: file, Start: at, End: end}, strings.TrimPrefix(err.Error(), "toml: ")}
}

// table is the table of a header, made where it is not there yet. Of an array of tables the last element is meant.
func (r *tomlReader) table(root *graph.Value, keys unstable.Iterator, element bool) *graph.Value {
	at := root
	for keys.Next() {
		key := keys.Node()
		place := r.rangeOf(key.Raw)
		e := at.Entry(string(key.Data))
		if e == nil {
			kind := graph.ObjectKind
			if element && keys.IsLast() {
				kind = graph.ArrayKind
			}
			e = &graph.Entry{Key: string(key.Data), KeyRange: place, Value: &graph.Value{Kind: kind, Range: place}}
			at.Entries = append(at.Entries, *e)
		}
		if element && keys.IsLast() {
			e.Value.Items = append(e.Value.Items, &graph.Value{Kind: graph.ObjectKind, Range: place})
		}
		at = e.Value
		if at.Kind == graph.ArrayKind && len(at.Items) > 0 {
			at = at.Items[len(at.Items)-1]
		}
	}
	return at
}

func (r *tomlReader) pair(at *graph.Value, e *unstable.Node) {
	keys := e.Key()
	for keys.Next() {
		key := keys.Node()
		name, place := string(key.Data), r.rangeOf(key.Raw)
		if keys.IsLast() {
			at.Entries = append(at.Entries, graph.Entry{Key: name, KeyRange: place, Value: r.value(e.Value(), place)})
			return
		}
		below := at.Entry(name)
		if below == nil {
			below = &graph.Entry{Key: name, KeyRange: place, Value: &graph.Value{Kind: graph.ObjectKind, Range: place}}
			at.Entries = append(at.Entries, *below)
		}
		at = below.Value
	}
}

// value reads a value. Of arrays and inline tables the library tells no place: theirs is that of the key.
func (r *tomlReader) value(n *unstable.Node, key graph.Range) *graph.Value {
	v := &graph.Value{Kind: graph.StringKind, Text: string(n.Data), Range: key}
	if n.Raw.Length > 0 {
		v.Range = r.rangeOf(n.Raw)
	} else if len(n.Data) > 0 && n.Kind != unstable.String {
		v.Range = r.rangeOf(r.parser.Range(n.Data))
	}
	switch n.Kind {
	case unstable.Array:
		v.Kind, v.Text = graph.ArrayKind, ""
		for items := n.Children(); items.Next(); {
			v.Items = append(v.Items, r.value(items.Node(), key))
		}
	case unstable.InlineTable:
		v.Kind, v.Text = graph.ObjectKind, ""
		for pairs := n.Children(); pairs.Next(); {
			r.pair(v, pairs.Node())
		}
	case unstable.Bool:
		v.Kind = graph.BoolKind
	case unstable.Integer:
		v.Kind = graph.IntegerKind
		if whole, ok := new(big.Int).SetString(strings.TrimPrefix(v.Text, "+"), 0); ok {
			v.Text = whole.String()
		}
	case unstable.Float:
		v.Kind = graph.NumberKind
		if f, err := strconv.ParseFloat(strings.ReplaceAll(v.Text, "_", ""), 64); err == nil {
			v.Text = number(f)
		}
	}
	return v
}

func (r *tomlReader) rangeOf(raw unstable.Range) graph.Range {
	return r.span(int(raw.Offset), int(raw.Length))
}

func (r *tomlReader) span(offset, length int) graph.Range {
	return graph.Range{File: r.file, Start: r.places.pos(offset), End: r.places.pos(offset + length)}
}

// lines finds line and column of an offset.
type lines struct {
	data   []byte
	starts []int
}

func newLines(data []byte) *lines {
	l := &lines{data: data, starts: []int{0}}
	for i, b := range data {
		if b == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

func (l *lines) pos(offset int) graph.Pos {
	offset = min(max(offset, 0), len(l.data))
	low, high := 0, len(l.starts)
	for high-low > 1 {
		if mid := (low + high) / 2; l.starts[mid] <= offset {
			low = mid
		} else {
			high = mid
		}
	}
	return graph.Pos{Line: low + 1, Column: utf8.RuneCount(l.data[l.starts[low]:offset]) + 1}
}
