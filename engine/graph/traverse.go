package graph

import "slices"

// Frame is one open split on a way to a step, linked to the splits around it. A nil frame is the top level.
type Frame struct {
	Split  string // the step that split
	Branch string // the first step of the branch taken
	Outer  *Frame

	depth int
	// splits and branches are the lists below, made when a step first asks: all steps of a branch share them.
	splits, branches []string
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
func (g *Graph) Stacks(name string) []*Frame {
	if n := g.nodes[name]; n != nil {
		return n.stacks
	}
	return nil
}

type visitKey struct {
	node  *Node
	frame *Frame
}

// walker visits every step once for each set of open splits it can be reached with. Children are taken last first and a
// step is listed after its children, so that the reverse of the list is a topological order in which the last way to a
// step decides its place; the first visit then is that last way, and gives the node its splits.
type walker struct {
	g      *Graph
	visits int
	seen   map[visitKey]bool // visits to steps that are reached with many sets; the others are looked up among these
	onPath []bool            // by index, as listed
	listed []bool
	post   []*Node
	room   []Frame
}

func (g *Graph) traverse() {
	if g.nodes[g.Start] == nil {
		return
	}
	w := &walker{
		g: g, seen: map[visitKey]bool{}, onPath: make([]bool, len(g.list)), listed: make([]bool, len(g.list)), post: make([]*Node, 0, len(g.list)),
	}
	w.visit(g.nodes[g.Start], nil)
	g.Order = make([]string, 0, len(w.post))
	for _, n := range slices.Backward(w.post) {
		g.Order = append(g.Order, n.Name)
	}
}

// few is how many sets of open splits are looked through one by one.
const few = 8

// note notes a visit. It is false for one that was made before.
func (w *walker) note(n *Node, f *Frame) bool {
	if len(n.stacks) <= few {
		if slices.Contains(n.stacks, f) {
			return false
		}
	} else if w.seen[visitKey{n, f}] || slices.Contains(n.stacks[:few+1], f) {
		return false
	}
	if w.visits >= maxVisits {
		w.g.Truncated = true
		if n.Reachable {
			return false
		}
	}
	w.visits++
	if n.stacks = append(n.stacks, f); len(n.stacks) > few+1 {
		w.seen[visitKey{n, f}] = true
	}
	return true
}

func (w *walker) visit(n *Node, f *Frame) {
	if !w.note(n, f) {
		return
	}
	inner, opens := w.enter(n, f), n.Type.Opens()
	var again func(i int) bool
	if opens {
		again = repeats(n)
	}
	w.onPath[n.index] = true
	for i := len(n.Out) - 1; i >= 0; i-- {
		child := w.g.nodes[n.Out[i]]
		if child == nil || w.onPath[child.index] {
			continue // unknown steps and loops are lint's to report
		}
		switch {
		case !opens:
			w.visit(child, inner)
		case !again(i): // else the branch has been taken
			w.visit(child, w.push(f, n.Name, child.Name))
		}
	}
	w.onPath[n.index] = false
	if !w.listed[n.index] {
		w.listed[n.index] = true
		w.post = append(w.post, n)
	}
}

// repeats tells whether a split names the step that stands at a place again further on. It is asked from the end.
func repeats(n *Node) func(i int) bool {
	if len(n.Out) <= 4*few {
		return func(i int) bool { return slices.Contains(n.Out[i+1:], n.Out[i]) }
	}
	taken := map[string]bool{}
	return func(i int) bool {
		before := taken[n.Out[i]]
		taken[n.Out[i]] = true
		return before
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
		n.SplitParents, n.SplitBranches = f.lists()
		if closes {
			n.SplitBranches = n.SplitBranches[:len(n.SplitBranches)-1]
		}
	}
	return inner
}

// lists are Splits and Branches, for nodes to share.
func (f *Frame) lists() (splits, branches []string) {
	if f == nil {
		return nil, nil
	}
	if f.splits == nil {
		f.splits, f.branches = slices.Clip(f.Splits()), slices.Clip(f.Branches())
	}
	return f.splits, f.branches
}

func (w *walker) push(outer *Frame, split, branch string) *Frame {
	if len(w.room) == 0 {
		w.room = make([]Frame, 32)
	}
	f := &w.room[0]
	w.room = w.room[1:]
	*f = Frame{Split: split, Branch: branch, Outer: outer, depth: 1}
	if outer != nil {
		f.depth = outer.depth + 1
	}
	return f
}
