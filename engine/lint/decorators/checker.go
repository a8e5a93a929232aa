package decorators

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
)

// checker holds what the rules look at and what they found.
type checker struct {
	flow  *graph.Flow
	g     *graph.Graph
	all   []use // every decorator that may be the SDK's, flow first
	known []use // those of them that the catalogue has and that stand where they may
	rule  lint.Rule
	found lint.Findings
}

// use is one decorator where it stands.
type use struct {
	*graph.Decorator
	is   *catalog.Decorator // nil for a name that the catalogue does not have
	node *graph.Node        // the step it stands on, nil for the flow
	// settled is true when nothing that the source does not show can change the decorators before the SDK checks them.
	settled bool
}

func newChecker(f *graph.Flow, g *graph.Graph) *checker {
	c := &checker{flow: f, g: g}
	open := len(f.Dynamic) > 0 || slices.ContainsFunc(f.Decorators, foreign)
	for _, d := range f.Decorators {
		c.add(use{Decorator: d, is: catalog.Lookup(d.SDK), settled: !open})
	}
	for _, n := range g.Nodes() {
		if n.Step.Uncertain {
			continue
		}
		settled := !open && !slices.ContainsFunc(n.Step.Decorators, foreign)
		for _, d := range n.Step.Decorators {
			c.add(use{Decorator: d, is: catalog.Lookup(d.SDK), node: n, settled: settled})
		}
	}
	return c
}

// foreign reports whether a decorator is not one of the catalogue, so that it may do anything.
func foreign(d *graph.Decorator) bool { return catalog.Lookup(d.SDK) == nil }

func (c *checker) add(u use) {
	c.all = append(c.all, u)
	if u.is != nil && (u.is.Level == catalog.Flow) == (u.node == nil) && u.is.Level != catalog.Mark {
		c.known = append(c.known, u)
	}
}

// report adds a finding of the running rule.
func (c *checker) report(at graph.Range, detail, format string, args ...any) *lint.Diagnostic {
	return c.found.Report(c.rule, at, detail, format, args...)
}

// named lists the uses of one decorator.
func (c *checker) named(names ...string) []use {
	var out []use
	for _, u := range c.known {
		if slices.Contains(names, u.SDK) {
			out = append(out, u)
		}
	}
	return out
}

// beside returns another decorator of the same step.
func (c *checker) beside(u use, names ...string) (use, bool) {
	for _, other := range c.known {
		if other.node == u.node && slices.Contains(names, other.SDK) {
			return other, true
		}
	}
	return use{}, false
}

// value is an argument's literal: None, as written out, where it is not given and nothing else may give it.
func (u use) value(name string) graph.Literal {
	if a := u.Arg(name); a != nil {
		return a.Literal
	}
	if u.Spread() || u.is.Arg(name) == nil {
		return graph.Literal{}
	}
	return parseDefault(u.is.Arg(name).Default)
}

// parseDefault makes a literal of a default in the catalogue; only what rules ask for is told apart.
func parseDefault(source string) graph.Literal {
	l := graph.Literal{Kind: graph.LiteralStr, Text: source}
	switch source {
	case "None":
		l.Kind = graph.LiteralNone
	case "True", "False":
		l.Kind = graph.LiteralBool
	case "[]":
		l.Kind = graph.LiteralList
	case "{}":
		l.Kind = graph.LiteralDict
	default:
		if v, err := strconv.ParseFloat(source, 64); err == nil {
			l.Kind, l.Number = graph.LiteralInt, v
		}
	}
	return l
}

// absent reports whether an argument is known to be nothing: not given, None, or empty.
func (u use) absent(name string) bool {
	falsy, known := u.value(name).Falsy()
	return falsy && known
}

// given reports whether an argument is known to be something.
func (u use) given(name string) bool {
	falsy, known := u.value(name).Falsy()
	return !falsy && known
}

// numeric returns a number's value, also of one written as a text.
func numeric(l graph.Literal) (float64, bool) {
	switch l.Kind {
	case graph.LiteralInt, graph.LiteralFloat:
		return l.Number, true
	case graph.LiteralStr:
		v, err := strconv.ParseFloat(strings.TrimSpace(strings.ReplaceAll(l.Text, "_", "")), 64)
		return v, err == nil
	}
	return 0, false
}

// place says what a decorator stands on, for messages.
func (u use) place() string {
	if u.node == nil {
		return "the flow"
	}
	return "step " + strconv.Quote(u.node.Name)
}

// soften makes a finding a warning where something else may still change what it is about.
func (u use) soften(d *lint.Diagnostic, fails bool) *lint.Diagnostic {
	if !fails || !u.settled {
		d.Severity = lint.Warning
	}
	return d
}
