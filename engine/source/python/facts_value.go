package python

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// value is what an expression is known to be, nil for anything.
type value struct {
	kind    valueKind
	step    string // of an input, and of what it has: the step it comes from; of a module or an imported name: its dotted path
	elem    *value // of a sequence
	elems   []*value
	id      int  // of an artifact
	picked  bool // an input that was chosen by some condition
	content graph.Content
}

type valueKind int8

const (
	plainValue    valueKind = iota // only its content is known
	theFlow                        // self
	theClass                       // the flow's class
	theInputs                      // a join's inputs
	anInput                        // one of them
	sequence                       // of something
	tupleOf                        // things of known places
	anArtifact                     // the value of self.x
	anInputValue                   // the value of inputs[i].x
	theItem                        // self.input
	localClass                     // a class defined in the function
	localFunction                  // a function or lambda defined in the function
	aModule                        // an imported module
	importedName                   // a name imported from a module, inside the function
)

var (
	selfValue   = &value{kind: theFlow}
	classValue  = &value{kind: theClass}
	inputsValue = &value{kind: theInputs}
	inputValue  = &value{kind: anInput}
	itemValue   = &value{kind: theItem}
	pickedValue = &value{kind: anInput, picked: true}
	inputsList  = &value{kind: sequence, elem: inputValue}
)

// is reports whether a value is known to be of a kind.
func (v *value) is(kind valueKind) bool { return v != nil && v.kind == kind }

// element is what an iteration over the value gives.
func (v *value) element() *value {
	switch {
	case v.is(theInputs):
		return inputValue
	case v.is(sequence):
		return v.elem
	}
	return nil
}

// at is the element of a place in a tuple.
func (v *value) at(i int) *value {
	if v.is(tupleOf) {
		if i >= 0 && i < len(v.elems) {
			return v.elems[i]
		}
		return nil
	}
	return v.element()
}

// matters reports whether a function that is given the value can do something with artifacts.
func (v *value) matters() bool {
	if v == nil {
		return false
	}
	switch v.kind {
	case theFlow, theInputs, anInput:
		return true
	case sequence:
		return v.elem.matters()
	case tupleOf:
		for _, e := range v.elems {
			if e.matters() {
				return true
			}
		}
	}
	return false
}

// pick is the value where it was chosen by some condition.
func (v *value) pick() *value {
	switch {
	case v.is(anInput) && !v.picked:
		return &value{kind: anInput, step: v.step, picked: true}
	case v.is(theInputs):
		return &value{kind: sequence, elem: pickedValue}
	case v.is(sequence):
		return &value{kind: sequence, elem: v.elem.pick()}
	case v.is(tupleOf) && v.matters():
		out := &value{kind: tupleOf}
		for _, e := range v.elems {
			out.elems = append(out.elems, e.pick())
		}
		return out
	}
	return v
}

// holdsFlow reports whether the flow itself can be reached through the value.
func (v *value) holdsFlow() bool {
	switch {
	case v == nil:
		return false
	case v.kind == sequence:
		return v.elem.holdsFlow()
	case v.kind == tupleOf:
		for _, e := range v.elems {
			if e.holdsFlow() {
				return true
			}
		}
	}
	return v.kind == theFlow
}

// key is the same for values that a walk can't tell apart.
func (v *value) key() string {
	if !v.matters() {
		return "-"
	}
	switch v.kind {
	case theFlow:
		return "s"
	case theInputs:
		return "i"
	case anInput:
		if v.picked {
			return "p" + v.step + "."
		}
		return "t" + v.step + "."
	case sequence:
		return "[" + v.elem.key() + "]"
	}
	var b strings.Builder
	for _, e := range v.elems {
		b.WriteString(e.key())
	}
	return "(" + b.String() + ")"
}

// either is what a value is known to be where it is one of two. Something unknown leaves the other: a name for an input
// that starts out as None is still meant to be an input.
func either(a, b *value) *value {
	switch {
	case a == b || b == nil:
		return a
	case a == nil:
		return b
	case a.kind == plainValue && b.kind != plainValue:
		return b
	case b.kind == plainValue && a.kind != plainValue:
		return a
	case a.kind != b.kind:
		return nil
	case a.kind == anInput:
		if a.step == b.step {
			return a.pick()
		}
		return pickedValue
	case a.kind == sequence:
		return &value{kind: sequence, elem: either(a.elem, b.elem)}
	case a.kind == anInputValue && a.id == b.id && a.step != b.step:
		return &value{kind: anInputValue, id: a.id}
	case a.kind == anArtifact || a.kind == anInputValue:
		if a.id == b.id {
			return a
		}
		return nil
	case a.kind == plainValue && a.content == b.content:
		return a
	}
	return nil
}
