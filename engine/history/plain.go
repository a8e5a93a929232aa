package history

import (
	"context"
	"sync"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// plainValues are decoded plain values by key: thousands of tasks share few. Nobody changes them.
type plainValues struct {
	mu    sync.Mutex
	byKey map[artifact.Key]any // guarded by mu
}

// Bounds of what is kept.
const (
	maxPlain     = 20_000
	maxPlainSize = 4 << 10
)

// plain is an artifact the engine itself reads; nil if the task has none of that name, or one that is not plain.
func (r *Reader) plain(ctx context.Context, sc scope, t metadata.TaskID, name string) (any, error) {
	rec, err := sc.meta.Artifact(ctx, t, metadata.Latest, name)
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	return r.decoded(ctx, sc, t, rec)
}

// decoded is a located artifact; nil if it is not plain: such a value tells nothing.
func (r *Reader) decoded(ctx context.Context, sc scope, t metadata.TaskID, rec metadata.ArtifactRecord) (any, error) {
	key, values := artifact.Key(rec.Key), &r.shared.values
	values.mu.Lock()
	v, ok := values.byKey[key]
	values.mu.Unlock()
	if ok {
		return v, nil
	}
	raw, err := r.bytes(ctx, sc, t, rec)
	if err != nil {
		return nil, err
	}
	if v, err = plain.Decode(raw); err != nil {
		v = nil
	}
	if len(raw) <= maxPlainSize {
		values.keep(key, v)
	}
	return v, nil
}

func (p *plainValues) keep(key artifact.Key, v any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byKey == nil || len(p.byKey) >= maxPlain {
		p.byKey = map[artifact.Key]any{}
	}
	p.byKey[key] = v
}
