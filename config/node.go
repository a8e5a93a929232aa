package config

import (
	"iter"

	"go.yaml.in/yaml/v3"
)

// maxAliases bounds how many aliases and merges are followed one after another.
const maxAliases = 20

// plain follows an alias to what it stands for.
func plain(n *yaml.Node) *yaml.Node {
	for range maxAliases {
		if n == nil || n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
}

// pairs goes through the keys and values of a mapping.
func pairs(n *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if key := plain(n.Content[i]); key.Tag != "!!merge" && !yield(key, n.Content[i+1]) {
				return
			}
		}
	}
}

// get returns the value of a mapping's key, its own or one that is merged into it, nil where there is none.
func get(n *yaml.Node, key string) *yaml.Node { return lookup(n, key, 0) }

func lookup(n *yaml.Node, key string, depth int) *yaml.Node {
	if n = plain(n); n == nil || n.Kind != yaml.MappingNode || depth > maxAliases {
		return nil
	}
	for k, v := range pairs(n) {
		if k.Kind == yaml.ScalarNode && k.Value == key {
			return plain(v)
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Tag != "!!merge" {
			continue
		}
		from := plain(n.Content[i+1])
		if from.Kind != yaml.SequenceNode {
			from = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{from}}
		}
		for _, m := range from.Content {
			if v := lookup(m, key, depth+1); v != nil {
				return v
			}
		}
	}
	return nil
}
