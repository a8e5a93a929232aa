// Package catalog lists the decorators of the SDK as data: where each may stand, its arguments with types, defaults, units and
// allowed values, and a line of documentation for each.
//
// It is Metaflow's own list (a test compares names, levels, attributes and defaults with the real one), in words of this
// project. Rules, hover and completion read it; it knows nothing of flows. What extensions of Metaflow add is not in it,
// except as the names in [Extension].
package catalog

import (
	"cmp"
	"slices"
	"sync"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Level says what a decorator decorates.
type Level string

// The levels. Mark is @step itself, which makes a method a step.
const (
	Step Level = "step"
	Flow Level = "flow"
	Mark Level = "mark"
)

// Decorator is one decorator of the SDK.
type Decorator struct {
	Name  string
	Level Level
	Doc   string // one sentence
	// Multiple is true where a step or flow can have several of it.
	Multiple bool
	// Internal is true for one that deployers and tests attach; nobody writes it.
	Internal bool
	Args     []Arg
}

// Arg returns the argument of that name, nil where the decorator has none.
func (d *Decorator) Arg(name string) *Arg {
	for i := range d.Args {
		if d.Args[i].Name == name {
			return &d.Args[i]
		}
	}
	return nil
}

// ArgNames lists the names of the arguments in the order of the catalogue.
func (d *Decorator) ArgNames() []string {
	var names []string
	for _, a := range d.Args {
		names = append(names, a.Name)
	}
	return names
}

// Lead is the argument that a value without a name is likely meant for, nil where that is not plain.
func (d *Decorator) Lead() *Arg {
	for i := range d.Args {
		if d.Args[i].lead {
			return &d.Args[i]
		}
	}
	return nil
}

// Arg is an argument of a decorator. All are given by name.
type Arg struct {
	Name    string
	Types   []Type // what it takes; None is taken where it is the default, too
	Default string // as Python source; a number that the peer keeps as a text stands as the number
	Unit    string // what a number counts: seconds, MB
	// Values are the texts it takes, in any case; Enforced is true where another one is refused.
	Values   []string
	Enforced bool
	Limits   []Limit
	Doc      string // one sentence
	// Required is true where nothing works without it. Some decorators need one of several: that is not told here.
	Required bool
	// Fails lists the kinds of literal with which the flow is sure to fail. A value of another kind that is not among Types
	// may do something, though hardly what is meant.
	Fails []graph.LiteralKind
	lead  bool
}

// Limit is a bound of a number.
type Limit struct {
	Relation string // ">", ">=" or "<="
	Bound    float64
	Fails    bool // a number beyond it is refused; else it only makes no sense
}

// Holds reports whether a number is within the limit.
func (l Limit) Holds(v float64) bool {
	switch l.Relation {
	case ">":
		return v > l.Bound
	case ">=":
		return v >= l.Bound
	}
	return v <= l.Bound
}

// Type is what an argument takes.
type Type string

// The types. Int and Number are also taken as texts that hold such a number, as they come from a command line.
const (
	Int      Type = "int"
	Number   Type = "number"
	Str      Type = "str"
	Bool     Type = "bool"
	Dict     Type = "dict"
	List     Type = "list"
	Sequence Type = "sequence" // a list, tuple or set
	Function Type = "function"
	Any      Type = "any"
)

// Lookup returns the decorator of that name, nil where the SDK has none. Nobody may change it.
func Lookup(name string) *Decorator { return table().byName[name] }

// All lists the decorators of the SDK by level and name, @step first.
func All() []Decorator { return slices.Clone(table().all) }

// Names lists the names of the decorators that a step or a flow can have, without internal ones.
func Names(level Level) []string {
	var names []string
	for _, d := range table().all {
		if d.Level == level && !d.Internal {
			names = append(names, d.Name)
		}
	}
	return names
}

// index is the catalogue in order and by name.
type index struct {
	all    []Decorator
	byName map[string]*Decorator
}

var table = sync.OnceValue(func() index {
	order := map[Level]int{Mark: 0, Step: 1, Flow: 2}
	t := index{slices.Concat(marks(), steps(), compute(), packages(), flows(), sensors(), internal()), map[string]*Decorator{}}
	slices.SortFunc(t.all, func(a, b Decorator) int {
		return cmp.Or(cmp.Compare(order[a.Level], order[b.Level]), cmp.Compare(a.Name, b.Name))
	})
	for i := range t.all {
		t.byName[t.all[i].Name] = &t.all[i]
	}
	return t
})
