package graph

// Frame is one open split on a way to a step, linked to the splits around it. A nil frame is the top level.
type Frame struct {
	Split  string // the step that split
	Branch string // the first step of the branch taken
	Outer  *Frame

	depth int
}

// Splits lists the open splits, outermost first.
func (f *Frame) Splits() []string { return f.list(func(f *Frame) string { return f.Split }) }

// Branches lists the first steps of the branches taken, outermost first.
func (f *Frame) Branches() []string { return f.list(func(f *Frame) string { return f.Branch }) }

func (f *Frame) list(field func(*Frame) string) []string {
	if f == nil {
		return nil
	}
	out := make([]string, f.depth)
	for ; f != nil; f = f.Outer {
		out[f.depth-1] = field(f)
	}
	return out
}

// maxVisits bounds the ways through the graph that are told apart. A flow that is not built to be absurd has about one
// per step; without a bound, switches in open splits could make them grow exponentially.
const maxVisits = 50_000

// Stacks lists the different sets of open splits (innermost first in each) with which a step is reached. A well-formed
// step has one, or several where alternative ways of a switch split alike.
func (g *Graph) Stacks(name string) []*Frame { return g.stacks[name] }

type frameKey struct {
	outer         *Frame
	split, branch string
}

type visitKey struct {
	node  string
	frame *Frame
}

// walker visits every step once for each set of open splits it can be reached with. Children are taken last first and a
// step is listed after its children, so that the reverse of the list is a topological order in which the last way to a
// step decides its place; the first visit then is that last way, and gives the node its splits.
type walker struct {
	g      *Graph
	frames map[frameKey]*Frame
	seen   map[visitKey]bool
	onPath map[string]bool
	listed map[string]bool
	post   []string
}

func (g *Graph) traverse() {
	if g.nodes[g.Start] == nil {
		return
	}
	w := &walker{
		g: g, frames: map[frameKey]*Frame{}, seen: map[visitKey]bool{},
		onPath: map[string]bool{}, listed: map[string]bool{},
	}
	w.visit(g.nodes[g.Start], nil)
	g.Order = make([]string, 0, len(w.post))
	for i := len(w.post) - 1; i >= 0; i-- {
		g.Order = append(g.Order, w.post[i])
	}
}

func (w *walker) visit(n *Node, f *Frame) {
	key := visitKey{n.Name, f}
	if w.seen[key] {
		return
	}
	if len(w.seen) >= maxVisits {
		w.g.Truncated = true
		if n.Reachable {
			return
		}
	}
	w.seen[key] = true
	w.g.stacks[n.Name] = append(w.g.stacks[n.Name], f)
	inner := w.enter(n, f)
	w.onPath[n.Name] = true
	for i := len(n.Out) - 1; i >= 0; i-- {
		child := w.g.nodes[n.Out[i]]
		if child == nil || w.onPath[child.Name] {
			continue // unknown steps and loops are lint's to report
		}
		if n.Type.Opens() {
			w.visit(child, w.push(f, n.Name, child.Name))
		} else {
			w.visit(child, inner)
		}
	}
	delete(w.onPath, n.Name)
	if !w.listed[n.Name] {
		w.listed[n.Name] = true
		w.post = append(w.post, n.Name)
	}
}

// enter records what a visit says about the node and returns the splits open behind it.
func (w *walker) enter(n *Node, f *Frame) *Frame {
	inner := f
	closes := n.Type == TypeJoin && f != nil
	if closes {
		inner = f.Outer
		if split := w.g.nodes[f.Split]; split.MatchingJoin == "" {
			split.MatchingJoin = n.Name
		}
	}
	if !n.Reachable {
		n.Reachable = true
		n.SplitParents = f.Splits()
		n.SplitBranches = f.Branches()
		if closes {
			n.SplitBranches = n.SplitBranches[:len(n.SplitBranches)-1]
		}
	}
	return inner
}

func (w *walker) push(outer *Frame, split, branch string) *Frame {
	key := frameKey{outer, split, branch}
	if f := w.frames[key]; f != nil {
		return f
	}
	f := &Frame{Split: split, Branch: branch, Outer: outer, depth: 1}
	if outer != nil {
		f.depth = outer.depth + 1
	}
	w.frames[key] = f
	return f
}
