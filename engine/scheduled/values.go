package scheduled

import (
	"context"
	"fmt"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
)

// value is one of the few artifacts the engine itself reads, where it has a type, else that type's zero.
func value[T any](ctx context.Context, o *one, table artifact.Objects, name string) (T, error) {
	v, err := o.values.Get(ctx, table, name)
	t, _ := v.(T)
	return t, err
}

// items are the items of a list that have a type.
func items[T any](ctx context.Context, o *one, table artifact.Objects, name string) ([]T, error) {
	list, err := value[[]any](ctx, o, table, name)
	if err != nil {
		return nil, err
	}
	out := make([]T, 0, len(list))
	for _, item := range list {
		t, ok := item.(T)
		if !ok {
			return nil, fmt.Errorf("artifact %q holds a %T", name, item)
		}
		out = append(out, t)
	}
	return out, nil
}

// next are the steps that a finished task leads to.
func (o *one) next(ctx context.Context, table artifact.Objects) ([]string, error) {
	pair, err := value[plain.Tuple](ctx, o, table, "_transition")
	if err != nil || len(pair) == 0 {
		return nil, err
	}
	list, _ := pair[0].([]any)
	steps := make([]string, 0, len(list))
	for _, item := range list {
		step, _ := item.(string)
		steps = append(steps, step)
	}
	return steps, nil
}
