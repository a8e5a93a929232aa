package graph

// Configs is what the source says of a flow's configs: those it declares, and every place that reads one.
type Configs struct {
	Declared []*Config // base classes first, then by line
	Uses     []ConfigUse
	Exprs    []ConfigExpr
	// Mutable is true where decorators that are not the SDK's may take away what the source shows: parameters, and
	// decorators with their arguments.
	Mutable bool
	// Escapes is true where a step's self is handed on, so that code out of sight may read any config.
	Escapes bool
}

// Named returns the config of a name, nil for none.
func (c *Configs) Named(name string) *Config {
	for _, d := range c.Declared {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// Config is one config of the flow as its declaration says.
type Config struct {
	Name      string // as given on the command line, empty where it is computed or missing
	NameRange Range  // of the name, or of the call where there is none
	Attr      string // the class attribute
	AttrRange Range
	Owner     string // the class that declares it
	Range     Range  // the call
	Args      []ConfigArg
	// Alias is the range of an assignment that gives the config a second attribute.
	Alias Range
	// Uncertain is true for a declaration that may not take place or may be overridden when the code runs.
	Uncertain bool
	// Mentioned is true where the config's name or attribute stands anywhere besides its declaration.
	Mentioned bool
	// Takes is what its value is read into, nil where the language has no types or any value will do.
	Takes *Shape
}

// ConfigArg is one argument of a config's declaration. A positional one has the name it would have as a keyword.
type ConfigArg struct {
	Name  string
	Range Range // the whole argument
	Value *Value
	// Reads is true where the argument reads a config.
	Reads bool
	// Function is true where the argument is a function.
	Function bool
}

// Arg returns an argument of the declaration, nil where it is not given or given as None.
func (c *Config) Arg(name string) *ConfigArg {
	for i := range c.Args {
		if a := &c.Args[i]; a.Name == name && a.Value.Kind != NullKind {
			return a
		}
	}
	return nil
}

// Says tells what the source says of an argument that is true or false: Maybe where it is computed.
func (c *Config) Says(name string) Answer {
	a := c.Arg(name)
	switch {
	case a == nil:
		return No
	case a.Value.Kind == ComputedKind:
		return Maybe
	case a.Value.Kind == BoolKind && a.Value.Text == "False":
		return No
	}
	return Yes
}

// Spread is true where the declaration takes arguments from a value that is computed.
func (c *Config) Spread() bool { return c.Arg("*") != nil }

// ConfigUse is one place that reads a config: self.cfg.a.b, cfg["a"] in the class body, cfg.a in the text of a config_expr.
type ConfigUse struct {
	Attr   string // the config's attribute
	Path   []ConfigKey
	Range  Range // the whole expression
	Root   Range // the part that names the config
	When   ConfigTime
	Called bool // what is read is called: the last key may be a method
	// Guarded is true where the code around the place asks before whether the key is there, or catches that it is not.
	Guarded bool
	Write   Write
	Early   Early
	// EarlyRange is the expression that needs the value too early.
	EarlyRange Range
	Slot       *ConfigSlot // the argument that the value is given to, nil for any other place
}

// ConfigTime is when a use is evaluated.
type ConfigTime string

// The times: in the class body, where a config is still a placeholder; in the text of a config_expr, when the flow starts
// and the configs have been read; or when a step's task gets there.
const (
	AtStart ConfigTime = "start"
	AtExpr  ConfigTime = "expression"
	AtTask  ConfigTime = "task"
)

// ConfigKey is one key of a path into a config.
type ConfigKey struct {
	Name  string
	Range Range
	// Item is true for ["a"], false for .a.
	Item bool
	// Index is true for [0]: Name is then the number.
	Index bool
	// Optional is true for .get("a"), which takes a key that is not there.
	Optional bool
}

// Write says how a place changes a config.
type Write string

// The ways to change a config.
const (
	NoWrite Write = ""
	Assigns Write = "assigned"
	Deletes Write = "deleted"
	Updates Write = "updated" // by a method like update
)

// Early is a way the class body treats a config as the value that it has only later.
type Early string

// The ways. Before the configs are read, cfg.a is a placeholder.
const (
	NotEarly   Early = ""
	Operand    Early = "operand"   // an operand of an operator that placeholders lack
	Calls      Early = "call"      // it is called, or a method of its value is
	Converts   Early = "convert"   // int(cfg.a)
	ClassValue Early = "attribute" // X = cfg.a
	InText     Early = "text"      // f"{cfg.a}", str(cfg.a)
	Tests      Early = "test"      // cfg.a or 3, cfg.a == 3
	Contained  Early = "contained" // X = [cfg.a]
)

// ConfigSlot is an argument that takes a config's value.
type ConfigSlot struct {
	// Decorator is the name of the decorator, Parameter the attribute of the parameter, whichever it is; a transition has neither.
	Decorator string
	Parameter string
	Type      string // the parameter's type, as in [Parameter]
	Arg       string // the argument's name
	Whole     bool   // the value is all of the argument, not an element of it
	Range     Range  // the whole decorator, parameter or transition
}

// ConfigExpr is the text given to a config_expr.
type ConfigExpr struct {
	Text  string
	Range Range // the string
	Slot  *ConfigSlot
	// Problem says why the text is no expression, empty where it is one.
	Problem      string
	ProblemRange Range
	// Names are the names the text reads that are not bound in it, in order.
	Names []ConfigName
}

// ConfigName is a name in the text of a config_expr.
type ConfigName struct {
	Name  string
	Range Range
	Bound bool // the module binds the name, or may, or it is built in
}
