package explain

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/lastrun"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// Context is what an explanation is about and what it may look at.
type Context struct {
	*snapshot.Facts
	Snapshot *snapshot.Snapshot
	// Link leads to a place of the source; nil writes no links.
	Link func(at graph.Range) string
	// Run is the flow's newest run, nil where there is none.
	Run *lastrun.Run
	// Ago says how long ago it began.
	Ago string
	// Value reads an artifact as it was at the end of a step of that run.
	Value func(step, name string) *lastrun.Value
}

// to is a name with a link to a place.
func (c *Context) to(name string, at graph.Range) string {
	if c.Link == nil || at.File == "" {
		return code(name)
	}
	if u := c.Link(at); u != "" {
		return "[" + code(name) + "](" + u + ")"
	}
	return code(name)
}

// step is a step's name with a link to it.
func (c *Context) step(name string) string {
	if n := c.Graph.Node(name); n != nil {
		return c.to(name, n.Step.NameRange)
	}
	return code(name)
}

func (c *Context) steps(list []string) string {
	out := make([]string, len(list))
	for i, name := range list {
		out[i] = c.step(name)
	}
	return strings.Join(out, ", ")
}

// Step explains a step; empty for a name that the flow has no step of.
func (c *Context) Step(name string) string {
	n := c.Graph.Node(name)
	if n == nil {
		return ""
	}
	return blocks(
		"**step** "+code(name)+" · "+c.role(n),
		c.edges(n),
		c.decoratorsOf(n.Step),
		doc(n.Step.Doc),
		c.ran(name),
	)
}

// Role says in plain words what a step does in the graph; empty for a name that the flow has no step of.
func (c *Context) Role(name string) string {
	if n := c.Graph.Node(name); n != nil {
		return Plain(c.role(n))
	}
	return ""
}

// role says what a step does in the graph.
func (c *Context) role(n *graph.Node) string {
	var words []string
	switch {
	case n.Name == c.Graph.Start:
		words = append(words, "start")
	case n.Name == c.Graph.End:
		words = append(words, "end")
	}
	if n.Step.Positional() > 1 {
		words = append(words, c.joins(n))
	}
	if w := leads(n); w != "" {
		words = append(words, w)
	}
	if len(words) == 0 {
		words = append(words, "linear")
	}
	if !n.Reachable && len(c.Graph.Order) > 0 {
		words = append(words, "unreachable")
	}
	return strings.Join(words, ", ")
}

func (c *Context) joins(n *graph.Node) string {
	for other := range c.Graph.All() {
		if other.MatchingJoin == n.Name {
			return "join of " + c.step(other.Name)
		}
	}
	return "join"
}

// leads says how a step goes on, empty where plainly.
func leads(n *graph.Node) string {
	next := n.Step.Next
	if next == nil {
		return ""
	}
	switch next.Kind {
	case graph.Split:
		return fmt.Sprintf("split into %d", len(next.Targets))
	case graph.Foreach:
		if next.Foreach == "" {
			return "foreach"
		}
		return "foreach over " + code(next.Foreach)
	case graph.Parallel:
		if next.NumParallel != nil {
			return fmt.Sprintf("gang of %d", *next.NumParallel)
		}
		return "gang"
	case graph.Switch:
		return "switch on " + code(next.Condition)
	}
	return ""
}

// edges draws what leads to a step and where it leads.
func (c *Context) edges(n *graph.Node) string {
	out := "**" + n.Name + "**"
	if len(n.In) > 0 {
		out = c.steps(n.In) + " → " + out
	}
	next := n.Step.Next
	if next == nil || len(next.Targets) == 0 {
		if len(n.In) == 0 {
			return ""
		}
		return out
	}
	if next.Kind == graph.Switch {
		var cases []string
		for _, t := range next.Targets {
			cases = append(cases, code(caseText(t))+" "+c.step(t.Step))
		}
		return out + " → " + strings.Join(cases, ", ")
	}
	arrow := " → "
	if next.Kind == graph.Foreach || next.Kind == graph.Parallel {
		arrow = " ⇉ "
	}
	return out + arrow + c.steps(n.Out)
}

// caseText is a case as it is written.
func caseText(t graph.Target) string {
	switch t.CaseType {
	case "str":
		return `"` + t.Case + `"`
	case "config":
		return "self." + strings.TrimPrefix(t.Case, "config:")
	}
	return t.Case
}

func (c *Context) decoratorsOf(s *graph.Step) string {
	mark := "@"
	if c.Facts.Flow.IsGo() {
		mark = ""
	}
	var out []string
	for _, d := range s.Decorators {
		out = append(out, code(mark+d.Text))
	}
	return strings.Join(out, " ")
}

// ran says what the last run made of a step.
func (c *Context) ran(name string) string {
	if c.Run == nil {
		return ""
	}
	what := "not reached"
	if s := c.Run.Step(name); s != nil {
		what = s.Words()
	}
	return "---\n" + what + " · " + c.run()
}

// run names the run and says when it was.
func (c *Context) run() string {
	s := "run " + code(c.Run.ID)
	if c.Ago != "" {
		s += ", " + c.Ago
	}
	return s
}

// Flow explains a flow.
func (c *Context) Flow() string {
	f := c.Facts.Flow
	title := fmt.Sprintf("**flow** %s · %d steps", code(f.Name), c.Graph.Len())
	if c.Graph.Len() == 1 {
		title = "**flow** " + code(f.Name) + " · 1 step"
	}
	return blocks(title, c.inputsOf(f), c.lastRun())
}

func (c *Context) inputsOf(f *graph.Flow) string {
	var out []string
	for _, p := range f.Parameters {
		out = append(out, c.to(p.Attr, p.NameRange))
	}
	if len(out) == 0 {
		return ""
	}
	return "takes " + strings.Join(out, ", ")
}

func (c *Context) lastRun() string {
	if c.Run == nil {
		return ""
	}
	s := "---\n" + lastrun.Sign(c.Run.State) + " " + string(c.Run.State)
	if c.Run.FailedStep != "" {
		s += " in " + c.step(c.Run.FailedStep)
	}
	if c.Run.Duration > 0 {
		s += ", " + lastrun.Duration(c.Run.Duration)
	}
	return s + " · " + c.run()
}
