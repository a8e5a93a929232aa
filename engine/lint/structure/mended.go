package structure

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// mended is a flow's graph with faulty transitions replaced by what they most likely mean.
type mended struct {
	*graph.Graph
	broken map[string]bool // steps whose transition is faulty: no claim leads through them
	lost   bool            // a reachable step's transition could not even be guessed
	loops  [][]string      // the loops, each from its first step in topological order
	apart  bool            // a step returns from several places, so that those besides the last lead on too
}

func mend(f *graph.Flow, g *graph.Graph) *mended {
	m := &mended{broken: map[string]bool{}, apart: f.IsGo()}
	guessless := map[string]bool{}
	var steps []*graph.Step // nil as long as nothing is replaced
	for i, s := range f.Steps {
		var next *graph.Transition
		if s.Name != g.End || g.Len() == 1 {
			next = m.transition(s, g, guessless)
		}
		if next == s.Next {
			continue
		}
		if steps == nil {
			steps = slices.Clone(f.Steps)
		}
		c := *s
		c.Next = next
		steps[i] = &c
	}
	if m.Graph = g; steps != nil {
		flow := *f
		flow.Steps = steps
		m.Graph = graph.New(&flow)
	}
	m.markSteps()
	for n := range m.All() {
		m.lost = m.lost || n.Reachable && guessless[n.Name]
		m.markBranches(n)
	}
	m.loops = m.findLoops()
	for _, loop := range m.loops {
		for _, name := range loop {
			m.broken[name] = true
		}
	}
	return m
}

// transition returns a step's transition with what is faulty replaced or left out, the same one where nothing is.
func (m *mended) transition(s *graph.Step, g *graph.Graph, guessless map[string]bool) *graph.Transition {
	next := s.Next
	if next != nil && m.apart && len(s.Stray) > 0 { // any of them may be meant
		m.broken[s.Name] = true
		t := *next
		t.Kind, t.Targets = graph.Switch, slices.Clone(next.Targets)
		for _, stray := range s.Stray {
			t.Targets = append(t.Targets, stray.Targets...)
			t.Unread = t.Unread || stray.Unread
		}
		next = &t
	}
	if next == nil {
		m.broken[s.Name] = true
		if len(s.Stray) == 0 {
			guessless[s.Name] = true
			return nil
		}
		next = &graph.Transition{Kind: graph.Switch, Range: s.Stray[0].Range}
		for _, t := range s.Stray {
			next.Targets = append(next.Targets, t.Targets...)
			next.Unread = next.Unread || t.Unread
		}
	}
	if s.Positional() > 1 && next.Kind != graph.Linear {
		m.broken[s.Name] = true
	}
	if next == s.Next && next.Kind != graph.Invalid && known(next, g) {
		return next
	}
	t := *next
	if t.Kind == graph.Invalid {
		m.broken[s.Name] = true
		t.Kind = graph.Switch
	}
	if t.Unread || t.Kind != next.Kind && len(t.Targets) == 0 {
		guessless[s.Name] = true
	}
	t.Targets = nil
	for _, target := range next.Targets {
		if g.Node(target.Step) == nil {
			m.broken[s.Name] = true
			if target.Step = suggestion(s.Name, target.Step, g); target.Step == "" {
				guessless[s.Name] = true
				continue
			}
			// Where others lead to the step that is alike, another one may have been meant, and what follows on it be out of reach.
			if len(g.Node(target.Step).In) > 0 {
				guessless[s.Name] = true
			}
		}
		t.Targets = append(t.Targets, target)
	}
	return &t
}

// known reports whether a transition leads to steps only.
func known(t *graph.Transition, g *graph.Graph) bool {
	return !slices.ContainsFunc(t.Targets, func(target graph.Target) bool { return g.Node(target.Step) == nil })
}

// markSteps marks the steps that break a rule of their own which makes what follows from their place in the graph doubtful.
func (m *mended) markSteps() {
	for n := range m.All() {
		args := n.Step.Positional()
		if args > 2 || args == 2 && n.Type == graph.TypeEnd {
			m.broken[n.Name] = true
		}
		for _, to := range n.Out {
			child := m.Node(to)
			if child == nil {
				continue
			}
			calls, isParallel := n.Type == graph.TypeParallel, child.Step.Parallel == graph.Yes
			if to == m.Start || isParallel && !calls || n.Step.Parallel == graph.Yes && child.Type != graph.TypeJoin {
				m.broken[n.Name] = true
			}
		}
	}
}

// markBranches marks splits whose branches are faulty in themselves: a step twice, or a join in place of a branch.
func (m *mended) markBranches(n *graph.Node) {
	if !n.Type.Opens() {
		return
	}
	seen := map[string]bool{}
	for _, to := range n.Out {
		child := m.Node(to)
		straight := child != nil && child.Type == graph.TypeJoin
		if straight {
			m.broken[to] = true // it gets a branch that is none
		}
		if seen[to] || straight {
			m.broken[n.Name] = true
		}
		seen[to] = true
	}
}

// reach returns the steps that can be reached from one, itself included; with back it is those that can reach it.
func (m *mended) reach(from string, step func(*graph.Node) []string) map[string]bool {
	seen := map[string]bool{from: true}
	for todo := []string{from}; len(todo) > 0; {
		n := m.Node(todo[len(todo)-1])
		todo = todo[:len(todo)-1]
		if n == nil {
			continue
		}
		for _, to := range step(n) {
			if !seen[to] {
				seen[to] = true
				todo = append(todo, to)
			}
		}
	}
	return seen
}

func forward(n *graph.Node) []string { return n.Out }
func back(n *graph.Node) []string    { return n.In }

// sound reports whether a region of the graph has no fault that would make claims about it doubtful.
func (c *checker) sound(region map[string]bool) bool {
	for name := range region {
		if c.mended.broken[name] || c.faulty[name] {
			return false
		}
	}
	return !c.mended.Truncated
}
