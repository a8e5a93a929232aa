package structure

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// findLoops returns one loop for every knot of steps that lead to one another. A switch that lists itself is no loop, and what leads
// back to the start is told as that.
func (m *mended) findLoops() [][]string {
	t := &knots{m: m, index: map[string]int{}, low: map[string]int{}, open: map[string]bool{}}
	order := slices.Clone(m.Order)
	for _, n := range m.Nodes() {
		if !n.Reachable {
			order = append(order, n.Name)
		}
	}
	rank := map[string]int{}
	for i, name := range order {
		rank[name] = i
		if _, seen := t.index[name]; !seen {
			t.visit(name)
		}
	}
	var loops [][]string
	for _, knot := range t.found {
		first := slices.MinFunc(knot, func(a, b string) int { return rank[a] - rank[b] })
		loops = append(loops, m.shortestLoop(first, knot))
	}
	slices.SortFunc(loops, func(a, b []string) int { return rank[a[0]] - rank[b[0]] })
	return loops
}

// next are the steps a loop could go through.
func (m *mended) next(n *graph.Node) []string {
	var out []string
	for _, to := range n.Out {
		if to == m.Start || m.Node(to) == nil || to == n.Name && n.Type == graph.TypeSwitch {
			continue
		}
		out = append(out, to)
	}
	return out
}

// knots finds strongly connected components (Tarjan).
type knots struct {
	m     *mended
	index map[string]int
	low   map[string]int
	open  map[string]bool
	stack []string
	found [][]string
}

func (t *knots) visit(name string) {
	t.index[name] = len(t.index)
	t.low[name] = t.index[name]
	t.stack = append(t.stack, name)
	t.open[name] = true
	self := false
	for _, to := range t.m.next(t.m.Node(name)) {
		self = self || to == name
		if _, seen := t.index[to]; !seen {
			t.visit(to)
			t.low[name] = min(t.low[name], t.low[to])
		} else if t.open[to] {
			t.low[name] = min(t.low[name], t.index[to])
		}
	}
	if t.low[name] != t.index[name] {
		return
	}
	at := slices.Index(t.stack, name)
	knot := slices.Clone(t.stack[at:])
	t.stack = t.stack[:at]
	for _, n := range knot {
		delete(t.open, n)
	}
	if len(knot) > 1 || self {
		t.found = append(t.found, knot)
	}
}

// shortestLoop returns the steps of a loop through one step of a knot, without repeating it at the end.
func (m *mended) shortestLoop(first string, knot []string) []string {
	from := map[string]string{}
	for todo := []string{first}; len(todo) > 0; todo = todo[1:] {
		for _, to := range m.next(m.Node(todo[0])) {
			if to == first {
				loop := []string{}
				for at := todo[0]; at != first; at = from[at] {
					loop = append(loop, at)
				}
				loop = append(loop, first)
				slices.Reverse(loop)
				return loop
			}
			if _, seen := from[to]; !seen && slices.Contains(knot, to) {
				from[to] = todo[0]
				todo = append(todo, to)
			}
		}
	}
	return knot
}
