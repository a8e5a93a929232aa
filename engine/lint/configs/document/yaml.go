package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/spindle-flow/spindle/engine/graph"
)

// maxValues bounds what aliases of aliases can become.
const maxValues = 1 << 20

type yamlReader struct {
	file  string
	open  map[*yaml.Node]bool // aliases and what is inside them, on the way down
	count int
	fault *Fault
}

func readYAML(file string, data []byte) (*graph.Value, *Fault) {
	r := &yamlReader{file: file, open: map[*yaml.Node]bool{}}
	var first, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	err := decoder.Decode(&first)
	if errors.Is(err, io.EOF) {
		return &graph.Value{Kind: graph.NullKind, Text: "null", Range: r.at(1, 1, 0)}, nil
	}
	if err == nil {
		if err = decoder.Decode(&second); err == nil {
			return nil, &Fault{r.at(second.Line, second.Column, 1), "there is a second document; a config is one"}
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, r.syntax(err)
	}
	v := r.value(first.Content[0])
	if r.fault != nil {
		return nil, r.fault
	}
	return v, nil
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// syntax is the place of a fault. The library tells the line alone.
func (r *yamlReader) syntax(err error) *Fault {
	message, line := err.Error(), 1
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		message = message[len(m[0]):]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = max(n, 1)
		}
	}
	return &Fault{r.at(line, 1, 1), message}
}

func (r *yamlReader) at(line, column, length int) graph.Range {
	start := graph.Pos{Line: line, Column: column}
	return graph.Range{File: r.file, Start: start, End: graph.Pos{Line: line, Column: column + length}}
}

func (r *yamlReader) place(n *yaml.Node) graph.Range {
	length := 1
	if n.Kind == yaml.ScalarNode && !strings.Contains(n.Value, "\n") {
		length = max(utf8.RuneCountInString(n.Value), 1)
		if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
			length = utf8.RuneCountInString(n.Value) + 2
		}
	}
	return r.at(n.Line, n.Column, length)
}

func (r *yamlReader) fail(n *yaml.Node, format string, args ...any) *graph.Value {
	if r.fault == nil {
		r.fault = &Fault{r.place(n), fmt.Sprintf(format, args...)}
	}
	return &graph.Value{Kind: graph.NullKind, Text: "null"}
}

func (r *yamlReader) value(n *yaml.Node) *graph.Value {
	if r.count++; r.fault != nil || r.count > maxValues {
		return r.fail(n, "the aliases stand for too many values")
	}
	switch n.Kind {
	case yaml.AliasNode:
		if r.open[n.Alias] {
			return r.fail(n, "the alias *%s stands for a value that it is in itself", n.Value)
		}
		return r.value(n.Alias)
	case yaml.MappingNode:
		r.open[n] = true
		defer delete(r.open, n)
		v := &graph.Value{Kind: graph.ObjectKind, Range: r.place(n)}
		r.entries(v, n)
		return v
	case yaml.SequenceNode:
		r.open[n] = true
		defer delete(r.open, n)
		v := &graph.Value{Kind: graph.ArrayKind, Range: r.place(n)}
		for _, item := range n.Content {
			v.Items = append(v.Items, r.value(item))
		}
		return v
	default:
		return r.scalar(n)
	}
}

// entries reads a mapping. What is merged into it (<<) counts where it has no such key of its own.
func (r *yamlReader) entries(v *graph.Value, n *yaml.Node) {
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Tag == "!!merge":
			merged = append(merged, n.Content[i+1])
			continue
		case key.Kind != yaml.ScalarNode:
			r.fail(key, "a key must be a text")
			return
		case v.Entry(key.Value) != nil:
			r.fail(key, "the key %q is there twice", key.Value)
			return
		}
		v.Entries = append(v.Entries, graph.Entry{Key: key.Value, KeyRange: r.place(key), Value: r.value(n.Content[i+1])})
	}
	for _, m := range merged {
		r.merge(v, m)
	}
}

func (r *yamlReader) merge(v *graph.Value, n *yaml.Node) {
	from := r.value(n)
	list := []*graph.Value{from}
	if from.Kind == graph.ArrayKind {
		list = from.Items
	}
	for _, one := range list {
		if one.Kind != graph.ObjectKind {
			r.fail(n, "<< takes a mapping or a list of them")
			return
		}
		for _, e := range one.Entries {
			if v.Entry(e.Key) == nil {
				v.Entries = append(v.Entries, e)
			}
		}
	}
}

func (r *yamlReader) scalar(n *yaml.Node) *graph.Value {
	v := &graph.Value{Kind: graph.StringKind, Text: n.Value, Range: r.place(n)}
	switch n.ShortTag() {
	case "!!null":
		v.Kind, v.Text = graph.NullKind, "null"
	case "!!bool":
		var on bool
		if err := n.Decode(&on); err != nil {
			return r.fail(n, "%q is neither true nor false", n.Value)
		}
		v.Kind, v.Text = graph.BoolKind, strconv.FormatBool(on)
	case "!!int":
		whole, ok := new(big.Int).SetString(strings.TrimPrefix(n.Value, "+"), 0)
		if !ok {
			return r.fail(n, "%q is no integer", n.Value)
		}
		v.Kind, v.Text = graph.IntegerKind, whole.String()
	case "!!float":
		var f float64
		if err := n.Decode(&f); err != nil {
			return r.fail(n, "%q is no number", n.Value)
		}
		v.Kind, v.Text = graph.NumberKind, number(f)
	case "!!str", "!!timestamp":
	default:
		return r.fail(n, "a config has no values of type %s", n.Tag)
	}
	return v
}

// number writes a number as Python's json module does: with what shows that it is no integer.
func number(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}
