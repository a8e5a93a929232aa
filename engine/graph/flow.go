// Package graph is what a flow is: its steps, the transitions between them, its parameters, configs and decorators.
//
// A [Flow] is plain data with source positions, made by a reader (engine/source/…) and never changed afterwards.
// [New] derives from it what needs the whole graph: node kinds, incoming edges, which join closes which split.
// The package imports nothing of Spindle's.
package graph

// Pos is a place in a source file. Line and Column count from 1; Column counts Unicode code points.
type Pos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Range is a half-open stretch of one source file.
type Range struct {
	File  string `json:"file"`
	Start Pos    `json:"start"`
	End   Pos    `json:"end"`
}

// Flow is one flow as it stands in the source.
type Flow struct {
	Name       string
	File       string // the file that was asked for; base classes may come from others
	Doc        string
	NameRange  Range
	Steps      []*Step // in the order the language gives them: base classes first, then by line
	Parameters []*Parameter
	Constants  []string
	Decorators []*Decorator
	// Dynamic says where the source could not be followed (a base class out of reach, a computed class body). A flow
	// with any is judged only after the worker has described it.
	Dynamic []Dynamic
}

// Dynamic is a place where the graph depends on running code.
type Dynamic struct {
	Range  Range
	Reason string
}

// Step is one node as written.
type Step struct {
	Name       string
	NameRange  Range
	Body       Range // the whole function, decorators included
	Doc        string
	Args       []Arg // as declared, self included
	Start, End bool  // annotated by @step(start=True), @step(end=True)
	Decorators []*Decorator
	// Next is the transition that ends the step (its last statement), nil if there is none.
	Next *Transition
	// Stray are calls of self.next that are not the last statement.
	Stray []*Transition
}

// Arg is one argument of a step function.
type Arg struct {
	Name  string
	Range Range
}

// Kind is the form of a transition.
type Kind string

// The forms a transition can take.
const (
	Linear   Kind = "linear"
	Split    Kind = "split"
	Foreach  Kind = "foreach"
	Parallel Kind = "parallel"
	Switch   Kind = "switch"
	Invalid  Kind = "invalid"
)

// Transition is one call of self.next.
type Transition struct {
	Kind    Kind
	Targets []Target
	// Foreach is the artifact a foreach walks, Condition the artifact a switch reads; each with the range of its string.
	Foreach        string
	ForeachRange   Range
	Condition      string
	ConditionRange Range
	NumParallel    *int // when written as a literal
	Range          Range
	Problem        string // for Invalid: what is wrong with it, as one clause
}

// Target is one destination of a transition.
type Target struct {
	Step  string
	Case  string // a switch's case as text: "a", "3", "True", or "config:cfg.key"
	Range Range
}

// Parameter is a Parameter, IncludeFile or Config of the flow.
type Parameter struct {
	Name      string // as given on the command line
	Attr      string // the class attribute
	Class     string // Parameter, IncludeFile, Config
	Type      string // str, int, float, bool, JSON, path; empty when not known without running code
	Default   string // source text of the default, empty for none
	Required  bool
	Help      string
	NameRange Range
	Range     Range
}

// Decorator is one decorator of a step or flow.
type Decorator struct {
	Name  string // last part of the dotted name: retry, project
	Text  string // source text without the @
	Args  []DecoratorArg
	Range Range
}

// DecoratorArg is one argument of a decorator call.
type DecoratorArg struct {
	Name  string // empty for a positional one
	Value string // source text
	Range Range
}
