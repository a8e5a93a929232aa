package structure

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

func checkUnknownStep(c *checker) {
	for n := range c.g.All() {
		if n.Step.Next == nil || c.isEnd(n) {
			continue
		}
		told := map[string]bool{}
		for _, t := range n.Step.Next.Targets {
			if c.g.Node(t.Step) != nil || told[t.Step] {
				continue
			}
			told[t.Step] = true
			alike := suggestion(n.Name, t.Step, c.g)
			if alike == "" {
				c.report(t.Range, c.say.Define(t.Step), "step %q leads to %q, which is not a step", n.Name, t.Step)
				continue
			}
			d := c.report(t.Range, "Did you mean "+c.say.Name(alike)+"?", "step %q leads to %q, which is not a step", n.Name, t.Step)
			d.Relate(c.g.Node(alike).Step.NameRange, "%q is a step", alike)
			if c.plain(n, t.Step, alike) {
				d.Replace(t.Range, alike, "Lead to "+alike)
			}
		}
	}
}

// plain reports whether a name can only be a slip for the step it is most like, so that it may be replaced unasked: no other step is as
// much like it, more than a letter agrees, and the transition does not lead there already.
func (c *checker) plain(from *graph.Node, name, alike string) bool {
	if len(name) < 2 || slices.Contains(from.Out, alike) {
		return false
	}
	w := newWord(name)
	least := w.distance(alike, len(name))
	for n := range c.g.All() {
		if n.Name != alike && n.Name != from.Name && w.distance(n.Name, least) <= least {
			return false
		}
	}
	return true
}
