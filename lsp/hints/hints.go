// Package hints finds what is worth a word between the words of a flow's source: what a join receives, and how often a foreach split last.
package hints

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/lastrun"
)

// Hint is text that is shown behind a place.
type Hint struct {
	At   graph.Range // ends where the hint stands
	Text string
	// More explains the text, empty where there is nothing to add.
	More string
}

// Of lists the hints for the steps of a flow. The run is its newest one, or nil.
func Of(g *graph.Graph, run *lastrun.Run) []Hint {
	var out []Hint
	for _, s := range g.Flow.Steps {
		if h, ok := receives(g, s); ok {
			out = append(out, h)
		}
		if h, ok := splits(s, run); ok {
			out = append(out, h)
		}
	}
	return out
}

// receives says what the inputs of a join are.
func receives(g *graph.Graph, s *graph.Step) (Hint, bool) {
	n := g.Node(s.Name)
	if n == nil || n.Step != s || s.Positional() < 2 || len(n.In) == 0 {
		return Hint{}, false
	}
	h := Hint{At: s.Args[1].Range, Text: "← " + strings.Join(branches(g, n), ", ")}
	split := splitOf(g, n)
	switch {
	case split == nil:
	case split.Type == graph.TypeForeach && split.Step.Next.Foreach != "":
		h.Text += ", one for each of " + split.Step.Next.Foreach
	case split.Type == graph.TypeForeach:
		h.Text += ", one for each item"
	case split.Type == graph.TypeParallel:
		h.Text += ", one for each node"
	}
	if split != nil {
		h.More = fmt.Sprintf("Joins the split in step %q.", split.Name)
	}
	return h, h.At.File != ""
}

func splitOf(g *graph.Graph, join *graph.Node) *graph.Node {
	for n := range g.All() {
		if n.MatchingJoin == join.Name {
			return n
		}
	}
	return nil
}

// branches are the steps that a join's inputs come from, those out of which a switch picks one put together.
func branches(g *graph.Graph, join *graph.Node) []string {
	var order []string
	steps := map[string][]string{}
	for _, s := range g.Flow.Steps {
		n := g.Node(s.Name)
		if n == nil || n.Step != s || !slices.Contains(join.In, s.Name) {
			continue
		}
		branch := strings.Join(n.SplitBranches, " ")
		if !slices.Contains(order, branch) {
			order = append(order, branch)
		}
		steps[branch] = append(steps[branch], s.Name)
	}
	var out []string
	for _, branch := range order {
		out = append(out, strings.Join(steps[branch], " or "))
	}
	return out
}

// splits says how many tasks a foreach or a gang last had.
func splits(s *graph.Step, run *lastrun.Run) (Hint, bool) {
	next := s.Next
	if next == nil || next.Kind != graph.Foreach && next.Kind != graph.Parallel || len(next.Targets) != 1 {
		return Hint{}, false
	}
	did, from := run.Step(next.Targets[0].Step), run.Step(s.Name)
	if did == nil || from == nil {
		return Hint{}, false
	}
	h := Hint{At: next.ForeachRange, Text: fmt.Sprintf("× %d", did.Tasks)}
	if h.At.File == "" {
		h.At = next.Targets[0].Range
	}
	h.More = fmt.Sprintf("Step %q had %s in run %s.", next.Targets[0].Step, count(did.Tasks, "task"), run.ID)
	if from.Tasks > 1 {
		h.Text += fmt.Sprintf(" in %d", from.Tasks)
		h.More = fmt.Sprintf("Step %q had %s in run %s, split from %d.", next.Targets[0].Step, count(did.Tasks, "task"), run.ID, from.Tasks)
	}
	return h, true
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
