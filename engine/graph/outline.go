package graph

// maxOutline bounds the nested structure: each switch repeats what follows it once for every case, so that a long row
// of switches would otherwise fill the memory.
const maxOutline = 20_000

type outline struct {
	g     *Graph
	extra Extra
	seen  map[string]bool
	steps Object
	size  int
}

func (o *outline) add(name string) {
	if !o.seen[name] {
		o.seen[name] = true
		o.steps = append(o.steps, Member{name, o.g.stepObject(o.g.nodes[name], o.extra.Steps[name], o.extra.CasePairs)})
	}
}

// block lists the steps from one to just before another; behind a split stands the list of its branches. The steps on
// the way here are in path, so that a faulty graph with a loop ends too.
func (o *outline) block(from, end string, path map[string]bool) []any {
	out := []any{}
	var entered []string
	for name := from; name != end; {
		n := o.g.nodes[name]
		if n == nil || path[name] || o.size >= maxOutline {
			break
		}
		path[name] = true
		entered = append(entered, name)
		o.size++
		o.add(name)
		out = append(out, name)
		switch {
		case n.Type == TypeSplit || n.Type == TypeForeach:
			out = append(out, o.branches(n, n.MatchingJoin, path))
			name = n.MatchingJoin
		case n.Type == TypeSwitch:
			out = append(out, o.branches(n, end, path))
			name = end
		case len(n.Out) > 0:
			name = n.Out[0]
		default:
			name = end
		}
	}
	for _, name := range entered {
		delete(path, name)
	}
	return out
}

func (o *outline) branches(n *Node, end string, path map[string]bool) []any {
	out := []any{}
	for _, to := range n.Out {
		if to != n.Name || n.Type != TypeSwitch {
			out = append(out, o.block(to, end, path))
		}
	}
	return out
}
