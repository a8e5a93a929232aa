package effective

import (
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// Leaf is a value that is neither object nor list, or an empty one, with its path and where it comes from.
type Leaf struct {
	Path  string // dotted, from the config's name on
	Value string // JSON
	At    graph.Range
}

// Leaves lists a config's values. One that is a text, or none, is a leaf itself.
func (c *Config) Leaves() []Leaf {
	if c.Value == nil {
		value := "null"
		if c.Text != nil {
			value = document.Encode(&graph.Value{Kind: graph.StringKind, Text: *c.Text})
		}
		return []Leaf{{c.Declared.Name, value, c.Source}}
	}
	return gather(nil, c.Declared.Name, c.Value)
}

func gather(list []Leaf, path string, v *graph.Value) []Leaf {
	if len(v.Entries)+len(v.Items) == 0 {
		return append(list, Leaf{path, document.Encode(v), v.Range})
	}
	for _, key := range v.Keys() {
		list = gather(list, path+"."+spelled(key), v.Entry(key).Value)
	}
	for i, item := range v.Items {
		list = gather(list, path+"."+strconv.Itoa(i), item)
	}
	return list
}

// spelled is a key as --set takes it.
func spelled(key string) string {
	if key == "" || strings.ContainsAny(key, `.="`) {
		return `"` + key + `"`
	}
	return key
}
