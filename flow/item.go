package flow

import (
	"errors"
	"fmt"
	"reflect"
)

var errNoItem = errors.New("the step is in no foreach, so it has no item")

// Item returns the item of the innermost foreach, for the steps that come after its body.
func Item[T any](ctx Context) (T, error) {
	var item T
	if len(ctx.Foreach) == 0 {
		return item, errNoItem
	}
	frame := ctx.Foreach[len(ctx.Foreach)-1]
	source, ok := ctx.Value(itemsKey{}).(itemSource)
	if !ok {
		return item, fmt.Errorf("the items of %s are not there: the context is not that of a task", frame.Var)
	}
	var items []T
	if err := source(frame.Var, reflect.ValueOf(&items).Elem()); err != nil {
		return item, err
	}
	if frame.Index < 0 || frame.Index >= len(items) {
		return item, fmt.Errorf("%s has %d items, and the task's is number %d", frame.Var, len(items), frame.Index)
	}
	return items[frame.Index], nil
}

// itemsKey is where a task's context has its itemSource.
type itemsKey struct{}

// itemSource reads an artifact of the task's input.
type itemSource func(artifact string, into reflect.Value) error
