package graph

import "sort"

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
}

// Graph is a flow with what follows from all of its steps together.
type Graph struct {
	Flow *Flow
	// Start and End are the names of the entry and the last step, empty where none or several could be meant.
	Start, End string
	Order      []string // reachable steps in topological order
	// Truncated is true when the ways through the graph are so many that Stacks lists only a part of them.
	Truncated bool

	names  []string
	nodes  map[string]*Node
	stacks map[string][]*Frame
}

// New derives the graph of a flow. It never fails: a faulty flow yields a graph in which the faulty parts are missing.
func New(f *Flow) *Graph {
	g := &Graph{Flow: f, nodes: make(map[string]*Node, len(f.Steps)), stacks: map[string][]*Frame{}}
	for _, s := range f.Steps {
		if g.nodes[s.Name] == nil {
			g.names = append(g.names, s.Name)
		}
		g.nodes[s.Name] = newNode(s)
	}
	sort.Strings(g.names)
	g.identifyEnds()
	g.link()
	g.traverse()
	g.markForeach()
	return g
}

// Node returns the step of that name, nil if there is none.
func (g *Graph) Node(name string) *Node { return g.nodes[name] }

// Nodes returns all nodes in the order of their names.
func (g *Graph) Nodes() []*Node {
	out := make([]*Node, len(g.names))
	for i, n := range g.names {
		out[i] = g.nodes[n]
	}
	return out
}

// Len is the number of steps.
func (g *Graph) Len() int { return len(g.names) }

func newNode(s *Step) *Node {
	n := &Node{Name: s.Name, Step: s, Type: transitionType(s)}
	if s.Next == nil {
		return n
	}
	for _, t := range s.Next.Targets {
		n.Out = append(n.Out, t.Step)
		if n.Type == TypeSwitch && t.Step == s.Name {
			n.Recursive = true
		}
	}
	return n
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
	if len(g.names) == 1 {
		g.Start, g.End = g.names[0], g.names[0]
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
	for _, name := range g.names {
		if annotated(g.nodes[name].Step) {
			found = append(found, name)
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

func (g *Graph) link() {
	for _, name := range g.names {
		seen := map[string]bool{name: true}
		for _, to := range g.nodes[name].Out {
			if child := g.nodes[to]; child != nil && !seen[to] {
				seen[to] = true
				child.In = append(child.In, name) // names are sorted, so In is
			}
		}
	}
}

func (g *Graph) markForeach() {
	for _, n := range g.nodes {
		for _, p := range n.SplitParents {
			split := g.nodes[p]
			if (split.Type == TypeForeach || split.Type == TypeParallel) && split.MatchingJoin != n.Name {
				n.InsideForeach = true
			}
		}
	}
}
