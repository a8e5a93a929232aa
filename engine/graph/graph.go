package graph

import (
	"iter"
	"slices"
	"strings"
)

// Type is what a node does, in the words of the artifact _graph_info.
type Type string

// The node types. A start step that branches keeps its split type; Unknown is a step whose transition is missing or invalid.
const (
	TypeStart    Type = "start"
	TypeLinear   Type = "linear"
	TypeEnd      Type = "end"
	TypeJoin     Type = "join"
	TypeSplit    Type = "split-static"
	TypeForeach  Type = "split-foreach"
	TypeParallel Type = "split-parallel"
	TypeSwitch   Type = "split-switch"
	TypeUnknown  Type = "unknown"
)

// Opens says whether the node starts branches that a join has to close.
func (t Type) Opens() bool { return t == TypeSplit || t == TypeForeach || t == TypeParallel }

// Node is a step with what the whole graph says about it.
type Node struct {
	Name string
	Step *Step
	Type Type
	In   []string // sorted, without the node itself
	Out  []string // as written: a switch may name a step twice, and a name may be no step
	// SplitParents are the splits open when the step runs, outermost first; a join still counts the one it closes.
	SplitParents []string
	// SplitBranches are the first steps of the branches the step is in, outermost first; a join has left its branch.
	SplitBranches []string
	MatchingJoin  string // for a split: the join that closes it
	InsideForeach bool   // some enclosing foreach is not closed by this node
	Recursive     bool   // a switch that lists itself
	Reachable     bool   // from the start step

	index  int // in Graph.Nodes
	stacks []*Frame
}

// Graph is a flow with what follows from all of its steps together.
type Graph struct {
	Flow *Flow
	// Start and End are the names of the entry and the last step, empty where none or several could be meant.
	Start, End string
	Order      []string // reachable steps in topological order
	// Truncated is true when the ways through the graph are so many that Stacks lists only a part of them.
	Truncated bool

	list  []*Node // by name
	nodes map[string]*Node
}

// New derives the graph of a flow. It never fails: a faulty flow yields a graph in which the faulty parts are missing.
func New(f *Flow) *Graph {
	g := &Graph{Flow: f, nodes: make(map[string]*Node, len(f.Steps))}
	g.addNodes(f.Steps)
	g.identifyEnds()
	g.link()
	g.traverse()
	g.markForeach()
	return g
}

// Node returns the step of that name, nil if there is none.
func (g *Graph) Node(name string) *Node { return g.nodes[name] }

// Nodes returns all nodes in the order of their names. The list is the caller's own.
func (g *Graph) Nodes() []*Node { return slices.Clone(g.list) }

// All goes over all nodes in the order of their names.
func (g *Graph) All() iter.Seq[*Node] { return slices.Values(g.list) }

// Index is the node's place in the list of the nodes of its graph.
func (n *Node) Index() int { return n.index }

// Len is the number of steps.
func (g *Graph) Len() int { return len(g.list) }

// addNodes makes the nodes, and room for the names of where they lead to, in one piece each: graphs are made at every keystroke. Of steps of one name
// the last counts.
func (g *Graph) addNodes(steps []*Step) {
	targets := 0
	for _, s := range steps {
		if s.Next != nil {
			targets += len(s.Next.Targets)
		}
	}
	nodes, out := make([]Node, len(steps)), make([]string, 0, targets)
	g.list = make([]*Node, 0, len(steps))
	for i, s := range steps {
		n := &nodes[i]
		n.Name, n.Step, n.Type = s.Name, s, transitionType(s)
		if s.Next != nil && len(s.Next.Targets) > 0 {
			from := len(out)
			for _, t := range s.Next.Targets {
				out = append(out, t.Step)
				n.Recursive = n.Recursive || n.Type == TypeSwitch && t.Step == s.Name
			}
			n.Out = out[from:len(out):len(out)]
		}
		if old := g.nodes[s.Name]; old != nil {
			n.index = old.index
			g.list[n.index] = n
		} else {
			n.index = len(g.list)
			g.list = append(g.list, n)
		}
		g.nodes[s.Name] = n
	}
	slices.SortFunc(g.list, func(a, b *Node) int { return strings.Compare(a.Name, b.Name) })
	for i, n := range g.list {
		n.index = i
	}
}

func transitionType(s *Step) Type {
	if s.Next == nil {
		return TypeUnknown
	}
	switch s.Next.Kind {
	case Linear:
		if s.Positional() > 1 {
			return TypeJoin
		}
		return TypeLinear
	case Split:
		return TypeSplit
	case Foreach:
		return TypeForeach
	case Parallel:
		return TypeParallel
	case Switch:
		return TypeSwitch
	}
	return TypeUnknown
}

// identifyEnds finds the entry and the last step: by annotation, by name, or as the only step there is.
func (g *Graph) identifyEnds() {
	g.Start = g.pick("start", func(s *Step) bool { return s.Start })
	g.End = g.pick("end", func(s *Step) bool { return s.End })
	if len(g.list) == 1 {
		g.Start, g.End = g.list[0].Name, g.list[0].Name
	}
	if n := g.nodes[g.Start]; n != nil && (n.Type == TypeUnknown || n.Type == TypeLinear) {
		n.Type = TypeStart
	}
	if n := g.nodes[g.End]; n != nil {
		n.Type = TypeEnd
	}
}

func (g *Graph) pick(fallback string, annotated func(*Step) bool) string {
	var found []string
	for _, n := range g.list {
		if annotated(n.Step) {
			found = append(found, n.Name)
		}
	}
	switch {
	case len(found) == 1:
		return found[0]
	case len(found) == 0 && g.nodes[fallback] != nil:
		return fallback
	}
	return ""
}

// link fills In: names are sorted, so each list is.
func (g *Graph) link() {
	degree, total := make([]int, len(g.list)), 0
	g.edges(func(_, child *Node) {
		degree[child.index]++
		total++
	})
	room := make([]string, total)
	for i, n := range g.list {
		if degree[i] > 0 {
			n.In, room = room[:0:degree[i]], room[degree[i]:]
		}
	}
	g.edges(func(n, child *Node) { child.In = append(child.In, n.Name) })
}

// edges visits each edge once, but for those from a step to itself.
func (g *Graph) edges(visit func(n, child *Node)) {
	from := make([]*Node, len(g.list)) // where each step was last seen to be led to from
	for _, n := range g.list {
		for _, to := range n.Out {
			if child := g.nodes[to]; child != nil && child != n && from[child.index] != n {
				from[child.index] = n
				visit(n, child)
			}
		}
	}
}

func (g *Graph) markForeach() {
	for _, n := range g.list {
		for _, p := range n.SplitParents {
			split := g.nodes[p]
			if (split.Type == TypeForeach || split.Type == TypeParallel) && split.MatchingJoin != n.Name {
				n.InsideForeach = true
			}
		}
	}
}
