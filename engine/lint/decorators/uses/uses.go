// Package uses lists the decorators of a flow as rules look at them: each with its entry in the catalogue, the step it stands on, and
// whether anything may still change it.
package uses

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
)

// Use is one decorator where it stands.
type Use struct {
	*graph.Decorator
	Is   *catalog.Decorator // nil for a name that the catalogue does not have
	Node *graph.Node        // the step it stands on, nil for the flow
	// Settled is true when nothing that the source does not show can change the decorators before the SDK checks them.
	Settled bool
}

// List returns the decorators of a flow and of the steps that are sure to exist, the flow's first.
func List(f *graph.Flow, g *graph.Graph) []Use {
	count := len(f.Decorators)
	for n := range g.All() {
		count += len(n.Step.Decorators)
	}
	out := make([]Use, 0, count)
	settled := Settled(f)
	for _, d := range f.Decorators {
		out = append(out, Use{d, catalog.Lookup(d.SDK), nil, settled})
	}
	for n := range g.All() {
		if n.Step.Uncertain {
			continue
		}
		alone := settled && !slices.ContainsFunc(n.Step.Decorators, Foreign)
		for _, d := range n.Step.Decorators {
			out = append(out, Use{d, catalog.Lookup(d.SDK), n, alone})
		}
	}
	return out
}

// Settled reports whether what stands in the source of a flow is all that counts: no mutator, no base class out of sight.
func Settled(f *graph.Flow) bool {
	return len(f.Dynamic) == 0 && !slices.ContainsFunc(f.Decorators, Foreign)
}

// Foreign reports whether a decorator is not one of the catalogue, so that it may do anything.
func Foreign(d *graph.Decorator) bool { return catalog.Lookup(d.SDK) == nil }

// Fits reports whether the catalogue has the decorator and it stands where it may.
func (u Use) Fits() bool {
	return u.Is != nil && u.Is.Level != catalog.Mark && (u.Is.Level == catalog.Flow) == (u.Node == nil)
}

// Named picks the uses of some decorators out of a list.
func Named(list []Use, names ...string) []Use {
	var out []Use
	for _, u := range list {
		if slices.Contains(names, u.SDK) {
			out = append(out, u)
		}
	}
	return out
}

// Beside returns the first of some decorators that stands on the same step.
func (u Use) Beside(list []Use, names ...string) (Use, bool) {
	for _, other := range list {
		if other.Node == u.Node && slices.Contains(names, other.SDK) {
			return other, true
		}
	}
	return Use{}, false
}

// Value is an argument's literal, the default where it is not given. It is computed where that is not known.
func (u Use) Value(name string) graph.Literal {
	if a := u.Arg(name); a != nil {
		return a.Literal
	}
	if u.Spread() || u.Is == nil || u.Is.Arg(name) == nil {
		return graph.Literal{}
	}
	return parseDefault(u.Is.Arg(name).Default)
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

// Absent reports whether an argument is known to be nothing: not given, None, or empty.
func (u Use) Absent(name string) bool {
	falsy, known := u.Value(name).Falsy()
	return falsy && known
}

// Given reports whether an argument is known to be something.
func (u Use) Given(name string) bool {
	falsy, known := u.Value(name).Falsy()
	return !falsy && known
}

// Number returns a number's value, also of one written as a string.
func Number(l graph.Literal) (float64, bool) {
	switch l.Kind {
	case graph.LiteralInt, graph.LiteralFloat:
		return l.Number, true
	case graph.LiteralStr:
		v, err := strconv.ParseFloat(strings.TrimSpace(strings.ReplaceAll(l.Text, "_", "")), 64)
		return v, err == nil
	}
	return 0, false
}

// Seconds is the time of a @timeout, each part cut to a whole number as the SDK does; known is false where it is computed.
func (u Use) Seconds() (total float64, known bool) {
	if u.SDK != "timeout" {
		return 0, false
	}
	for name, factor := range map[string]float64{"seconds": 1, "minutes": 60, "hours": 3600} {
		l := u.Value(name)
		v, ok := Number(l)
		if l.Kind == graph.LiteralStr && v != float64(int64(v)) || !ok {
			return 0, false
		}
		total += factor * float64(int64(v))
	}
	return total, true
}

// Place says what the decorator stands on, for messages.
func (u Use) Place() string {
	if u.Node == nil {
		return "the flow"
	}
	return "step " + strconv.Quote(u.Node.Name)
}
