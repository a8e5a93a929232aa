package flow

import (
	"errors"
	"reflect"
)

// Lazy is for a field that may be large: it is read from the store when Get is called, and stored when Set was. All other fields are there
// when a step starts.
type Lazy[T any] struct {
	value  T
	have   bool // value is what Get returns
	set    bool // Set was called
	source func(into reflect.Value) error
}

var errNothing = errors.New("the artifact has no value: no step before this one has set it")

// Get returns the value.
func (l *Lazy[T]) Get() (T, error) {
	if l.have {
		return l.value, nil
	}
	if l.source == nil {
		var zero T
		return zero, errNothing
	}
	var v T
	if err := l.source(reflect.ValueOf(&v).Elem()); err != nil {
		var zero T
		return zero, err
	}
	l.value, l.have = v, true
	return v, nil
}

// Set replaces the value.
func (l *Lazy[T]) Set(v T) { l.value, l.have, l.set = v, true, true }

// lazyField is what the task knows of a Lazy of whatever type.
type lazyField interface {
	// element is the type of the value.
	element() reflect.Type
	// bind says where the value comes from.
	bind(source func(into reflect.Value) error)
	// held returns the value if it has been set or read.
	held() (v reflect.Value, have, set bool)
}

func (l *Lazy[T]) element() reflect.Type { return reflect.TypeFor[T]() }

func (l *Lazy[T]) bind(source func(into reflect.Value) error) {
	*l = Lazy[T]{source: source}
}

func (l *Lazy[T]) held() (v reflect.Value, have, set bool) {
	return reflect.ValueOf(&l.value).Elem(), l.have, l.set
}
