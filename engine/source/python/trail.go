package python

// smallest is the smallest node below one that is around a stretch of text, the node itself where none is.
func (f *file) smallest(n *flatNode, start, end uint) *flatNode {
	for {
		next := f.around(n, start, end)
		if next == nil {
			return n
		}
		n = next
	}
}

// around is the child of a node that is around a stretch of text.
func (f *file) around(n *flatNode, start, end uint) *flatNode {
	for at, behind := n.self+1, n.self+n.size; at < behind; at += f.nodes[at].size {
		if c := &f.nodes[at]; c.EndByte() >= end && c.EndByte() > start {
			if c.StartByte() > start {
				return nil
			}
			return c
		}
	}
	return nil
}

// trail lists the nodes from a root down to the smallest one around a stretch of text, the root first.
func (f *file) trail(root *flatNode, start, end uint) []*flatNode {
	out := []*flatNode{root}
	for len(out) < 10*maxNesting {
		n := f.around(out[len(out)-1], start, end)
		if n == nil {
			break
		}
		out = append(out, n)
	}
	return out
}

// within reports whether a node of one of the kinds is on a trail.
func (f *file) within(trail []*flatNode, kinds ...string) bool {
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

func same(a, b *flatNode) bool { return a != nil && a == b }
