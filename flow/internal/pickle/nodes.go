package pickle

import (
	"errors"
	"fmt"
	"math/big"
)

// A node is a value as it was read: nil, bool, int64, *big.Int, float64, string, []byte, or one of the types below.

// list is a Python list, or a numpy array's dimension. Numbers of one kind and bools are kept as such: at most one of the four has elements.
type list struct {
	values []any
	floats []float64
	ints   []int64
	bools  []bool
	// array says that it was a numpy array or an array.array.
	array bool
}

func (l *list) len() int { return len(l.values) + len(l.floats) + len(l.ints) + len(l.bools) }

func (l *list) at(i int) any {
	switch {
	case len(l.floats) > 0:
		return l.floats[i]
	case len(l.ints) > 0:
		return l.ints[i]
	case len(l.bools) > 0:
		return l.bools[i]
	default:
		return l.values[i]
	}
}

// add appends elements of any kind.
func (l *list) add(values []any) {
	for _, v := range values {
		switch n := v.(type) {
		case float64:
			if len(l.floats) == l.len() {
				l.floats = append(l.floats, n)
				continue
			}
		case int64:
			if len(l.ints) == l.len() {
				l.ints = append(l.ints, n)
				continue
			}
		}
		l.mix()
		l.values = append(l.values, v)
	}
}

// mix makes the list one of elements of any kind.
func (l *list) mix() {
	for _, f := range l.floats {
		l.values = append(l.values, f)
	}
	for _, n := range l.ints {
		l.values = append(l.values, n)
	}
	for _, v := range l.bools {
		l.values = append(l.values, v)
	}
	l.floats, l.ints, l.bools = nil, nil, nil
}

// tuple is a Python tuple.
type tuple []any

// dict is a Python dict, as keys and values in turn.
type dict struct{ pairs []any }

// set is a Python set or frozenset.
type set struct{ values []any }

// class is a name that a pickle refers to.
type class struct{ module, name string }

func (c class) String() string { return c.module + "." + c.name }

// object is what a class was called with, and what became of it.
type object struct {
	class class
	args  tuple
	new   bool
	state any
	pairs []any // set on it like on a dict
	items []any // appended to it like to a list
}

// mark is where the elements of a container begin on the stack.
type mark struct{}

// typeOf says in Python's words what a node is.
func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return "a bool"
	case int64, *big.Int:
		return "an int"
	case float64:
		return "a float"
	case string:
		return "a str"
	case []byte:
		return "bytes"
	case *list:
		if v.array {
			return "an array"
		}
		return "a list"
	case tuple:
		return "a tuple"
	case *dict:
		return "a dict"
	case *set:
		return "a set"
	case *object:
		return "a " + v.class.String()
	case class:
		return "the class " + v.String()
	default:
		return fmt.Sprintf("a %T", v)
	}
}

var errDamaged = errors.New("the pickle is damaged")

func damaged(why string) error { return fmt.Errorf("%w: %s", errDamaged, why) }
