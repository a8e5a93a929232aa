package structure

import (
	"fmt"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/words"
)

// checker holds what the rules look at and what they found.
type checker struct {
	flow *graph.Flow
	g    *graph.Graph // as written
	say  words.Words
	// mended is the graph with the faults of single transitions repaired as far as one can guess, so that what follows from them
	// is not told as faults of its own.
	mended     *mended
	judged     bool
	judgements []judgement
	faulty     map[string]bool // joins with a judgement
	sure       []*graph.Node   // the steps that exist whatever the code does, in the order of their names
	rule       lint.Rule
	found      lint.Findings
}

func newChecker(f *graph.Flow, g *graph.Graph) *checker {
	c := &checker{flow: f, g: g, say: words.Of(f), mended: mend(f, g), faulty: map[string]bool{}}
	c.sure = slices.DeleteFunc(g.Nodes(), func(n *graph.Node) bool { return n.Step.Uncertain })
	return c
}

// report adds a finding of the running rule.
func (c *checker) report(at graph.Range, detail string, format string, args ...any) *lint.Diagnostic {
	return c.found.Report(c.rule, at, detail, format, args...)
}

// certain are the steps that exist whatever the code does, in the order of their names.
func (c *checker) certain() []*graph.Node { return c.sure }

// isEnd reports whether a step is the last one, or would be if the flow were as it looks.
func (c *checker) isEnd(n *graph.Node) bool {
	return n.Name == c.g.End && (len(c.flow.Dynamic) == 0 || c.g.Len() > 1) && !c.lone(n)
}

// lone is the only step of a flow whose transition shows that more are to come.
func (c *checker) lone(n *graph.Node) bool {
	if c.g.Len() != 1 || n.Step.Next == nil || n.Step.End || n.Name == "end" {
		return false
	}
	for _, t := range n.Step.Next.Targets {
		if t.Step != n.Name {
			return true
		}
	}
	return false
}

// targetRange is where a step names another one.
func targetRange(n *graph.Node, to string) graph.Range {
	if n.Step.Next != nil {
		for _, t := range n.Step.Next.Targets {
			if t.Step == to {
				return t.Range
			}
		}
		return n.Step.Next.Range
	}
	return n.Step.NameRange
}

// names writes a list for a sentence: "a", "b" and "c".
func names(list []string) string {
	out := ""
	for i, n := range list {
		switch {
		case i > 0 && i == len(list)-1:
			out += " and "
		case i > 0:
			out += ", "
		}
		out += fmt.Sprintf("%q", n)
	}
	return out
}
