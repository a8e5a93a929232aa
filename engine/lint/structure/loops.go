package structure

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// findLoops returns one loop for every knot of steps that lead to one another. A switch that lists itself is no loop, and what leads
// back to the start is told as that.
func (m *mended) findLoops() [][]string {
	t := &knots{m: m, index: make([]int, m.Len()), low: make([]int, m.Len()), open: make([]bool, m.Len())}
	rank := make([]int, m.Len())
	count := 0
	visit := func(n *graph.Node) {
		rank[n.Index()] = count
		count++
		if t.index[n.Index()] == 0 {
			t.visit(n)
		}
	}
	for _, name := range m.Order {
		visit(m.Node(name))
	}
	for n := range m.All() {
		if !n.Reachable {
			visit(n)
		}
	}
	var loops [][]string
	for _, knot := range t.found {
		first := slices.MinFunc(knot, func(a, b *graph.Node) int { return rank[a.Index()] - rank[b.Index()] })
		loops = append(loops, m.shortestLoop(first, knot))
	}
	slices.SortFunc(loops, func(a, b []string) int { return rank[m.Node(a[0]).Index()] - rank[m.Node(b[0]).Index()] })
	return loops
}

// next returns a step that another one leads to if a loop could go through there, else nil.
func (m *mended) next(n *graph.Node, to string) *graph.Node {
	if to == m.Start || to == n.Name && n.Type == graph.TypeSwitch {
		return nil
	}
	return m.Node(to)
}

// knots finds strongly connected components (Tarjan). Its lists go by the index of the nodes.
type knots struct {
	m     *mended
	count int
	index []int // from 1; 0 before the visit
	low   []int
	open  []bool
	stack []*graph.Node
	found [][]*graph.Node
}

func (t *knots) visit(n *graph.Node) {
	i := n.Index()
	t.count++
	t.index[i], t.low[i], t.open[i] = t.count, t.count, true
	t.stack = append(t.stack, n)
	self := false
	for _, to := range n.Out {
		child := t.m.next(n, to)
		if child == nil {
			continue
		}
		c := child.Index()
		self = self || child == n
		if t.index[c] == 0 {
			t.visit(child)
			t.low[i] = min(t.low[i], t.low[c])
		} else if t.open[c] {
			t.low[i] = min(t.low[i], t.index[c])
		}
	}
	if t.low[i] != t.index[i] {
		return
	}
	at := len(t.stack) - 1
	for t.stack[at] != n {
		at--
	}
	knot := t.stack[at:]
	t.stack = t.stack[:at]
	for _, n := range knot {
		t.open[n.Index()] = false
	}
	if len(knot) > 1 || self {
		t.found = append(t.found, slices.Clone(knot))
	}
}

// shortestLoop returns the steps of a loop through one step of a knot, without repeating it at the end.
func (m *mended) shortestLoop(first *graph.Node, knot []*graph.Node) []string {
	in := map[*graph.Node]bool{}
	for _, n := range knot {
		in[n] = true
	}
	from := map[*graph.Node]*graph.Node{}
	for todo := []*graph.Node{first}; len(todo) > 0; todo = todo[1:] {
		for _, name := range todo[0].Out {
			to := m.next(todo[0], name)
			if to == first {
				loop := []string{}
				for at := todo[0]; at != first; at = from[at] {
					loop = append(loop, at.Name)
				}
				loop = append(loop, first.Name)
				slices.Reverse(loop)
				return loop
			}
			if to != nil && from[to] == nil && in[to] {
				from[to] = todo[0]
				todo = append(todo, to)
			}
		}
	}
	names := make([]string, len(knot))
	for i, n := range knot {
		names[i] = n.Name
	}
	return names
}
