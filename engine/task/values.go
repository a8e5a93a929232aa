package task

import (
	"context"
	"fmt"
	"sync"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
)

// Values decodes the few artifacts of a flow that the engine itself reads, each value once: thousands of tasks share few. It is safe for concurrent use.
type Values struct {
	store *artifact.Store
	flow  string

	mu    sync.Mutex
	byKey map[artifact.Key]any // guarded by mu
}

// NewValues reads values of a flow from a store.
func NewValues(store *artifact.Store, flow string) *Values {
	return &Values{store: store, flow: flow, byKey: map[artifact.Key]any{}}
}

// Get decodes the artifact of a name; nil if the task has none of that name.
func (v *Values) Get(ctx context.Context, objects artifact.Objects, name string) (any, error) {
	ref, ok := objects[name]
	if !ok {
		return nil, nil
	}
	v.mu.Lock()
	value, known := v.byKey[ref.Key]
	v.mu.Unlock()
	if known {
		return value, nil
	}
	raw, err := v.store.Bytes(ctx, v.flow, ref.Key)
	if err != nil {
		return nil, fmt.Errorf("artifact %q: %w", name, err)
	}
	if value, err = plain.Decode(raw); err != nil {
		return nil, fmt.Errorf("artifact %q: %w", name, err)
	}
	v.mu.Lock()
	v.byKey[ref.Key] = value
	v.mu.Unlock()
	return value, nil
}
