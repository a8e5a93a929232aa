package python

import (
	ts "github.com/tree-sitter/go-tree-sitter"
)

// trail lists the nodes from a root down to the smallest one around a stretch of text, the root first. It costs far less
// than asking each node for its parent.
func (f *file) trail(root *ts.Node, start, end uint) []*ts.Node {
	out := []*ts.Node{root}
	f.walk.Reset(*root)
	for len(out) < 10*maxNesting {
		if f.walk.GotoFirstChildForByte(uint32(start)) == nil {
			break
		}
		n := f.walk.Node()
		if n.StartByte() > start || n.EndByte() < end {
			break
		}
		out = append(out, n)
	}
	return out
}

// within reports whether a node of one of the kinds is on a trail.
func (f *file) within(trail []*ts.Node, kinds ...string) bool {
	for _, n := range trail {
		k := f.kind(n)
		for _, want := range kinds {
			if k == want {
				return true
			}
		}
	}
	return false
}

func same(a, b *ts.Node) bool { return a != nil && b != nil && a.Id() == b.Id() }
