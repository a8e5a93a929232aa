package artifacts

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// checkUnused looks for values that were computed and then set again on every way, before anything could read them. What is there at the
// end of the flow or of a branch is a result, and what a card shows is one too.
func checkUnused(c *checker) {
	always := c.settersOf()
	for _, s := range c.reached() {
		if s.body.Open != nil || s.body.OpenFromStart || s.Recursive || c.shown(s) {
			continue
		}
		for _, i := range s.body.Exit.Writes {
			w := &s.body.Writes[i]
			name := c.data.Names[w.ID]
			if w.Kind != graph.Assign || w.Read || w.Looped || w.Content.Kind != graph.ContentUnknown || strings.HasPrefix(name, "_") || w.At != c.placeOf(w) {
				continue
			}
			if n := always[w.ID]; n == 0 || n == 1 && s.body.Exit.Always.Has(w.ID) {
				continue // no other step is sure to set it again
			}
			c.fate(s, w, name)
		}
	}
}

// settersOf counts for each artifact the steps that are sure to set it.
func (c *checker) settersOf() []int {
	out := make([]int, len(c.data.Names))
	for _, s := range c.reached() {
		for id := range s.body.Exit.Always.All() {
			out[id]++
		}
	}
	return out
}

// shown reports whether the step has a card, which shows its artifacts.
func (c *checker) shown(s step) bool {
	for _, d := range s.Step.Decorators {
		if d.Name != "retry" && d.Name != "resources" && d.Name != "catch" && d.Name != "timeout" {
			return true
		}
	}
	return false
}

// fate follows a value forward and reports it if all ways lead to where it is set again.
func (c *checker) fate(s step, w *graph.Assignment, name string) {
	var again []graph.Range
	seen := map[string]bool{}
	next := s.Out
	if len(next) == 0 || s.Step.Next == nil {
		return
	}
	for len(next) > 0 {
		to := c.g.Node(next[0])
		next = next[1:]
		if to == nil || to == s.Node {
			return
		}
		if seen[to.Name] {
			continue
		}
		seen[to.Name] = true
		b := c.a.Body(to.Name)
		if b == nil || b.Open != nil || b.OpenFromStart || b.ReadsAny || b.Inputs != "" || reads(b, w.ID) {
			return
		}
		switch {
		case b.Exit.Always.Has(w.ID):
			again = append(again, setIn(b, w.ID)...)
		case len(to.Out) == 0 || to.Step.Next == nil || to.Name == c.g.End:
			return
		default:
			next = append(next, to.Out...)
		}
	}
	d := c.report(w.At, "Leave one of the two away, or give it another name.", "step %q sets %q, which is set again before anything reads it", s.Name, name)
	for i, at := range again {
		if i < maxRelated {
			d.Relate(at, "%q is set again here", name)
		}
	}
}

// reads reports whether a body may use the value that an artifact comes with.
func reads(b *graph.Body, id int) bool {
	for i := range b.Uses {
		if u := &b.Uses[i]; u.ID == id && u.Assigned != graph.Yes {
			return true
		}
	}
	return false
}

func setIn(b *graph.Body, id int) []graph.Range {
	var out []graph.Range
	for i := range b.Writes {
		if w := &b.Writes[i]; w.ID == id && w.Kind == graph.Assign {
			out = append(out, w.At)
		}
	}
	return out
}
