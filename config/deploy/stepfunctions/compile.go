package stepfunctions

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// The states that stand before the flow's first step.
const (
	begin = "run.begin" // a name with a dot is no step's
	input = "run.input"
)

// compiler makes the machine of a plan, scope by scope: the flow itself, each branch of a split, what is done with an item of a foreach.
type compiler struct {
	*plan
	names names
}

// compile makes the machine.
func (p *plan) compile() *machine {
	c := &compiler{plan: p, names: names{map[string]int{}, map[nameKey]string{}}}
	m := &machine{TimeoutSeconds: int64(p.limit.Seconds())}
	m.StartAt = begin
	m.States.add(begin, c.first())
	r := c.region(&m.scope, "", 0)
	m.States.add(input, c.read(c.names.of(r, p.g.Start)))
	r.walk(p.g.Start)
	return m
}

// region is the part of the graph that one scope has: it ends before the join that closes the split it is a branch of.
type region struct {
	*compiler
	scope *scope
	exit  string // the join behind it; empty for the flow itself
	depth int    // foreaches around
	seen  map[string]bool
}

func (c *compiler) region(s *scope, exit string, depth int) *region {
	return &region{compiler: c, scope: s, exit: exit, depth: depth, seen: map[string]bool{}}
}

// walk makes the states of a step and of all that follows within the region.
func (r *region) walk(name string) {
	n := r.g.Node(name)
	if n == nil || r.seen[name] {
		return
	}
	r.seen[name] = true
	task := r.task(n)
	r.add(r.names.of(r, name), task)
	switch {
	case name == r.g.End:
		task.End = true
	case n.Type == graph.TypeSplit:
		r.split(n, task)
	case n.Type == graph.TypeForeach:
		r.foreach(n, task)
	case n.Type == graph.TypeSwitch:
		r.choose(n, task)
	case n.Out[0] == r.exit:
		r.leave(task)
	default:
		task.Next = r.way(n, n.Out[0])
		r.walk(n.Out[0])
	}
}

func (r *region) add(name string, s *state) { r.scope.States.add(name, s) }

// leave ends the region. What is behind it needs nothing of what was in it, and many outputs would be too large together.
func (r *region) leave(last *state) { last.End, last.OutputPath = true, nowhere }

// way is the state by which one step leads to another: the step's own, or one before it that says where it is come from, which is needed where there are
// several ways to a step.
func (r *region) way(from *graph.Node, to string) string {
	target := r.names.of(r, to)
	if !r.several(to) {
		return target
	}
	name := r.names.make(r, from.Name, "to."+to)
	switch {
	case r.scope.States.by[name] != nil: // two cases of a switch
	case !from.Recursive && !r.g.Node(to).Recursive:
		r.add(name, &state{Type: "Pass", Result: from.Name, ResultPath: "$.From", Next: target})
	default:
		r.add(name, &state{Type: "Pass", Parameters: r.stepped(from, r.g.Node(to)), Next: target})
	}
	return name
}

// several says whether a step must be told where it is come from.
func (c *compiler) several(name string) bool {
	n := c.g.Node(name)
	if n == nil || n.Type == graph.TypeJoin {
		return false
	}
	ways := len(n.In)
	if n.Recursive {
		ways++
	}
	if name == c.g.Start {
		ways++ // the way in
	}
	return ways > 1
}

// split runs the branches side by side.
func (r *region) split(n *graph.Node, task *state) {
	name := r.names.make(r, n.Name, "branches")
	task.Next = name
	s := &state{Type: "Parallel", ResultPath: nowhere}
	for _, to := range branches(n) {
		b := r.compiler.region(&scope{}, n.MatchingJoin, r.depth)
		b.scope.StartAt = b.way(n, to)
		b.walk(to)
		s.Branches = append(s.Branches, b.scope)
	}
	r.add(name, s)
	r.after(n, s)
}

// branches are the steps of a split, each once.
func branches(n *graph.Node) []string {
	var out []string
	for _, to := range n.Out {
		if !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	return out
}

// after goes on with the join that closes a split.
func (r *region) after(n *graph.Node, s *state) {
	s.Next = r.names.of(r, n.MatchingJoin)
	r.walk(n.MatchingJoin)
}

// choose follows the way that the task has chosen.
func (r *region) choose(n *graph.Node, task *state) {
	name := r.names.make(r, n.Name, "choice")
	task.Next = r.told(n, name)
	s := &state{Type: "Choice"}
	r.add(name, s)
	for _, to := range branches(n) {
		next := ""
		if to == r.exit {
			next = r.done(n)
		} else {
			next = r.way(n, to)
		}
		s.Choices = append(s.Choices, choice{Variable: told + ".next", StringEquals: to, Next: next})
	}
	for _, to := range branches(n) {
		if to != r.exit {
			r.walk(to)
		}
	}
}

// done is the end of a region to which a choice leads: a choice cannot be an end itself.
func (r *region) done(n *graph.Node) string {
	name := r.names.make(r, n.Name, "done")
	s := &state{Type: "Pass"}
	r.leave(s)
	r.add(name, s)
	return name
}
