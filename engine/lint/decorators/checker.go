package decorators

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/decorators/uses"
)

// use is one decorator where it stands.
type use = uses.Use

// checker holds what the rules look at and what they found.
type checker struct {
	flow  *graph.Flow
	g     *graph.Graph
	all   []use // every decorator that may be the SDK's, flow first
	known []use // those of them that the catalogue has and that stand where they may
	rule  lint.Rule
	found lint.Findings
}

func newChecker(f *graph.Flow, g *graph.Graph) *checker {
	c := &checker{flow: f, g: g, all: uses.List(f, g)}
	c.known = make([]use, 0, len(c.all))
	for _, u := range c.all {
		if u.Fits() {
			c.known = append(c.known, u)
		}
	}
	return c
}

// report adds a finding of the running rule.
func (c *checker) report(at graph.Range, detail, format string, args ...any) *lint.Diagnostic {
	return c.found.Report(c.rule, at, detail, format, args...)
}

// named lists the uses of one decorator or several.
func (c *checker) named(names ...string) []use { return uses.Named(c.known, names...) }

// soften makes a finding a warning where the flow does not fail of it, or something may still change what it is about.
func soften(u use, d *lint.Diagnostic, fails bool) *lint.Diagnostic {
	if !fails || !u.Settled {
		d.Severity = lint.Warning
	}
	return d
}
