package decorators

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// checkTwice reports decorators that a step or flow can have once and has several times.
func checkTwice(c *checker) {
	type key struct {
		node *graph.Node
		name string
	}
	first := make(map[key]int, len(c.known)) // indexes
	for i, u := range c.known {
		if u.Is.Multiple {
			continue
		}
		k := key{u.Node, u.SDK}
		at, twice := first[k]
		if !twice {
			first[k] = i
			continue
		}
		old := c.known[at]
		if inherits(old, u) { // the class's own comes on top of the one of its base
			old, u = u, old
		}
		d := c.report(u.Range, "Keep one of them.", "%s has @%s twice", u.Place(), u.SDK)
		d.Relate(old.Range, "the other @%s", u.SDK)
		if u.Text == old.Text && u.Range.File == old.Range.File {
			c.drop(d, u)
		}
	}
}

// inherits reports whether of two decorators of the flow the second is one of a base class: those of the class itself come first,
// and its bases stand above it or elsewhere.
func inherits(u, other use) bool {
	return u.Node == nil && !after(other.Range, u.Range)
}

// drop offers to remove a decorator together with its line.
func (c *checker) drop(d *lint.Diagnostic, u use) {
	line := u.Range
	next := graph.Range{}
	for _, r := range c.below(u) {
		if after(r, line) && (next == graph.Range{} || after(next, r)) {
			next = r
		}
	}
	if next.Start.Line == line.End.Line+1 && next.Start.Column == line.Start.Column {
		line.End = next.Start
		d.Replace(line, "", "Remove @"+u.Name)
	}
}

// below lists the places of what may stand below a decorator.
func (c *checker) below(u use) []graph.Range {
	places := []graph.Range{c.flow.Range}
	decorators := c.flow.Decorators
	if u.Node != nil {
		places = []graph.Range{u.Node.Step.Mark}
		decorators = u.Node.Step.Decorators
	}
	for _, other := range decorators {
		places = append(places, other.Range)
	}
	return places
}
