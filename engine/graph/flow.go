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
	Language   string // [Python], also where it is empty, or [Go]
	File       string // the file that was asked for; base classes may come from others
	Doc        string // as written; [CleanDoc] removes the indentation
	NameRange  Range
	Range      Range    // the class statement without its decorators
	Files      []string // every source file that was read for it, the one asked for first
	Steps      []*Step  // in the order the language gives them: base classes first, then by line
	Parameters []*Parameter
	Configs    Configs
	Constants  []string
	Decorators []*Decorator
	// OpenDecorators is true where a decorator of the class is not one of the SDK's and may add decorators to steps, and where a file of the flow makes step
	// decorators of its own: --with can give them to any step.
	OpenDecorators bool
	// Misplaced are the SDK's decorators on methods that are no steps.
	Misplaced []Misplaced
	// Broken is true when a file the flow comes from is not valid Python, so that nothing about it is certain.
	Broken bool
	// Data is what the code does with artifacts; nil where the reader does not tell.
	Data *Data
	// Dynamic says where the source could not be followed (a base class out of reach, a computed class body). A flow
	// with any is judged only after the worker has described it.
	Dynamic []Dynamic
	// Spelled are the names of steps and artifacts as the source writes them, by their names here, where the two differ.
	Spelled map[string]string
	// Oddities are faults that the language's types show, and that have rules of their own.
	Oddities []Oddity
}

// The languages of flows.
const (
	Python = "python"
	Go     = "go"
)

// IsGo reports whether the flow is written in Go.
func (f *Flow) IsGo() bool { return f.Language == Go }

// Dynamic is a place where the graph depends on running code.
type Dynamic struct {
	Range  Range
	Reason string
}

// Step is one node as written.
type Step struct {
	Name       string
	Owner      string // the class that defines it
	NameRange  Range
	Body       Range // the whole function, decorators included
	Doc        string
	Args       []Arg // as declared, self included
	Mark       Range // the @step decorator
	MarkArgs   []DecoratorArg
	Start, End bool         // annotated by @step(start=True), @step(end=True)
	Decorators []*Decorator // as written, without @step
	// Parallel says whether the step is decorated to run as a gang of nodes.
	Parallel Answer
	// Uncertain is true for a step that may not exist or may be replaced when the code runs.
	Uncertain bool
	// Next is the transition that ends the step (its last statement), nil if there is none.
	Next *Transition
	// Stray are calls of self.next that are not the last statement.
	Stray []*Transition
	// Dynamic are places of this step that depend on running code but leave the graph's shape known.
	Dynamic []Dynamic
	// Assigns are the artifacts that the step may set, by name, for workers that cannot see assignments (Go).
	Assigns []string
}

// Positional counts the arguments that make a step a join when there are two.
func (s *Step) Positional() int {
	n := 0
	for _, a := range s.Args {
		if a.Kind == Positional {
			n++
		}
	}
	return n
}

// Answer is what the source says about a yes-or-no question.
type Answer int8

// The answers: Maybe where only running the code can tell.
const (
	No Answer = iota
	Yes
	Maybe
)

// Arg is one argument of a step function.
type Arg struct {
	Name  string
	Kind  ArgKind
	Range Range
}

// ArgKind says how an argument takes its value.
type ArgKind string

// The kinds of argument.
const (
	Positional ArgKind = ""
	Keyword    ArgKind = "keyword"
	VarArgs    ArgKind = "args"   // *args
	VarKeyword ArgKind = "kwargs" // **kwargs
	ItemArg    ArgKind = "item"   // a foreach's item, in languages that hand it over
)

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
	ProblemRange   Range  // the part that is wrong
	Flaw           Flaw   // for Invalid: which rule it breaks
	Unread         bool   // for Invalid: it may lead to other steps than the targets, named in a way that says nothing of them
}

// Flaw tells kinds of invalid transition apart.
type Flaw string

// The flaws a reader can see in one transition.
const (
	FlawForm      Flaw = ""          // not one of the forms
	FlawForeach   Flaw = "foreach"   // a foreach without a usable artifact name
	FlawCondition Flaw = "condition" // a switch without a usable condition
	FlawCases     Flaw = "cases"     // a switch without cases
)

// Target is one destination of a transition.
type Target struct {
	Step string
	Case string // a switch's case as text: "a", "3", "True", or "config:cfg.key"
	// CaseType is the case's Python type: str, int, float, bool, bytes, or config; empty outside a switch.
	CaseType  string
	CaseRange Range
	Range     Range
}

// Parameter is a Parameter, IncludeFile or Config of the flow.
type Parameter struct {
	Name      string  // as given on the command line
	Attr      string  // the class attribute
	Class     string  // Parameter, IncludeFile, Config
	Type      string  // str, int, float, bool, JSON, path; empty when not known without running code
	Default   string  // source text of the default, empty for none
	Value     Literal // the default as far as it is written out
	Required  bool
	Help      string
	NameRange Range
	Range     Range
	Spread    bool // its declaration takes arguments from *args or **kwargs: there may be any others
}

// Fault is something in the source that kept a reader from a flow or from part of it.
type Fault struct {
	Kind    FaultKind
	Range   Range
	Message string // one sentence without a full stop
	Classes []Class
}

// FaultKind tells faults apart.
type FaultKind string

// The faults of a source.
const (
	FaultSyntax     FaultKind = "syntax"     // the file is not the language
	FaultNoFlow     FaultKind = "no_flow"    // the file has no flow
	FaultManyFlows  FaultKind = "many_flows" // the file has several and none is the one it runs; Classes lists them
	FaultNoClass    FaultKind = "no_class"   // the class that was asked for is not in the file; Classes lists those that are
	FaultUnreadable FaultKind = "unreadable" // too large, too deep, or in an encoding that can't be read
	FaultDynamic    FaultKind = "dynamic"    // the flow is made by running code
	FaultType       FaultKind = "type"       // the language's compiler refuses the code
)

// Class names a flow class and where it stands.
type Class struct {
	Name  string
	Range Range
}

// Decorator is one decorator of a step or flow.
type Decorator struct {
	Name  string // last part of the dotted name: retry, project
	Text  string // source text without the @
	Args  []DecoratorArg
	Range Range
	// NameRange is the last part of the dotted name.
	NameRange Range
	DecoratorOrigin
}

// DecoratorArg is one argument of a decorator call.
type DecoratorArg struct {
	Name  string // empty for a positional one
	Value string // source text
	Range Range
	// NameRange is the name's of one given by name.
	NameRange Range
	Literal   Literal
	Spread    bool // *args or **kwargs: there may be any others
}
