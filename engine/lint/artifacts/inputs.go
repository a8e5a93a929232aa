package artifacts

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

func checkInputs(c *checker) {
	for _, s := range c.steps() {
		for _, p := range s.body.Places {
			if p.Guarded {
				continue
			}
			switch p.Kind {
			case graph.PlaceUnbound:
				if p.At == p.Range && !s.isJoin() {
					c.report(p.At, "A join takes its inputs as a second argument: def "+s.Name+"(self, inputs).", "step %q uses inputs, which only a join has", s.Name)
				}
			case graph.PlaceLength:
				c.length(s, p)
			case graph.PlaceInput:
				c.namedInput(s, p)
			}
		}
	}
}

func (c *checker) length(s step, p graph.Place) {
	d := c.report(p.At, "Count them: len(list("+s.body.Inputs+")).", "step %q takes the length of its inputs%s, which have none", s.Name, called(p.At, p.Range))
	relatePlace(d, p.At, p.Range)
	if p.At == p.Range && p.Range.Start.Line == p.Range.End.Line && p.Range.End.Column-p.Range.Start.Column == len("len()")+len(s.body.Inputs) {
		d.Replace(p.Range, "len(list("+s.body.Inputs+"))", "Count the inputs")
	}
}

// namedInput looks at inputs.<step>: the steps that lead straight to the join are there.
func (c *checker) namedInput(s step, p graph.Place) {
	if !s.isJoin() || !s.Reachable || len(s.In) == 0 {
		return
	}
	if contains(s.In, p.Name) {
		c.alternative(s, p)
		return
	}
	detail := "The steps that lead straight to " + s.Name + " are " + strings.ReplaceAll(list(s.In), `"`, "") + "."
	if len(s.In) == 1 {
		detail = "The step that leads straight to " + s.Name + " is " + s.In[0] + "."
	}
	d := c.report(p.At, detail, "join %q has no input from %q%s", s.Name, p.Name, called(p.At, p.Range))
	relatePlace(d, p.At, p.Range)
	if meant := near.Word(p.Name, s.In); meant != "" && p.At == p.Range {
		d.Replace(p.Range, meant, "Read inputs."+meant)
	}
}

// alternative looks at an input that may be missing, because a switch in its branch goes another way.
func (c *checker) alternative(s step, p graph.Place) {
	if p.Conditional {
		return
	}
	branch := c.branch(p.Name)
	for _, other := range s.In {
		if other != p.Name && branch != "" && c.branch(other) == branch {
			d := c.warn(p.At, "Ask first: hasattr("+s.body.Inputs+", "+quoted(p.Name)+").",
				"join %q has an input from either %q or %q, not from both", s.Name, p.Name, other)
			relatePlace(d, p.At, p.Range)
			return
		}
	}
}

// branch is the first step of the innermost branch a step is in.
func (c *checker) branch(name string) string {
	n := c.g.Node(name)
	if n == nil || len(n.SplitBranches) == 0 {
		return ""
	}
	return n.SplitBranches[len(n.SplitBranches)-1]
}
