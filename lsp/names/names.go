package names

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Kind is what a name stands for.
type Kind string

// The kinds. What the class binds for all steps (parameters, configs, constants) goes by the name of artifacts, as steps read it the same way.
const (
	Flow      Kind = "flow"
	Step      Kind = "step"
	Artifact  Kind = "artifact"
	ConfigKey Kind = "config key"
	Decorator Kind = "decorator"
	Argument  Kind = "argument" // of a decorator
)

// Symbol is a thing of a flow that has a name.
type Symbol struct {
	Kind Kind
	// Name is the thing's; of a config key the config's attribute and the keys up to this one, of an argument the decorator and the argument, joined
	// by [Separator].
	Name string
}

// Separator joins the parts of a name that has several.
const Separator = "\x00"

// Last is the last part of the name.
func (s Symbol) Last() string {
	return s.Name[strings.LastIndex(s.Name, Separator)+1:]
}

// Role is what a place does with what it names.
type Role string

// The roles. What a class binds is defined where it is declared; an artifact is defined by whatever sets it.
const (
	Defines Role = "defines"
	Sets    Role = "sets"
	Reads   Role = "reads"
)

// Spot is one place that names something.
type Spot struct {
	Symbol
	Range graph.Range // the name alone
	Role  Role
	Text  bool // in a string
	// Odd is true where the source does not have the name letter by letter.
	Odd bool
	// ByName is true in the text of a config_expr, which goes by the name a config has on the command line.
	ByName bool

	// Mention is an artifact's, nil in the text of a config_expr.
	Mention *graph.Mention
	// Decorator is the one that is named or whose argument is; Step the step that has it, nil on the flow.
	Decorator *graph.Decorator
	Argument  *graph.DecoratorArg
	Step      *graph.Step
	// Use is a config key's, which is number Key of its path.
	Use *graph.ConfigUse
	Key int
	// Target is that of a transition to a step.
	Target *graph.Target
}

// SymbolOfKey names a key of a config by the keys that lead to it.
func SymbolOfKey(u *graph.ConfigUse, key int) Symbol {
	parts := []string{u.Attr}
	for _, k := range u.Path[:key+1] {
		parts = append(parts, k.Name)
	}
	return Symbol{ConfigKey, strings.Join(parts, Separator)}
}
