// Package words says what findings tell a user to write, in the language of the flow.
//
// A finding's message names steps and artifacts as the graph does, in every language. What to do about it is code: that is
// what stands here, once for Python and once for Go.
package words

import (
	"fmt"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Words are those of one flow.
type Words struct {
	flow *graph.Flow
	isGo bool
}

// Of returns the words of a flow.
func Of(f *graph.Flow) Words { return Words{flow: f, isGo: f.IsGo()} }

func (w Words) pick(python, golang string) string {
	if w.isGo {
		return golang
	}
	return python
}

// Name is a step's or an artifact's name as the source writes it.
func (w Words) Name(name string) string {
	if spelled, ok := w.flow.Spelled[name]; ok {
		return spelled
	}
	return name
}

// Field is an artifact as a step reads it: self.rows, t.Rows.
func (w Words) Field(name string) string { return w.pick("self.", "t.") + w.Name(name) }

// Self is the flow as a step has it.
func (w Words) Self() string { return w.pick("self", "its own fields") }

// Of is an artifact of something else: inputs[0].rows.
func (w Words) Of(owner, name string) string { return owner + "." + w.Name(name) }

// Quoted is an artifact's name as a text in the source.
func (w Words) Quoted(name string) string { return fmt.Sprintf("%q", w.Name(name)) }

// Transition is what a transition is called.
func (w Words) Transition() string { return w.pick("self.next", "a transition") }

// To is the transition to one step.
func (w Words) To(step string) string {
	if w.isGo {
		return "return flow.To(t." + w.Name(step) + "), nil"
	}
	return "self.next(self." + step + ")"
}

// Last says how a step says where it leads.
func (w Words) Last() string {
	return w.pick("Make self.next(self.NAME) its last statement.", "Return it: return flow.To(t.Name), nil.")
}

// Forms lists the forms of a transition.
func (w Words) Forms() string {
	return w.pick("The forms are self.next(self.a), self.next(self.a, self.b), self.next(self.a, foreach=\"items\"), "+
		"self.next(self.a, num_parallel=4) and self.next({\"x\": self.a, \"y\": self.b}, condition=\"choice\").",
		"The forms are flow.To(t.A), flow.Split(t.A, t.B), flow.Foreach(t.A, t.Items), flow.Join(t.A), flow.Gang(t.A, 4), "+
			"flow.Switch(t.Choice, flow.Case(\"x\", t.A), flow.Case(\"y\", t.B)) and flow.End().")
}

// Switch is the form of a switch.
func (w Words) Switch() string {
	return w.pick("self.next({\"x\": self.a, \"y\": self.b}, condition=\"choice\")", "flow.Switch(t.Choice, flow.Case(\"x\", t.A), flow.Case(\"y\", t.B))")
}

// SwitchField is the artifact that the form of a switch goes by.
func (w Words) SwitchField() string { return w.pick("self.choice", "t.Choice") }

// Foreach says how a foreach is written.
func (w Words) Foreach() string {
	return w.pick("Write self.next(self.a, foreach=\"items\"), where self.items is the list to walk.",
		"Write flow.Foreach(t.A, t.Items), where Items is a field of the flow with the list to walk.")
}

// Gang is the transition to a step that runs as several nodes.
func (w Words) Gang(step string) string {
	if w.isGo {
		return "flow.Gang(t." + w.Name(step) + ", N)"
	}
	return "self.next(self." + step + ", num_parallel=N)"
}

// GangName is what makes a step run as several nodes.
func (w Words) GangName() string { return w.pick("num_parallel", "flow.Gang") }

// Once says how to choose between steps.
func (w Words) Once() string {
	return w.pick("Call it once, as the last statement of the step. ", "Return the same one on every way that is no error. ") +
		"To choose between steps when it runs, use a switch: " + w.Switch() + "."
}

// NoNext says what the end step does instead of leading on.
func (w Words) NoNext() string {
	return w.pick("Remove the call: the end step leads nowhere.", "Return flow.End(), nil: the end step leads nowhere.")
}

// Define says how a step is made.
func (w Words) Define(step string) string {
	if w.isGo {
		return "Define it as a method of the flow's pointer, func (t *" + w.flow.Name + ") " + w.Name(step) + "(ctx flow.Context) (flow.Next, error), or lead to a step that exists."
	}
	return "Define it as a method with @step, or lead to a step that exists."
}

// Steps says how a flow gets steps.
func (w Words) Steps() string {
	return w.pick("Decorate the methods that are its steps with @step.",
		"Its steps are the exported methods of *"+w.flow.Name+" that take a flow.Context and return (flow.Next, error).")
}

// First says how the first step is marked.
func (w Words) First() string {
	return w.pick("Name the first step start or decorate it with @step(start=True).", "Name the first step Start, or give it the option flow.AsStart().")
}

// End says how the last step is marked.
func (w Words) End() string {
	return w.pick("Name the last step end or decorate it with @step(end=True).", "Name the last step End, or give it the option flow.AsEnd().")
}

// JoinArgs says what makes a step a join.
func (w Words) JoinArgs() string {
	return w.pick("(self, inputs)", "(ctx flow.Context, inputs []*"+w.flow.Name+")")
}

// NotJoin says how a join becomes a step that is none.
func (w Words) NotJoin() string { return w.pick("Remove the second argument", "Remove the inputs") }

// Ask says how a step asks whether it has an artifact.
func (w Words) Ask(name string) string {
	if w.isGo {
		return "ask whether it has a value first"
	}
	return "ask whether it is there: hasattr(self, " + w.Quoted(name) + ")"
}

// Nothing is the value that stands for none.
func (w Words) Nothing() string { return w.pick("None", "its zero value") }

// MergeName is what the merge of a join's inputs is called.
func (w Words) MergeName() string { return w.pick("merge_artifacts", "flow.Merge") }

// Merge is the call that merges a join's inputs.
func (w Words) Merge(inputs string) string {
	if w.isGo {
		return "flow.Merge(t, " + inputs + ")"
	}
	return "self.merge_artifacts(" + inputs + ")"
}

// MergeThere is the merge in another step.
func (w Words) MergeThere() string { return w.pick("self.merge_artifacts", "flow.Merge") }

// Exclude leaves an artifact out of a merge.
func (w Words) Exclude(name string) string {
	if w.isGo {
		return "flow.Exclude(" + w.Quoted(name) + ")"
	}
	return "exclude=[" + w.Quoted(name) + "]"
}

// Item is what a step calls the item or the index of its foreach, and WithoutForeach what that is outside of one.
func (w Words) Item(name string) string {
	if !w.isGo {
		return "self." + name
	}
	if name == "index" {
		return "ctx.Index()"
	}
	return "flow.Item"
}

// WithoutForeach is what an item or index is outside of a foreach.
func (w Words) WithoutForeach(name string) string {
	switch {
	case !w.isGo:
		return "None"
	case name == "index":
		return "-1"
	}
	return "an error"
}
